import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { expectSameOnBoth, positive, special } from './same-as-cpu.ts';

const CASES = 200;

type Unary = (x: tf.Tensor) => tf.Tensor;

const ACTIVATIONS: Readonly<Record<string, Unary>> = {
  relu: tf.relu,
  relu6: tf.relu6,
  elu: tf.elu,
  selu: tf.selu,
  softplus: tf.softplus,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  swish: (x) => x.mul(x.sigmoid()),
  leakyRelu: (x) => tf.leakyRelu(x, 0.3),
  softmax: (x) => tf.softmax(x),
  logSoftmax: (x) => tf.logSoftmax(x),
  hardSigmoid: (x) => tf.clipByValue(x.mul(0.2).add(0.5), 0, 1),
  abs: tf.abs,
  square: tf.square,
  exp: (x) => tf.exp(tf.minimum(x, tf.scalar(20))),
};

/** Not for numbers that are not finite: `erf` of cpu is infinite there. */
const ON_FINITE: Readonly<Record<string, Unary>> = {
  gelu: (x) => x.mul(x.mul(Math.SQRT1_2).erf().add(1)).mul(0.5),
  sin: tf.sin,
  cos: tf.cos,
};

const ON_POSITIVE: Readonly<Record<string, Unary>> = {
  log: tf.log,
  sqrt: tf.sqrt,
  rsqrt: tf.rsqrt,
  log1p: tf.log1p,
};

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
afterAll(() => restoreStock());

describe(`equal to cpu on ${CASES} drawn cases`, () => {
  test.each(Object.entries(ACTIVATIONS))('%s and its gradient, of any number', (name, compute) =>
    expectSameOnBoth(CASES, 1, (draw) => {
      const shape = draw.shape(4);
      return { what: [name, shape], inputs: [draw.pick([{ shape }, special(draw, shape)])], compute };
    }),
  );

  test.each(Object.entries(ON_FINITE))('%s and its gradient', (name, compute) =>
    expectSameOnBoth(CASES, 2, (draw) => {
      const shape = [draw.integer(2, 5), ...draw.shape(3)];
      return { what: [name, shape], inputs: [{ shape }], compute };
    }),
  );

  test.each(Object.entries(ON_POSITIVE))('%s and its gradient', (name, compute) =>
    expectSameOnBoth(CASES, 3, (draw) => {
      const shape = draw.shape(4);
      return { what: [name, shape], inputs: [positive(draw, shape)], compute };
    }),
  );

  test('prelu and its gradients, whatever the shape of the slopes', () =>
    expectSameOnBoth(CASES, 6, (draw) => {
      const shape: [number, number, number] = [draw.integer(1, 4), draw.integer(1, 5), draw.integer(1, 5)];
      const [, rows, columns] = shape;
      const slopes = draw.pick<number[]>([shape, [rows, columns], [columns], [1], [1, rows, 1], [rows, 1]]);
      return {
        what: [shape, slopes],
        inputs: [draw.pick([{ shape }, special(draw, shape)]), { shape: slopes }],
        compute: (x, alpha) => tf.prelu(x, alpha),
      };
    }));
});
