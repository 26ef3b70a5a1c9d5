/** What the command line makes of the flags of `compare`. */
import { expect, test, vi } from 'vitest';
import { compareCommand } from '../../src/cli/compare.ts';
import { useFakeProcess } from './harness.ts';

vi.mock('../../src/cli/compare.ts', () => ({ compareCommand: vi.fn(async () => 0) }));
const compare = vi.mocked(compareCommand);
const cli = useFakeProcess();

const unset = {
  all: false,
  backend: 'cpu',
  json: false,
  language: 'en',
  quick: true,
  seed: 1000,
  set: [],
  setup: false,
  timeoutSeconds: 600,
};

test('quick, ten minutes and seed 1000 are the defaults', async () => {
  expect(await cli.run('compare', 'tiny')).toBe(0);
  expect(compare).toHaveBeenLastCalledWith('tiny', unset, cli.io);
  expect(await cli.run('compare', '--setup')).toBe(0);
  expect(compare).toHaveBeenLastCalledWith(undefined, { ...unset, setup: true }, cli.io);
});

test('every flag arrives', async () => {
  const argv = `compare --all --full --python .venv --timeout 5 --seed 7 --seeds 2 --set a=1 --set b=2 --config c.json
    --out o --backend wasm --threads 2 --language zh --json`;
  await cli.run(...argv.split(/\s+/));
  expect(compare).toHaveBeenLastCalledWith(
    undefined,
    {
      all: true,
      backend: 'wasm',
      config: 'c.json',
      json: true,
      language: 'zh',
      out: 'o',
      python: '.venv',
      quick: false,
      seed: 7,
      seeds: 2,
      set: ['a=1', 'b=2'],
      setup: false,
      threads: 2,
      timeoutSeconds: 5,
    },
    cli.io,
  );
});

test('the exit code is that of the comparison', async () => {
  compare.mockResolvedValueOnce(1);
  expect(await cli.run('compare', 'tiny')).toBe(1);
});

test.each([
  [['--timeout', '0'], /It must be a whole number from 1 to 86400/],
  [['--timeout', 'soon'], /It must be a whole number/],
  [['--quick', '--full'], /'--full' cannot be used with option '--quick'/],
])('%j is refused', async (flags, message) => {
  expect(await cli.run('compare', 'tiny', ...flags)).toBe(2);
  expect(cli.io.stderr.text).toMatch(message);
});
