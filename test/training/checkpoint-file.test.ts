/** A checkpoint in a folder: whatever fails and wherever the process ends, a whole one is left, and damage is seen. */
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { DataError, FileError, OptionError } from '../../src/errors.ts';
import { decodeSafetensors } from '../../src/formats/safetensors.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { adam } from '../../src/optimizers/adam.ts';
import { Rng } from '../../src/random/rng.ts';
import { checkpointFile, type CheckpointFileOptions } from '../../src/training/checkpoint-file.ts';
import { type CheckpointStore, seal } from '../../src/training/checkpoint.ts';
import { train } from '../../src/training/train.ts';
import { NO_NUMBERS } from '../no-numbers.ts';
import { atEveryFileCall } from './file-calls.ts';

const NEWEST = 'checkpoint.safetensors';
const PREVIOUS = 'checkpoint.previous.safetensors';

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-recipes-checkpoint-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const storeIn = (folder: string): CheckpointStore => checkpointFile(folder, { everySteps: 5 });

/** What stands in a folder. */
const filesOf = (folder: string): string[] => readdirSync(folder).toSorted();

/** A checkpoint that holds a number, to be told from others. */
const numbered = (number: number): Promise<Uint8Array> =>
  seal(new Map([['number', { shape: [1], values: Float32Array.of(number) }]]), {});

/** Changes one bit of a file. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

/** The number of the checkpoint that a folder gives; 0 where it has none. */
async function readNumber(store: CheckpointStore): Promise<number | undefined> {
  const file = await store.read();
  return file === null ? 0 : decodeSafetensors(file).tensors.get('number')?.values[0];
}

/** A folder in which the checkpoints 1 to `count` were written, and its store. */
async function folderWith(count: number): Promise<{ folder: string; store: CheckpointStore }> {
  const folder = emptyFolder();
  const store = storeIn(folder);
  for (let number = 1; number <= count; number++) await store.write(await numbered(number));
  return { folder, store };
}

describe('the newest checkpoint and the one before it', () => {
  test('are kept, and the newest is read', async () => {
    const { folder, store } = await folderWith(0);
    expect(await readNumber(store)).toBe(0);
    await store.write(await numbered(1));
    expect(filesOf(folder)).toEqual([NEWEST]);
    await store.write(await numbered(2));
    await store.write(await numbered(3));
    expect(filesOf(folder)).toEqual([PREVIOUS, NEWEST]);
    expect(await readNumber(storeIn(folder))).toBe(3);
    expect(readFileSync(join(folder, PREVIOUS))).toEqual(Buffer.from(await numbered(2)));
  });

  test('the folder is made where it is missing; without one there is no checkpoint', async () => {
    const folder = join(emptyFolder(), 'runs', 'a ü');
    expect(await readNumber(storeIn(folder))).toBe(0);
    await storeIn(folder).write(await numbered(1));
    expect(await readNumber(storeIn(folder))).toBe(1);
  });

  test('the previous one is read where the newest is missing', async () => {
    const { folder, store } = await folderWith(2);
    rmSync(join(folder, NEWEST));
    expect(await readNumber(store)).toBe(1);
    await store.write(await numbered(3));
    expect(filesOf(folder)).toEqual([PREVIOUS, NEWEST]);
    expect(await readNumber(store)).toBe(3);
  });
});

describe('damage', () => {
  test('of the newest is an error that names both files, and its cure works', async () => {
    const { folder, store } = await folderWith(2);
    damage(join(folder, NEWEST));
    await expect(store.read()).rejects.toThrow(DataError);
    await expect(store.read()).rejects.toThrow(
      `${join(folder, NEWEST)}: the checkpoint is damaged: its SHA-256 is not the one that it was written with; the one before it is whole: rename ${join(folder, PREVIOUS)} to ${join(folder, NEWEST)} to go on`,
    );
    renameSync(join(folder, PREVIOUS), join(folder, NEWEST));
    expect(await readNumber(store)).toBe(1);
  });

  test.each([
    ['the only one', 1, [NEWEST]],
    ['both', 2, [NEWEST, PREVIOUS]],
  ] as const)('of %s leaves nothing to go on from', async (_, count, damaged) => {
    const { folder, store } = await folderWith(count);
    for (const name of damaged) damage(join(folder, name));
    for (const name of damaged) {
      await expect(store.read()).rejects.toThrow(
        new RegExp(`${name}: .* there is no whole one before it: delete it to begin anew$`),
      );
      rmSync(join(folder, name));
    }
    expect(await readNumber(store)).toBe(0);
  });

  test('is also to be empty, cut, or of another program', async () => {
    const { folder, store } = await folderWith(1);
    const whole = await numbered(1);
    for (const bytes of [new Uint8Array(), whole.subarray(0, -1), 'PK\u0003\u0004 what is this?']) {
      writeFileSync(join(folder, NEWEST), bytes);
      await expect(store.read()).rejects.toThrow(DataError);
    }
  });
});

