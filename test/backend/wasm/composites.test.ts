import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { expectSameOnBoth, positive } from './same-as-cpu.ts';

const CASES = 200;

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
afterAll(() => restoreStock());

describe(`equal to cpu with their gradients, on ${CASES} drawn cases`, () => {
  test('softmax cross-entropy', () =>
    expectSameOnBoth(CASES, 1, (draw) => {
      const [rows, classes] = [draw.integer(1, 6), draw.integer(2, 7)];
      const labels = Array.from({ length: rows }, () => draw.rng.integer(classes));
      return {
        what: [rows, classes],
        inputs: [{ shape: [rows, classes] }],
        compute: (logits) =>
          tf.losses.softmaxCrossEntropy(
            tf.oneHot(tf.tensor1d(labels, 'int32'), classes),
            logits,
            undefined,
            0.1,
          ),
      };
    }));

  test('sigmoid cross-entropy', () =>
    expectSameOnBoth(CASES, 2, (draw) => {
      const shape: [number, number] = [draw.integer(1, 6), draw.integer(1, 6)];
      const labels = draw.rng.bernoulli(shape[0] * shape[1], 0.5);
      return {
        what: shape,
        inputs: [{ shape }],
        compute: (logits) => tf.losses.sigmoidCrossEntropy(tf.tensor(labels, shape, 'float32'), logits),
      };
    }));

  test('batchNorm', () =>
    expectSameOnBoth(CASES, 3, (draw) => {
      const channels = draw.integer(1, 5);
      const outer = draw.pick<number[]>([[], [2], [3, 2]]);
      const shape = [draw.integer(1, 4), ...outer, channels];
      const vector = { shape: [channels] };
      return {
        what: shape,
        inputs: [{ shape }, vector, positive(draw, [channels]), vector, vector],
        compute: (x, mean, variance, shift, scale) => tf.batchNorm(x, mean, variance, shift, scale),
      };
    }));

  test('attention', () =>
    expectSameOnBoth(CASES, 4, (draw) => {
      const [batch, heads, size] = [draw.integer(1, 3), draw.integer(1, 3), draw.integer(1, 5)];
      const [queries, keys] = [draw.integer(1, 6), draw.integer(1, 6)];
      return {
        what: [batch, heads, queries, keys, size],
        inputs: [queries, keys, keys].map((rows) => ({ shape: [batch, heads, rows, size] })),
        compute: (q, k, v) => {
          const scores = tf.matMul(q ?? tf.scalar(0), k ?? tf.scalar(0), false, true).div(Math.sqrt(size));
          return tf.matMul(tf.softmax(scores), v ?? tf.scalar(0));
        },
      };
    }));

  test('an LSTM cell', () =>
    expectSameOnBoth(CASES, 5, (draw) => {
      const [batch, inputs, units] = [draw.integer(1, 3), draw.integer(1, 4), draw.integer(1, 4)];
      const kernel = [inputs + units, 4 * units];
      return {
        what: [batch, inputs, units],
        inputs: [[batch, inputs], kernel, [4 * units], [batch, units], [batch, units]].map((shape) => ({
          shape,
        })),
        compute: (x, w, b, c, h) =>
          tf.concat(
            tf.basicLSTMCell(
              1,
              w as tf.Tensor2D,
              b as tf.Tensor1D,
              x as tf.Tensor2D,
              c as tf.Tensor2D,
              h as tf.Tensor2D,
            ),
          ),
      };
    }));
});
