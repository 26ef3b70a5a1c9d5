/**
 * TensorBoard itself reads what `tensorBoard(…)` wrote. TFJS_RECIPES_TENSORBOARD_PYTHON names a Python that has it:
 * `python3 -m venv .venv && .venv/bin/pip install tensorboard==2.21.0`.
 */
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { sessionStartRecord } from '../../src/formats/tfevents.ts';
import type { History } from '../../src/result/history.ts';
import { tensorBoard } from '../../src/tracking/tensor-board.ts';
import { mustRun } from '../run-process.ts';
import { emptyFolder, EPOCH, killedAt, memoryStore, smallTraining } from '../tracking/small-training.ts';

const VARIABLE = 'TFJS_RECIPES_TENSORBOARD_PYTHON';
const PYTHON = process.env[VARIABLE];

/** Each series as [step, value] pairs. */
type Points = Record<string, unknown[][]>;

const readBack = async (folder: string): Promise<Points> =>
  JSON.parse(await mustRun(PYTHON ?? '', ['test/full/read-tensorboard.py', folder])) as Points;

/** TensorBoard keeps float32. */
const asRead = (history: History): Points =>
  Object.fromEntries(
    history.names.map((name) => {
      const { steps, values } = history.series(name);
      return [name, steps.map((step, index) => [step, Math.fround(values[index] ?? 0)])];
    }),
  );

beforeAll(async () => {
  await useBackend('cpu');
});

if (PYTHON === undefined)
  process.stderr.write(`${VARIABLE} is not set: TensorBoard does not read what was written for it\n`);

describe.skipIf(PYTHON === undefined)('TensorBoard reads back', () => {
  test('a training', async () => {
    const folder = emptyFolder();
    const history = await smallTraining({ callbacks: [tensorBoard(folder)] });
    expect(await readBack(folder)).toEqual(asRead(history));
  });

  test('a training that was killed twice, once in the middle of writing: each step once', async () => {
    const folder = emptyFolder();
    const history = await smallTraining();
    const checkpoint = memoryStore(EPOCH);
    const options = { checkpoint, resume: 'if present' } as const;
    for (const step of [EPOCH + 1, 2 * EPOCH + 2]) {
      await killedAt(step, { ...options, callbacks: [tensorBoard(folder)] });
      const newest = readdirSync(folder).toSorted().at(-1) ?? '';
      appendFileSync(join(folder, newest), sessionStartRecord(1, 0).subarray(0, 20));
    }
    await smallTraining({ ...options, callbacks: [tensorBoard(folder)] });
    expect(readdirSync(folder)).toHaveLength(3);
    expect(await readBack(folder)).toEqual(asRead(history));
  });

  test('a new training in the folder of a longer one replaces it', async () => {
    const folder = emptyFolder();
    await smallTraining({ callbacks: [tensorBoard(folder)] });
    const history = await smallTraining({ callbacks: [tensorBoard(folder)], steps: 5 });
    expect(await readBack(folder)).toMatchObject(asRead(history));
    expect((await readBack(folder))['train/loss']).toHaveLength(5);
  });

  test('values that are not finite, a name of any characters, a step beyond 31 bits', async () => {
    const folder = emptyFolder();
    const callback = tensorBoard(folder);
    await callback.onTrainBegin?.({ firstStep: 3e9, steps: 3, resumed: 0 });
    const values = [Number.NaN, Number.POSITIVE_INFINITY, -0.5];
    for (const [index, value] of values.entries())
      await callback.onBatchEnd?.(3e9 + index, { 'train/"损失"\n': value });
    await callback.onTrainEnd?.({}, { kind: 'completed' });
    expect(await readBack(folder)).toEqual({
      'train/"损失"\n': [
        [3e9, 'nan'],
        [3e9 + 1, 'inf'],
        [3e9 + 2, -0.5],
      ],
    });
  });
});
