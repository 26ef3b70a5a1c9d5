import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { DataError, FileError, OptionError } from '../../src/errors.ts';
import type { History } from '../../src/result/history.ts';
import { tensorBoard } from '../../src/tracking/tensor-board.ts';
import { isStateful } from '../../src/training/stateful.ts';
import { type DecodedEvent, decodeEvents } from '../formats/decode-tfevents.ts';
import { emptyFolder, EPOCH, killedAt, memoryStore, smallTraining } from './small-training.ts';

/** The events of each file, in the order in which TensorBoard reads the files. */
const filesOf = (folder: string): DecodedEvent[][] =>
  readdirSync(folder)
    .toSorted()
    .map((name) => decodeEvents(readFileSync(join(folder, name))));

type Shown = Record<string, { steps: number[]; values: number[] }>;

/** What TensorBoard shows: a session's start takes away all that is at its step or later. */
function shown(files: readonly (readonly DecodedEvent[])[]): Shown {
  let points: { name: string; step: number; value: number }[] = [];
  for (const { step, sessionStatus, scalars = {} } of files.flat()) {
    if (sessionStatus === 1) points = points.filter((point) => point.step < step);
    points.push(...Object.entries(scalars).map(([name, value]) => ({ name, step, value })));
  }
  const series: Shown = {};
  for (const { name, step, value } of points) {
    const { steps, values } = (series[name] ??= { steps: [], values: [] });
    steps.push(step);
    values.push(value);
  }
  return series;
}

/** A history as TensorBoard keeps it, in float32. */
const asShown = (history: History): Shown =>
  Object.fromEntries(
    history.names.map((name) => {
      const { steps, values } = history.series(name);
      return [name, { steps: [...steps], values: values.map(Math.fround) }];
    }),
  );

beforeAll(async () => {
  await useBackend('cpu');
});

test('one file, whose name says when and where; it begins with version and session and has every point', async () => {
  const folder = join(emptyFolder(), 'deep', 'run');
  const before = Date.now() / 1000;
  const history = await smallTraining({ callbacks: [tensorBoard(folder)] });
  const [name = '', ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  const seconds = Number(name.split('.')[3]);
  expect(name).toBe(`events.out.tfevents.${seconds}.${hostname()}.${process.pid}`);
  expect(seconds).toBeGreaterThanOrEqual(Math.floor(before));
  const [events = []] = filesOf(folder);
  expect(events[0]).toMatchObject({ step: 0, fileVersion: 'brain.Event:2' });
  expect(events[1]).toMatchObject({ step: 0, sessionStatus: 1 });
  expect(shown([events])).toEqual(asShown(history));
  for (const { wallTime } of events) {
    expect(wallTime).toBeGreaterThanOrEqual(before);
    expect(wallTime).toBeLessThanOrEqual(Date.now() / 1000);
  }
});

test('a file sorts after all others, whatever the clock says; a training from step 0 replaces what they show', async () => {
  const folder = emptyFolder();
  const later = `events.out.tfevents.${Math.floor(Date.now() / 1000) + 5000}.elsewhere.1`;
  writeFileSync(join(folder, later), '');
  writeFileSync(join(folder, 'notes.99999999999.txt'), '');
  await smallTraining({ callbacks: [tensorBoard(folder)], steps: 9 });
  const history = await smallTraining({ callbacks: [tensorBoard(folder)], steps: 2 });
  const names = readdirSync(folder).toSorted();
  expect(names).toHaveLength(4);
  expect(names[0]).toBe(later);
  const files = names.slice(0, 3).map((name) => decodeEvents(readFileSync(join(folder, name))));
  expect(shown(files)).toEqual(asShown(history));
});

describe('after an interruption', () => {
  test('every step is shown once, also a validation that the checkpoint had and the interrupted process repeated', async () => {
    const folder = emptyFolder();
    const history = await smallTraining();
    const checkpoint = memoryStore(EPOCH);
    const options = { checkpoint, resume: 'if present' } as const;
    for (const step of [EPOCH + 1, 2 * EPOCH + 2])
      await killedAt(step, { ...options, callbacks: [tensorBoard(folder)] });
    await smallTraining({ ...options, callbacks: [tensorBoard(folder)] });
    const files = filesOf(folder);
    expect(files).toHaveLength(3);
    // The second process begins at update 4, with the validation that was measured after it.
    expect(files[1]?.slice(0, 3)).toEqual([
      expect.objectContaining({ fileVersion: 'brain.Event:2' }),
      expect.objectContaining({ step: EPOCH, sessionStatus: 1 }),
      expect.objectContaining({
        step: EPOCH,
        scalars: {
          'validation/loss': expect.any(Number) as number,
          'epoch/loss': expect.any(Number) as number,
        },
      }),
    ]);
    const found = shown(files);
    expect(Object.keys(found).toSorted()).toEqual(history.names.toSorted());
    for (const [name, points] of Object.entries(asShown(history))) expect(found[name]).toEqual(points);
  });

  test('values that are not finite come back from the checkpoint; what is not a state is refused', () => {
    const callback = tensorBoard('x');
    if (!isStateful(callback)) throw new Error('it has no state');
    expect(() => callback.restoreHost({ step: 3, values: { a: Number.NaN } })).not.toThrow();
    expect(callback.host()).toEqual({ step: 3, values: { a: Number.NaN } });
    for (const state of [null, { step: -1, values: {} }, { step: 1, values: { a: 'b' } }])
      expect(() => callback.restoreHost(state)).toThrow(DataError);
  });

  test('one that goes on with its optimizer keeps what the call before it has shown', async () => {
    const folder = emptyFolder();
    for (const firstStep of [0, 2]) {
      const callback = tensorBoard(folder);
      await callback.onTrainBegin?.({ firstStep, steps: 2, resumed: 0 });
      await callback.onBatchEnd?.(firstStep, { 'train/loss': 1 });
      await callback.onBatchEnd?.(firstStep + 1, { 'train/loss': 1 });
      await callback.onValidationEnd?.(firstStep + 1, { 'validation/loss': 1 });
      await callback.onTrainEnd?.({}, { kind: 'completed' });
    }
    expect(shown(filesOf(folder))).toEqual({
      'train/loss': { steps: [0, 1, 2, 3], values: [1, 1, 1, 1] },
      'validation/loss': { steps: [2, 4], values: [1, 1] },
    });
  });
});

test('a folder that is a file, or inside one, stops the training; no name is an OptionError', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'file'), '');
  for (const path of [join(folder, 'file'), join(folder, 'file', 'run')]) {
    const training = smallTraining({ callbacks: [tensorBoard(path)] });
    await expect(training).rejects.toThrow(FileError);
    await expect(training).rejects.toThrow(`cannot write ${path}`);
  }
  expect(() => tensorBoard('')).toThrow(OptionError);
});

test('two trainings in the same second have files of their own', async () => {
  const clock = vi.spyOn(Date, 'now').mockReturnValue(1_700_000_000_000);
  const folder = emptyFolder();
  for (let training = 0; training < 3; training++)
    await smallTraining({ callbacks: [tensorBoard(folder)], steps: 1 });
  clock.mockRestore();
  expect(readdirSync(folder).map((name) => name.split('.')[3])).toEqual([
    '1700000000',
    '1700000001',
    '1700000002',
  ]);
});
