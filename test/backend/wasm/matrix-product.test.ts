import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { Rng } from '../../../src/random/rng.ts';

/** Two float32 sums of at most 90 products in different orders: 90 · 2^-24 in the worst case, a third of it in practice. */
const RELATIVE = 2e-6;
const CASES = 250;

const rng = Rng.fromSeed(20);
const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[rng.integer(items.length)] ?? items[0];
/** Sizes on both sides of every rule of choice: one, odd, and above the block of 48 of the stock loop. */
const size = (): number => pick([1, 1, 2, 3, 5, 8, 17, 31, 49, 64, 90]);

interface Operand {
  readonly values: Float32Array;
  readonly shape: number[];
}
const operand = (shape: number[]): Operand => ({ values: rng.normal(tf.util.sizeFromShape(shape)), shape });
const tensorOf = ({ values, shape }: Operand): tf.Tensor => tf.tensor(values.slice(), shape, 'float32');
const matrix = (batch: readonly number[], rows: number, columns: number, isTransposed: boolean): Operand =>
  operand(isTransposed ? [...batch, columns, rows] : [...batch, rows, columns]);

/** The values on one backend, checked to leave no tensor and no memory behind. */
async function on(
  backend: 'cpu' | 'wasm',
  compute: () => tf.Tensor,
): Promise<{ values: Float32Array; shape: number[] }> {
  await tf.setBackend(backend);
  const before = memory();
  const output = tf.tidy(compute);
  const result = { values: output.dataSync<'float32'>().slice(), shape: output.shape };
  output.dispose();
  expect(memory()).toEqual(before);
  return result;
}
const memory = () => ({
  tensors: tf.memory().numTensors,
  bytes: tf.memory().numBytes,
  dataIds: tf.engine().backend.numDataIds(),
});

async function expectSameOnBoth(what: string, compute: () => tf.Tensor): Promise<void> {
  const cpu = await on('cpu', compute);
  const wasm = await on('wasm', compute);
  expect(wasm.shape, what).toEqual(cpu.shape);
  const largest = Math.max(...cpu.values.map(Math.abs), 0);
  const difference = Math.max(
    ...cpu.values.map((value, i) => Math.abs(value - (wasm.values[i] ?? Number.NaN))),
    0,
  );
  expect(difference, what).toBeLessThanOrEqual(RELATIVE * largest);
}

beforeAll(async () => {
  await useBackend('wasm');
});
afterAll(() => restoreStock());

test(`matMul equals the cpu backend on ${CASES} ragged shapes`, async () => {
  const batches = [
    [[], []],
    [[], []],
    [[1], [1]],
    [[3], [3]],
    [[3], [1]],
    [[1], [4]],
    [[2], []],
    [[], [5]],
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], []],
    [[1, 2], [2]],
  ] as const;
  for (let i = 0; i < CASES; i++) {
    const [m, k, n] = [size(), size(), size()];
    const [transposeA, transposeB] = [pick([true, false]), pick([true, false])];
    const [batchA, batchB] = batches[rng.integer(batches.length)] ?? [[], []];
    const a = matrix(batchA, m, k, transposeA);
    const b = matrix(batchB, k, n, transposeB);
    const what = JSON.stringify({ a: a.shape, b: b.shape, transposeA, transposeB });
    await expectSameOnBoth(what, () => tf.matMul(tensorOf(a), tensorOf(b), transposeA, transposeB));
  }
});

test(`fused.matMul equals the cpu backend on ${CASES} ragged shapes`, async () => {
  for (let i = 0; i < CASES; i++) {
    const [m, k, n] = [size(), size(), size()];
    const [transposeA, transposeB] = [pick([true, false]), pick([true, false])];
    const batch = pick<number[]>([[], [], [1], [3]]);
    const a = matrix(batch, m, k, transposeA);
    const b = matrix(batch, k, n, transposeB);
    const bias = pick<(() => Operand) | undefined>([
      undefined,
      () => operand([n]),
      () => operand([n]),
      () => operand([1]),
      () => operand([m, n]),
      () => operand([1, n]),
    ])?.();
    const activation = pick(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const);
    const slopes = operand(pick([[n], [1]]));
    const what = JSON.stringify({
      a: a.shape,
      b: b.shape,
      transposeA,
      transposeB,
      bias: bias?.shape,
      activation,
    });
    await expectSameOnBoth(what, () =>
      tf.fused.matMul({
        a: tensorOf(a),
        b: tensorOf(b),
        transposeA,
        transposeB,
        activation,
        ...(bias && { bias: tensorOf(bias) }),
        ...(activation === 'prelu' && { preluActivationWeights: tensorOf(slopes) }),
        ...(activation === 'leakyrelu' && { leakyreluAlpha: 0.3 }),
      }),
    );
  }
});

