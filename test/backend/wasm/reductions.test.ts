import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { withoutLeak } from '../../no-leak.ts';
import { expectSameOnBoth, special, ties } from './same-as-cpu.ts';

const CASES = 200;

type Reduce = (x: tf.Tensor, axes: number[] | undefined, keepDims: boolean) => tf.Tensor;

const REDUCTIONS: Readonly<Record<string, Reduce>> = {
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
  min: tf.min,
  logSumExp: tf.logSumExp,
  variance: (x, axes, keepDims) => tf.moments(x, axes, keepDims).variance,
  norm: (x) => tf.norm(x),
};

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
afterAll(() => restoreStock());

describe(`equal to cpu on ${CASES} drawn cases`, () => {
  test.each(Object.entries(REDUCTIONS))('%s and its gradient, over any axes', (name, reduce) =>
    expectSameOnBoth(CASES, 1, (draw) => {
      const shape = draw.shape(5);
      const axes = draw.pick([undefined, draw.axes(shape), draw.axes(shape)]);
      const keepDims = draw.pick([true, false]);
      return {
        what: [name, shape, axes, keepDims],
        inputs: [{ shape }],
        compute: (x) => reduce(x, axes, keepDims),
      };
    }),
  );

  test.each(Object.entries(REDUCTIONS).slice(0, 4))('%s of any numbers', (name, reduce) =>
    expectSameOnBoth(CASES, 2, (draw) => {
      const shape = draw.shape(4);
      const axes = draw.axes(shape);
      return {
        what: [name, shape, axes],
        inputs: [special(draw, shape)],
        compute: (x) => reduce(x, axes, false),
        gradient: false,
      };
    }),
  );

  test('argMax, the first of equal numbers', () =>
    expectSameOnBoth(CASES, 3, (draw) => {
      const shape = draw.shape(4);
      const axis = draw.integer(0, shape.length - 1);
      return {
        what: [shape, axis],
        inputs: [ties(draw, shape)],
        compute: (x) => tf.argMax(x, axis),
        gradient: false,
      };
    }));
});

test('a sum whose terms cancel keeps its small rest: float32 would lose every one of 1000 times 1e-5', async () => {
  await withoutLeak(() =>
    tf.tidy(() => {
      const rest = Array.from({ length: 1000 }, () => 1e-5);
      const columns = tf.tensor([1000, ...rest, -1000], [1002, 1]);
      for (const total of [
        columns.flatten().sum(),
        columns.sum(0).squeeze(),
        columns.mean(0).mul(1002).squeeze(),
      ])
        expect(total.dataSync()[0]).toBeCloseTo(0.01, 8);
    }),
  );
});

test('nothing at all has the sum 0, and integers stay integers', async () => {
  await withoutLeak(() =>
    tf.tidy(() => {
      expect([...tf.zeros([0, 2]).sum(0).dataSync()]).toEqual([0, 0]);
      const total = tf.tensor1d([2, 3], 'int32').sum();
      expect([total.dtype, total.dataSync()[0]]).toEqual(['int32', 5]);
    }),
  );
});