/** An error as the system makes them. */
const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: it was made to fail`), { code });

describe.each([0, 1, 2])('with %i checkpoints there', (count) => {
  test.each(['ENOSPC', 'EACCES', 'EROFS'])(
    '%s at any point of a write: an error with path and code, and the checkpoints can be used',
    async (code) => {
      for (let failing = 0, isOver = false; !isOver; failing++) {
        const { folder, store } = await folderWith(count);
        let reached = 0;
        const giveBack = atEveryFileCall(() => {
          if (reached++ === failing) throw systemError(code);
        });
        const error = await store.write(await numbered(3)).catch((thrown: unknown) => thrown);
        giveBack();
        isOver = reached <= failing;
        if (isOver) expect({ error, enough: failing >= 20 }).toEqual({ error: undefined, enough: true });
        else {
          expect(error, `point ${failing}`).toBeInstanceOf(FileError);
          expect(error).toMatchObject({
            path: join(folder, NEWEST),
            message: `cannot write ${join(folder, NEWEST)}: ${code}: it was made to fail`,
          });
          expect([count, 3], `point ${failing}`).toContain(await readNumber(storeIn(folder)));
          expect(filesOf(folder)).not.toContain(`${NEWEST}.part`);
          await store.write(await numbered(3));
        }
        expect(await readNumber(storeIn(folder))).toBe(3);
      }
    },
  );

  test('a process that ends at any point of a write leaves a whole one; the next write removes what it left', async () => {
    const left = new Set<string>();
    for (let last = 0, isOver = false; !isOver; last++) {
      const { folder, store } = await folderWith(count);
      let reached = 0;
      const giveBack = atEveryFileCall(() => {
        if (reached++ >= last) throw systemError('the process has ended');
      });
      await store.write(await numbered(3)).catch(() => undefined);
      giveBack();
      isOver = reached <= last;
      expect([count, 3], `point ${last}`).toContain(await readNumber(storeIn(folder)));
      left.add(filesOf(folder).join(' '));
      await storeIn(folder).write(await numbered(1));
      expect(await readNumber(storeIn(folder))).toBe(1);
      expect(filesOf(folder).filter((name) => name !== PREVIOUS)).toEqual([NEWEST]);
    }
    expect([...left].some((names) => names.includes('.part'))).toBe(true);
  });
});

test('a checkpoint is on the disk before it gets its name, and the names before the write is over', async () => {
  const { store } = await folderWith(1);
  const calls: string[] = [];
  const giveBack = atEveryFileCall((point) => calls.push(point));
  await store.write(await numbered(2));
  giveBack();
  expect(calls.filter((point) => point.startsWith('before')).join()).toBe(
    ['mkdir', 'open', 'writeFile', 'sync', 'close', 'rename', 'rename', 'open', 'sync', 'close']
      .map((name) => `before ${name}`)
      .join(),
  );
});

test.each(['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR'])(
  '%s: a system may be unable to bring names to the disk',
  async (code) => {
    const { store } = await folderWith(1);
    let syncs = 0;
    const giveBack = atEveryFileCall((point) => {
      if (point === 'before sync' && ++syncs === 2) throw systemError(code);
    });
    await store.write(await numbered(2));
    giveBack();
    expect(syncs).toBe(2);
    expect(await readNumber(store)).toBe(2);
  },
);

test('a file in the place of the folder, and a folder in the place of the file', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'a'), '');
  const inFile = storeIn(join(folder, 'a'));
  await expect(inFile.write(await numbered(1))).rejects.toThrow(/^cannot write .*EEXIST/);
  await expect(inFile.read()).rejects.toThrow(/^cannot read .*ENOTDIR/);
  await storeIn(join(folder, 'b', NEWEST)).write(await numbered(1));
  await expect(storeIn(join(folder, 'b')).read()).rejects.toThrow(/^cannot read .*EISDIR/);
  await expect(storeIn(join(folder, 'b')).read()).rejects.toThrow(FileError);
});

test.each([...NO_NUMBERS, 0, -1, 1.5, undefined])('everySteps: %o is refused', (everySteps) => {
  const options = { everySteps } as unknown as CheckpointFileOptions;
  expect(() => checkpointFile('runs/a', options)).toThrow(OptionError);
});

describe('a training', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  const rng = Rng.fromSeed(4);
  const inputs = { values: rng.split('data').normal(40), shape: [20, 2] };
  const targets = rng.split('targets').normal(20);

  /** Throws in the update `fails`, if that is given. */
  async function run(checkpoint?: CheckpointStore, fails?: number): Promise<readonly number[]> {
    const weights = [tf.tensor2d([0.5, -0.5], [2, 1]), tf.tensor1d([0])];
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2], weights })] });
    const optimizer = adam({ learningRate: 0.1 });
    const throwing = {
      onBatchEnd: (step: number) => {
        if (step === fails) throw new Error('interrupted');
      },
    };
    await train(
      model,
      { inputs, targets },
      {
        ...(checkpoint && { checkpoint, resume: 'if present' }),
        loss: squaredError(),
        optimizer,
        callbacks: [throwing],
        batchSize: 6,
        steps: 17,
        rng,
      },
    );
    const values = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
    optimizer.dispose();
    model.dispose();
    return values;
  }

  test('goes on from the folder to the same bits, and refuses a damaged file', async () => {
    const whole = await run();
    const folder = emptyFolder();
    await expect(run(storeIn(folder), 7)).rejects.toThrow('interrupted');
    await expect(run(storeIn(folder), 12)).rejects.toThrow('interrupted');
    expect(filesOf(folder)).toEqual([PREVIOUS, NEWEST]);
    expect(await run(storeIn(folder))).toEqual(whole);
    damage(join(folder, NEWEST));
    await expect(run(storeIn(folder))).rejects.toThrow(/damaged.*the one before it is whole/);
  });
});