test('large batches, taken apart, equal the cpu backend', async () => {
  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    for (const [batchA, batchB] of [
      [[3], [3]],
      [[3], [1]],
      [[], [2, 2]],
    ] as const) {
      const a = matrix(batchA, 33, 40, transposeA);
      const b = matrix(batchB, 40, 35, transposeB);
      await expectSameOnBoth(JSON.stringify([a.shape, b.shape]), () =>
        tf.matMul(tensorOf(a), tensorOf(b), transposeA, transposeB),
      );
    }
  }
});

const values = async (compute: () => tf.Tensor): Promise<number[]> => [...(await on('wasm', compute)).values];

describe('what stock gets wrong', () => {
  test('one tensor as a right operand of two shapes', async () => {
    // [1 2 3] · ones[2,3] then [1 1] · the same six ones as [2, 3]: stock would use the columns it packed first.
    const both = await values(() => {
      const ones = tf.ones([6]);
      const asThreeByTwo = tf.matMul([[1, 2, 3]], ones.reshape([3, 2]));
      const asTwoByThree = tf.matMul([[1, 1]], ones.reshape([2, 3]));
      return tf.concat([asThreeByTwo.flatten(), asTwoByThree.flatten()]);
    });
    expect(both).toEqual([6, 6, 2, 2, 2]);
  });

  test('a bias is added once, to every row, also where an operand is transposed', async () => {
    // 50 products of 1 · 1, in two blocks of the stock loop, plus the bias.
    const sum = await values(() =>
      tf.fused.matMul({
        a: tf.ones([50, 2]),
        b: tf.ones([50, 2]),
        transposeA: true,
        bias: tf.tensor1d([1, 2]),
      }),
    );
    expect(sum).toEqual([51, 52, 51, 52]);
  });

  test('an empty inner dimension gives zeros', async () => {
    expect(await values(() => tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 2])))).toEqual([0, 0, 0, 0]);
    expect(await values(() => tf.matMul(tf.zeros([0, 2]), tf.zeros([2, 0]), true, true))).toEqual([
      0, 0, 0, 0,
    ]);
  });

  test('relu keeps NaN', async () => {
    const relu = {
      a: tf.tensor2d([[Number.NaN, 1]]),
      b: tf.ones<tf.Rank.R2>([2, 1]),
      activation: 'relu',
    } as const;
    expect(await values(() => tf.fused.matMul(relu))).toEqual([Number.NaN]);
    tf.dispose([relu.a, relu.b]);
  });
});

const run = (name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap) => () =>
  tf.tidy(() => tf.engine().runKernel<tf.Tensor>(name, inputs, attrs));

test('what a kernel refuses leaves nothing behind', async () => {
  await tf.setBackend('wasm');
  const before = memory();
  tf.tidy(() => {
    const attrs = { transposeA: true, transposeB: true, activation: 'relu' };
    const integers = { a: tf.ones([1, 64, 64], 'int32'), b: tf.ones([1, 64, 64], 'int32') };
    const misfits = { a: tf.ones([1, 64, 64]), b: tf.ones([1, 65, 65]) };
    const unbroadcastable = { a: tf.ones([2, 64, 64]), b: tf.ones([3, 64, 64]) };
    const floats = { a: tf.ones([1, 64, 64]), b: tf.ones([1, 64, 64]) };
    const dataIds = tf.engine().backend.numDataIds();
    expect(run('BatchMatMul', integers, attrs)).toThrow(/float32/);
    expect(run('_FusedMatMul', integers, attrs)).toThrow(/float32/);
    expect(run('BatchMatMul', misfits, attrs)).toThrow(/must match/);
    expect(run('BatchMatMul', unbroadcastable, attrs)).toThrow(/broadcast/);
    expect(run('_FusedMatMul', floats, { ...attrs, activation: 'swish' })).toThrow(/swish/);
    expect(run('_FusedMatMul', { ...floats, bias: tf.ones([63]) }, attrs)).toThrow(/broadcast/);
    expect(tf.engine().backend.numDataIds()).toBe(dataIds + 1); // the bias
  });
  expect(memory()).toEqual(before);
});
