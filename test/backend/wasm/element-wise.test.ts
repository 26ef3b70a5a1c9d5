import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { withoutLeak } from '../../no-leak.ts';
import { expectSameOnBoth, memory, special } from './same-as-cpu.ts';

const CASES = 200;

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const BINARY: Readonly<Record<string, Binary>> = { add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div };
/** tfjs-core has no gradient of these where a shape is stretched. */
const EXTREMES: Readonly<Record<string, Binary>> = { maximum: tf.maximum, minimum: tf.minimum };

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
afterAll(() => restoreStock());

describe(`equal to cpu on ${CASES} drawn cases`, () => {
  test.each([...Object.entries(BINARY), ...Object.entries(EXTREMES)])(
    '%s and its gradients',
    (name, compute) =>
      expectSameOnBoth(CASES, 4, (draw) => {
        const full = draw.shape(4);
        const stretched = (): number[] =>
          full.map((size) => (draw.integer(0, 3) === 0 ? 1 : size)).slice(draw.pick([0, 0, 1]));
        const isExtreme = name in EXTREMES;
        const [a, b] = isExtreme ? [full, full] : [stretched(), stretched()];
        return { what: [name, a, b], inputs: [{ shape: a }, { shape: b }], compute };
      }),
  );

  test.each(Object.entries(EXTREMES))('%s of any numbers, stretched', (name, compute) =>
    expectSameOnBoth(CASES, 5, (draw) => {
      const full = draw.shape(4);
      const stretched = (): number[] =>
        full.map((size) => (draw.integer(0, 3) === 0 ? 1 : size)).slice(draw.pick([0, 0, 1]));
      const [a, b] = [stretched(), stretched()];
      return { what: [name, a, b], inputs: [special(draw, a), special(draw, b)], compute, gradient: false };
    }),
  );

  test('where and its gradients', () =>
    expectSameOnBoth(CASES, 7, (draw) => {
      const shape = draw.shape(4);
      const chosen = draw.rng.bernoulli(tf.util.sizeFromShape(shape), 0.5);
      return {
        what: shape,
        inputs: [special(draw, shape), special(draw, shape)],
        compute: (a, b) => tf.where(tf.tensor(chosen, shape, 'bool'), a, b),
      };
    }));
});

test('integers are clipped and compared as ever', async () => {
  await withoutLeak(() =>
    tf.tidy(() => {
      const x = tf.tensor1d([-1, 2, 9], 'int32');
      expect([...tf.maximum(x, tf.scalar(2, 'int32')).dataSync()]).toEqual([2, 2, 9]);
      expect([...tf.minimum(x, tf.scalar(2, 'int32')).dataSync()]).toEqual([-1, 2, 2]);
      expect(tf.maximum(x, x).dtype).toBe('int32');
    }),
  );
});

test('clone and a cast to the same type share memory; a change of the one leaves the other', async () => {
  const before = memory();
  const first = tf.tensor1d([1, 2]);
  const [second, third] = [first.clone(), first.toFloat()];
  expect(memory().dataIds).toBe(before.dataIds + 1);
  const variable = tf.variable(second);
  variable.assign(tf.tidy(() => variable.add(1)));
  first.dispose();
  expect([...second.dataSync(), ...third.dataSync(), ...variable.dataSync()]).toEqual([1, 2, 1, 2, 2, 3]);
  expect([...tf.tidy(() => third.toInt()).dataSync()]).toEqual([1, 2]);
  tf.dispose([second, third, variable]);
});
