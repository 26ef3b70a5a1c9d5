import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { DataError, FileError, OptionError } from '../../src/errors.ts';
import { parseJson } from '../../src/result/json.ts';
import { historyLog } from '../../src/tracking/history-log.ts';
import type { Callback } from '../../src/training/callback.ts';
import { isStateful, type Stateful } from '../../src/training/stateful.ts';
import { emptyFolder, EPOCH, killedAt, memoryStore, smallTraining } from './small-training.ts';

const read = (file: string): string => readFileSync(file, 'utf8');
const lines = (file: string): unknown[] => read(file).trimEnd().split('\n').map(parseJson);

const PLAN = { firstStep: 0, steps: 10, resumed: 0 };

function stateful(callback: Callback): Callback & Stateful {
  if (!isStateful(callback)) throw new Error('it has no state');
  return callback;
}

/** Hooks as `train` calls them, for the updates from one to before another. */
async function updates(log: Callback, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step++)
    await log.onBatchEnd?.(step, { 'train/loss': step / 4, 'validation/loss': 9, 'epoch/loss': 9 });
}

beforeAll(async () => {
  await useBackend('cpu');
});

test('one line an event, with the new values alone, at their steps', async () => {
  const file = join(emptyFolder(), 'deep', 'history.jsonl');
  const log = historyLog(file);
  await log.onTrainBegin?.(PLAN);
  await log.onBatchEnd?.(0, { 'train/loss': 0.1, learningRate: 0.5 });
  const logs = {
    'train/loss': Number.NaN,
    learningRate: 0.25,
    'epoch/loss': Number.POSITIVE_INFINITY,
    'validation/a\n"b"': 2,
  };
  await log.onBatchEnd?.(1, logs);
  await log.onValidationEnd?.(1, logs);
  await log.onEpochEnd?.(0, logs);
  await log.onTrainEnd?.(logs, { kind: 'completed' });
  expect(read(file)).toBe(
    '{"step":0,"train/loss":0.1,"learningRate":0.5}\n' +
      '{"step":1,"train/loss":"NaN","learningRate":0.25}\n' +
      '{"step":2,"validation/a\\n\\"b\\"":2}\n' +
      '{"step":2,"epoch/loss":"Infinity"}\n',
  );
});

test('the lines are the points of the history', async () => {
  const file = join(emptyFolder(), 'history.jsonl');
  const history = await smallTraining({ callbacks: [historyLog(file)], record: ['gradientNorm'], steps: 10 });
  const series: Record<string, { steps: number[]; values: unknown[] }> = {};
  for (const { step, ...values } of lines(file) as { step: number }[])
    for (const [name, value] of Object.entries(values)) {
      const { steps, values: all } = (series[name] ??= { steps: [], values: [] });
      steps.push(step);
      all.push(value);
    }
  expect(series).toEqual(Object.fromEntries(history.names.map((name) => [name, history.series(name)])));
});

test('the losses of the update that was not made are told when the training ends', async () => {
  const file = join(emptyFolder(), 'history.jsonl');
  const log = historyLog(file);
  await log.onTrainBegin?.(PLAN);
  await updates(log, 0, 1);
  const outcome = { kind: 'diverged', step: 1, tensor: 'loss', learningRate: 1 } as const;
  const end = log.onTrainEnd?.bind(log) as (logs: object, by: object) => void;
  end({ 'train/loss': Number.POSITIVE_INFINITY, 'epoch/loss': 1 }, outcome);
  expect(lines(file)).toEqual([
    { step: 0, 'train/loss': 0 },
    { step: 1, 'train/loss': Number.POSITIVE_INFINITY },
  ]);
});

test('a line is in the file at the next turn of the event loop', async () => {
  const file = join(emptyFolder(), 'history.jsonl');
  const log = historyLog(file);
  await log.onTrainBegin?.(PLAN);
  await updates(log, 0, 3);
  expect(read(file)).toBe('');
  await nextTurn();
  expect(lines(file)).toHaveLength(3);
  log.dispose?.();
});

describe('an older file', () => {
  test('is replaced by a training from step 0, and continued by one that goes on', async () => {
    const file = join(emptyFolder(), 'history.jsonl');
    writeFileSync(file, 'of another training');
    const log = historyLog(file);
    await log.onTrainBegin?.(PLAN);
    await updates(log, 0, 2);
    await log.onTrainEnd?.({}, { kind: 'completed' });
    await log.onTrainBegin?.({ firstStep: 2, steps: 2, resumed: 0 });
    await updates(log, 2, 4);
    await log.onTrainEnd?.({}, { kind: 'completed' });
    expect(lines(file)).toEqual([0, 1, 2, 3].map((step) => ({ step, 'train/loss': step / 4 })));
    await smallTraining({ callbacks: [log], steps: 1 });
    expect(lines(file)[0]).toMatchObject({ step: 0, learningRate: 0.1 });
    expect(lines(file)).toHaveLength(2);
  });
});

