/** The environment of `compare --setup`, made by a fake Python with a fake pip. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPython } from '../../src/compare/interpreter.ts';
import { environmentFolder, TORCH_VERSION } from '../../src/compare/interpreter-place.ts';
import { type SetUpOptions, setUpPython } from '../../src/compare/set-up-python.ts';
import { BaselineError } from '../../src/errors.ts';
import { newFolder, writeScript } from './fakes.ts';

interface Fakes {
  /** What `python3 -m venv <folder>` does; `make` makes a good one. */
  readonly venv?: string;
  /** What `pip install` does in it. */
  readonly pip?: string;
  readonly torch?: string;
}

interface Machine extends SetUpOptions {
  readonly cacheFolder: string;
  readonly lines: string[];
}

const INSTALL = 'echo Collecting "$8"; test -d "$TMPDIR" && touch "$TMPDIR/left"';

function machine({ venv = 'make', pip = INSTALL, torch = TORCH_VERSION }: Fakes = {}): Machine {
  const [bin, cacheFolder] = [newFolder(), join(newFolder(), 'caches', 'tfjs-recipes')];
  const lines: string[] = [];
  const answer = JSON.stringify({ python: '3.11.7', torch, gpu: null });
  // Its Python: pip, and the question for the versions.
  const inside = `case "$1" in -c) echo '${answer}';; *) ${pip};; esac`;
  const python = writeScript(join(bin, 'inside'), inside);
  const make = `make() { mkdir -p "$1/bin" && cp "${python}" "$1/bin/python"; }`;
  writeScript(join(bin, 'python3'), `${make}\nset -- "$3"\n${venv} "$1"`);
  const env = { PATH: `${bin}:${process.env['PATH']}` };
  return { env, cacheFolder, lines, neededBytes: 0, onLine: (line) => lines.push(line) };
}

async function failureOf(options: SetUpOptions): Promise<BaselineError> {
  const error = await setUpPython(options).catch((thrown: unknown) => thrown);
  if (error instanceof BaselineError) return error;
  throw new Error('it did not fail as it should', { cause: error });
}

if (process.platform === 'win32') process.stderr.write('the fakes are shell scripts: not on Windows\n');
describe.skipIf(process.platform === 'win32').concurrent('setUpPython', () => {
  test('makes an environment of one version, once, and leaves nothing else', async () => {
    const options = machine();
    const folder = environmentFolder(options.cacheFolder);
    const python = await setUpPython(options);
    expect(python).toBe(join(folder, 'bin', 'python'));
    expect(options.lines).toEqual([
      expect.stringMatching(
        `^installing PyTorch ${TORCH_VERSION}.* in ${folder}: takes minutes, and up to 0.0 GB`,
      ),
      `Collecting torch==${TORCH_VERSION}`,
      `PyTorch ${TORCH_VERSION} for Python 3.11.7 works`,
    ]);
    expect(readdirSync(options.cacheFolder)).toEqual([`torch-${TORCH_VERSION}`]);
    expect(readdirSync(folder)).toEqual(['bin']);
    const { cacheFolder } = options;
    const env = { PATH: newFolder() };
    expect((await findPython({ env, cwd: newFolder(), cacheFolder })).command).toBe(python);
    expect(await setUpPython({ ...options, env })).toBe(python);
    expect(options.lines.slice(3)).toEqual([`PyTorch ${TORCH_VERSION} is there: ${python}`]);
  });

  test.each<[what: string, fakes: Fakes, details: string[], message: RegExp]>([
    [
      'no venv module',
      { venv: `echo 'ensurepip is not available.'; exit 1;` },
      ['ensurepip is not available.'],
      /^a virtual environment cannot be made: this Python lacks the module venv; .*apt-get install python3-venv$/,
    ],
    [
      'a Python that says nothing',
      { venv: 'exit 9;' },
      [],
      /python3 ended with exit code 9; install Python >= 3\.9/,
    ],
    [
      'no network',
      { pip: `echo 'connection broken' >&2; echo 'No matching distribution found' >&2; exit 1` },
      ['connection broken', 'No matching distribution found'],
      /^PyTorch cannot be installed: the package index cannot be reached; .*PIP_INDEX_URL$/,
    ],
    [
      'no such version',
      { pip: `echo 'No matching distribution found' >&2; exit 1` },
      ['No matching distribution found'],
      /there is no PyTorch \d+\.\d+\.\d+ for this Python or system; .*--python$/,
    ],
    [
      'a full disk',
      { pip: `echo '[Errno 28] No space left on device' >&2; exit 1` },
      ['[Errno 28] No space left on device'],
      /the disk is full; XDG_CACHE_HOME names another place$/,
    ],
    ['another fault', { pip: 'echo why >&2; exit 2' }, ['why'], /python ended with exit code 2$/],
    [
      'a PyTorch that will not do',
      { torch: '0.1' },
      [],
      /does not work: has torch 0\.1, and 2\.1 is the least$/,
    ],
  ])('%s: an error with the cure, and nothing is left', async (_, fakes, details, message) => {
    const options = machine(fakes);
    const error = await failureOf(options);
    expect(error.message).toMatch(message);
    expect(error.details).toEqual(details);
    expect(readdirSync(options.cacheFolder)).toEqual([]);
  });

  test('no python3', async () => {
    const error = await failureOf({ ...machine(), env: { PATH: newFolder() } });
    expect(error.message).toBe(
      'a virtual environment cannot be made: python3 is not there; install Python >= 3.9 with its module venv (https://www.python.org)',
    );
  });

  test('too small a disk is seen before anything is loaded', async () => {
    const options = machine();
    const error = await failureOf({ ...options, neededBytes: 1e18 });
    expect(error.message).toMatch(
      /^PyTorch needs 1000000000\.0 GB in .*, where [\d.]+ GB are free; XDG_CACHE_HOME/,
    );
    expect(options.lines).toEqual([]);
  });

  test('what is half made is not taken for whole, by whomever it was left', async () => {
    const options = machine({ pip: 'echo half; sleep 1000' });
    const stop = new AbortController();
    const reason = new Error('enough');
    const onLine = (line: string): void => {
      if (line === 'half') stop.abort(reason);
    };
    await expect(setUpPython({ ...options, onLine, signal: stop.signal })).rejects.toBe(reason);
    expect(readdirSync(options.cacheFolder)).toEqual([]);
    // As if the process had been killed meanwhile; the id is of none.
    const part = `${environmentFolder(options.cacheFolder)}.part-999999999`;
    mkdirSync(join(part, 'bin'), { recursive: true });
    await setUpPython(machineIn(options));
    expect(existsSync(part)).toBe(false);
  });
});

/** A machine that works, with the cache of another. */
const machineIn = ({ cacheFolder }: Machine): SetUpOptions => ({ ...machine(), cacheFolder });
