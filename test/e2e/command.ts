/** The built command line, started as a user starts it: in an empty folder, with pipes or in a terminal. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { runProcess, type Ended, type RunOptions } from '../run-process.ts';

const PROGRAM = resolve('dist/src/cli/main.js');
const TERMINAL = resolve('test/e2e/run-in-terminal.py');

/** Variables that would decide over the colours. */
const PLAIN = { NO_COLOR: undefined, FORCE_COLOR: undefined, TERM: 'xterm-256color' };

/** An empty folder that goes with the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-recipes-e2e-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** stdin, stdout and stderr are pipes. */
export function inPipe(parameters: readonly string[], options: RunOptions): Promise<Ended> {
  return runProcess(process.execPath, [PROGRAM, ...parameters], {
    ...options,
    env: { ...PLAIN, ...options.env },
  });
}

/** All three are one terminal; what both streams wrote is in `stdout`. */
export function inTerminal(
  columns: number,
  parameters: readonly string[],
  options: RunOptions,
): Promise<Ended> {
  return runProcess('python3', [TERMINAL, `${columns}`, process.execPath, PROGRAM, ...parameters], {
    ...options,
    env: { ...PLAIN, ...options.env },
  });
}