describe('an interrupted training', () => {
  test('leaves the same file as one that was not, after one kill and after two', async () => {
    const folder = emptyFolder();
    const [whole, broken] = [join(folder, 'whole.jsonl'), join(folder, 'broken.jsonl')];
    await smallTraining({ callbacks: [historyLog(whole)] });
    const checkpoint = memoryStore(3);
    const options = { checkpoint, resume: 'if present' } as const;
    for (const step of [EPOCH + 1, 2 * EPOCH + 2]) {
      await killedAt(step, { ...options, callbacks: [historyLog(broken)] });
      expect(lines(broken).at(-1)).toMatchObject({ step });
    }
    await smallTraining({ ...options, callbacks: [historyLog(broken)] });
    expect(read(broken)).toBe(read(whole));
    // Once more, from its end.
    await smallTraining({ ...options, callbacks: [historyLog(broken)] });
    expect(read(broken)).toBe(read(whole));
  });

  test('killed between a line and its checkpoint: the line is cut off, and written once', async () => {
    const file = join(emptyFolder(), 'history.jsonl');
    const killed = stateful(historyLog(file));
    killed.setModel?.(null as never);
    await killed.onTrainBegin?.(PLAN);
    await updates(killed, 0, 5);
    const state = killed.host();
    // What the checkpoint counts is in the file, whatever happens next.
    expect(Buffer.byteLength(read(file))).toBe((state as { bytes: number }).bytes);
    await updates(killed, 5, 7);
    await nextTurn();
    expect(lines(file)).toHaveLength(7);

    const resumed = stateful(historyLog(file));
    resumed.setModel?.(null as never);
    resumed.restoreHost(state);
    await resumed.onTrainBegin?.({ ...PLAN, resumed: 5 });
    expect(lines(file)).toHaveLength(5);
    await updates(resumed, 5, 10);
    await resumed.onTrainEnd?.({}, { kind: 'completed' });
    expect(lines(file).map((line) => (line as { step: number }).step)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    // The callback serves another training: it begins anew.
    resumed.setModel?.(null as never);
    await resumed.onTrainBegin?.(PLAN);
    await resumed.onTrainEnd?.({}, { kind: 'completed' });
    expect(read(file)).toBe('');
    killed.dispose?.();
  });

  test.each([
    ['is shorter than it was', (file: string) => truncateSync(file, 3), 'it has 3 bytes'],
    ['is gone', undefined, 'it has 0 bytes'],
  ])('is refused where the file %s', async (_, damage, message) => {
    const file = join(emptyFolder(), 'history.jsonl');
    if (damage !== undefined) {
      writeFileSync(file, '{"step":0}\n');
      damage(file);
    }
    const log = stateful(historyLog(file));
    log.restoreHost({ bytes: 11 });
    const begin = (): unknown => log.onTrainBegin?.({ ...PLAN, resumed: 1 });
    expect(begin).toThrow(DataError);
    expect(begin).toThrow(`cannot go on with ${file}: ${message}, and 11 at the checkpoint; put the whole`);
    expect(existsSync(file)).toBe(damage !== undefined);
  });

  test.each([null, {}, { bytes: -1 }, { bytes: 1, more: 2 }])('refuses the state %j', (state) => {
    expect(() => stateful(historyLog('x')).restoreHost(state)).toThrow(DataError);
  });
});

describe('what cannot be written', () => {
  test('no name is an OptionError; a name of any characters is one', async () => {
    expect(() => historyLog('')).toThrow(OptionError);
    expect(() => historyLog(undefined as never)).toThrow('historyLog: file must be a string');
    const file = join(emptyFolder(), 'two\nlines.jsonl');
    await smallTraining({ callbacks: [historyLog(file)], steps: 1 });
    expect(lines(file)).toHaveLength(2);
  });

  test('a folder, or a file inside a file, stops the training before its first step', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'taken'));
    writeFileSync(join(folder, 'file'), '');
    for (const path of [join(folder, 'taken'), join(folder, 'file', 'history.jsonl'), 'nul\0']) {
      let steps = 0;
      const counting = { onBatchBegin: () => void steps++ };
      const training = smallTraining({ callbacks: [historyLog(path), counting] });
      await expect(training).rejects.toThrow(FileError);
      await expect(training).rejects.toThrow(/^cannot write .*(taken|file|nul)/s);
      expect(steps).toBe(0);
    }
  });

  if (!existsSync('/dev/full')) process.stderr.write('no /dev/full here: no disk is full\n');
  test.runIf(existsSync('/dev/full'))('a full disk ends the training at the next hook', async () => {
    const log = stateful(historyLog('/dev/full'));
    await log.onTrainBegin?.({ ...PLAN, firstStep: 1 });
    await updates(log, 1, 2);
    await nextTurn();
    await expect(updates(log, 2, 3)).rejects.toThrow(FileError);
    expect(() => log.host()).toThrow('ENOSPC');
    expect(() => log.onTrainEnd?.({}, { kind: 'completed' })).toThrow('cannot write /dev/full');
    expect(() => log.dispose?.()).not.toThrow();
  });
});
