/** The command line with everything around it faked: streams that remember, an empty working directory, a tiny course. */
import { EventEmitter } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';
import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { tiny } from './fixtures/tiny.ts';

/** A stream that keeps what is written to it. */
export class Recorder extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  constructor({ isTTY = false, columns }: { isTTY?: boolean; columns?: number } = {}) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
  get lines(): string[] {
    return this.text.split('\n').filter((line) => line !== '');
  }
}

/** A fake process in a folder of its own; the fields can be changed before a command runs. */
export interface FakeProcess extends CliIo {
  readonly stdout: Recorder;
  readonly stderr: Recorder;
  readonly signals: EventEmitter;
  readonly exits: number[];
  env: Record<string, string>;
}

const ENTRY = { id: 'tiny', lecture: '0.1', summary: { en: 'two numbers', zh: '两个数' } };

/** The path of a file in `fixtures/`. */
export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

export async function fakeProcess(overrides: Partial<CliIo> = {}): Promise<FakeProcess> {
  const exits: number[] = [];
  return {
    stdout: new Recorder(),
    stderr: new Recorder(),
    env: { TFJS_RECIPES_BACKEND: 'cpu' },
    cwd: await mkdtemp(join(tmpdir(), 'tfjs-recipes-cli-')),
    signals: new EventEmitter(),
    exit: (code) => exits.push(code),
    exits,
    now: () => 0,
    // The tests' recipes are in this process only.
    processors: 1,
    course: { entries: [ENTRY], load: async () => [tiny] },
    // Through vitest, so that a fixture shares this package's modules with the test.
    importModule: (path) => import(/* @vite-ignore */ path),
    ...overrides,
  } as FakeProcess;
}

/** A fake process for each test, in a folder that is removed afterwards. */
export function useFakeProcess(): {
  readonly io: FakeProcess;
  run(...argv: string[]): Promise<number>;
  files(): Promise<string[]>;
} {
  let io: FakeProcess | undefined;
  const current = (): FakeProcess => {
    if (io === undefined) throw new Error('no test runs');
    return io;
  };
  beforeEach(async () => {
    io = await fakeProcess();
  });
  afterEach(() => rm(current().cwd, { recursive: true }));
  return {
    get io() {
      return current();
    },
    run: (...argv) => runCli(argv, current()),
    files: async () => (await readdir(current().cwd, { recursive: true })).toSorted(),
  };
}
