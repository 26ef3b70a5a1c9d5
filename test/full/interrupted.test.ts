/** Trainings whose process is killed again and again end with the bits and the history of one that nobody interrupted. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Rng } from '../../src/random/rng.ts';
import type { HistoryData } from '../../src/result/history.ts';
import { type Ended, mustRun, runProcess } from '../run-process.ts';
import type { End, Input } from './interrupted-program.ts';
import { bundleProgram } from './program.ts';

const TRAININGS = [
  'SGD, batch norm, step schedule',
  'Adam, dropout, cosine, early stopping, averages',
] as const satisfies readonly Input['training'][];

/** Of each training, at as many steps: 30 by SIGKILL, 2 by SIGTERM. */
const INTERRUPTIONS = 32;
/** Points of a write at which a process can end: before and after each call, and with half of the bytes written. */
const POINTS = 21;

interface Result {
  /** SHA-256. */
  readonly weights: string;
  readonly history: Omit<HistoryData, 'timings'>;
}

const root = mkdtempSync(join(tmpdir(), 'tfjs-recipes-interrupted-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const emptyFolder = (): string => mkdtempSync(join(root, 'run-'));

const parametersOf = await bundleProgram('test/full/interrupted-program.ts');
const run = (input: Input): Promise<Ended> => runProcess(process.execPath, parametersOf(input));
const runToEnd = async (training: Input['training'], folder: string): Promise<Result> =>
  JSON.parse(await mustRun(process.execPath, parametersOf({ training, folder, end: null }))) as Result;

/** Steps in ascending order, no two the same; a third of the ends is inside the write of a checkpoint. */
function randomEnds(steps: number, rng: Rng): End[] {
  const chosen = rng
    .permutation(steps - 1)
    .slice(0, INTERRUPTIONS)
    .toSorted();
  return Array.from(chosen, (step, index): End => {
    if (index % 3 === 0) return { kind: 'write', step, point: rng.integer(POINTS) };
    return { kind: index % 10 === 5 ? 'SIGTERM' : 'update', step };
  });
}

describe.concurrent.each(TRAININGS)('%s', (training) => {
  test('killed at 30 random steps: the same weights and history', async () => {
    const whole = await runToEnd(training, emptyFolder());
    const folder = emptyFolder();
    for (const end of randomEnds(whole.history.steps, Rng.fromSeed(30))) {
      const { code, stderr } = await run({ training, folder, end });
      expect({ end, code, stderr }).toEqual({ end, code: end.kind === 'SIGTERM' ? 143 : null, stderr: '' });
    }
    expect(await runToEnd(training, folder)).toEqual(whole);
    expect(readdirSync(folder).toSorted()).toEqual([
      'checkpoint.previous.safetensors',
      'checkpoint.safetensors',
    ]);
  });
});

if (process.platform === 'win32') process.stderr.write('no ulimit on Windows: no disk is full here\n');
test.skipIf(process.platform === 'win32')(
  'a disk that takes no more: the error names file and cause, and the training goes on from what is there',
  async () => {
    const [training] = TRAININGS;
    const whole = await runToEnd(training, emptyFolder());
    const folder = emptyFolder();
    await run({ training, folder, end: { kind: 'update', step: 20 } });
    const oneBlock = ['-c', 'ulimit -f 1; exec "$@"', 'bash', process.execPath];
    const limited = await runProcess('bash', [
      ...oneBlock,
      ...parametersOf({ training, folder, end: null } satisfies Input),
    ]);
    expect(limited.code).not.toBe(0);
    expect(limited.stderr).toContain(`cannot write ${join(folder, 'checkpoint.safetensors')}: EFBIG`);
    expect(await runToEnd(training, folder)).toEqual(whole);
  },
);
