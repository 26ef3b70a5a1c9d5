import { expect, test } from 'vitest';
import { coloursFor } from '../../src/cli/colours.ts';
import { Recorder } from './harness.ts';

const RED = '\u001b[31mx\u001b[39m';

test.each([
  { isTTY: true, env: {}, expected: RED },
  { isTTY: false, env: {}, expected: 'x' },
  { isTTY: true, env: { NO_COLOR: '1' }, expected: 'x' },
  { isTTY: true, env: { NO_COLOR: '' }, expected: RED },
  { isTTY: true, env: { TERM: 'dumb' }, expected: 'x' },
  { isTTY: false, env: { FORCE_COLOR: '1' }, expected: RED },
  { isTTY: true, env: { FORCE_COLOR: '0' }, expected: 'x' },
  { isTTY: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' }, expected: RED },
])('a terminal $isTTY with $env', ({ isTTY, env, expected }) => {
  expect(coloursFor(new Recorder({ isTTY }), env).red('x')).toBe(expected);
});
