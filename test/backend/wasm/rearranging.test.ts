import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { withoutLeak } from '../../no-leak.ts';
import { type Draw, expectSameOnBoth } from './same-as-cpu.ts';

const CASES = 200;

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
afterAll(() => restoreStock());

const pairs = (draw: Draw, shape: readonly number[]): [number, number][] =>
  shape.map(() => [draw.integer(0, 2), draw.integer(0, 2)]);

describe(`equal to cpu with their gradients, on ${CASES} drawn cases`, () => {
  test('concat', () =>
    expectSameOnBoth(CASES, 1, (draw) => {
      const shape = draw.shape(4);
      const axis = draw.integer(0, shape.length - 1);
      const inputs = Array.from({ length: draw.integer(1, 3) }, () => ({
        shape: shape.with(axis, draw.integer(1, 4)),
      }));
      return { what: [inputs, axis], inputs, compute: (...parts) => tf.concat(parts, axis) };
    }));

  test('stack', () =>
    expectSameOnBoth(CASES, 2, (draw) => {
      const shape = draw.shape(3);
      const axis = draw.integer(0, shape.length);
      const inputs = Array.from({ length: draw.integer(1, 3) }, () => ({ shape }));
      return { what: [inputs, axis], inputs, compute: (...parts) => tf.stack(parts, axis) };
    }));

  test('split and unstack', () =>
    expectSameOnBoth(CASES, 3, (draw) => {
      const shape = draw.shape(4);
      const axis = draw.integer(0, shape.length - 1);
      const count = draw.integer(1, 3);
      const whole = shape.with(axis, count * (shape[axis] ?? 1));
      return {
        what: [whole, axis, count],
        inputs: [{ shape: whole }],
        compute: (x) => tf.addN([...tf.split(x, count, axis).map((part, i) => part.mul(i + 1)).map((part) => part.sum()), ...tf.unstack(x, axis).map((part, i) => part.sum().mul(i))]), // prettier-ignore
      };
    }));

  test('slice', () =>
    expectSameOnBoth(CASES, 4, (draw) => {
      const shape = draw.shape(4, 6);
      const begin = shape.map((size) => draw.integer(0, size - 1));
      const size = shape.map((length, axis) => draw.integer(1, length - (begin[axis] ?? 0)));
      return { what: [shape, begin, size], inputs: [{ shape }], compute: (x) => tf.slice(x, begin, size) };
    }));

  test('pad', () =>
    expectSameOnBoth(CASES, 5, (draw) => {
      const shape = draw.shape(4);
      const padding = pairs(draw, shape);
      return { what: [shape, padding], inputs: [{ shape }], compute: (x) => tf.pad(x, padding, 0.5) };
    }));

  test('tile', () =>
    expectSameOnBoth(CASES, 6, (draw) => {
      const shape = draw.shape(4, 4);
      const reps = shape.map(() => draw.integer(1, 3));
      return { what: [shape, reps], inputs: [{ shape }], compute: (x) => tf.tile(x, reps) };
    }));

  test('transpose', () =>
    expectSameOnBoth(CASES, 7, (draw) => {
      const shape = draw.shape(6, 4);
      const order = [...draw.rng.permutation(shape.length)];
      return { what: [shape, order], inputs: [{ shape }], compute: (x) => tf.transpose(x, order) };
    }));

  test('reverse', () =>
    expectSameOnBoth(CASES, 8, (draw) => {
      const shape = draw.shape(4);
      const axis = draw.integer(0, shape.length - 1);
      return { what: [shape, axis], inputs: [{ shape }], compute: (x) => tf.reverse(x, axis) };
    }));

  test('gather, along any axis, whose gradient is a segment sum', () =>
    expectSameOnBoth(CASES, 9, (draw) => {
      const shape = draw.shape(4);
      const axis = draw.integer(0, shape.length - 1);
      const places = draw.pick<number[]>([[draw.integer(1, 6)], [draw.integer(1, 3), draw.integer(1, 3)]]);
      const drawn = Array.from({ length: tf.util.sizeFromShape(places) }, () =>
        draw.rng.integer(shape[axis] ?? 1),
      );
      return {
        what: [shape, axis, places],
        inputs: [{ shape }],
        compute: (x) => tf.gather(x, tf.tensor(drawn, places, 'int32'), axis),
      };
    }));

  test('unsortedSegmentSum, rows without a segment left out', () =>
    expectSameOnBoth(CASES, 10, (draw) => {
      const shape = draw.shape(3);
      const segments = draw.integer(1, 5);
      const ids = Array.from({ length: shape[0] ?? 1 }, () => draw.integer(-1, segments));
      const valid = ids.every((id) => id < segments);
      return {
        what: [shape, ids, segments],
        inputs: [{ shape }],
        compute: (x) => tf.unsortedSegmentSum(x, tf.tensor1d(ids, 'int32'), segments),
        gradient: valid, // gather takes no place beyond the end
      };
    }));
});

test('integers are summed by segment as integers', async () => {
  await withoutLeak(() =>
    tf.tidy(() => {
      const x = tf.tensor2d([[2 ** 24 + 1, 1], [2, 3], [4, 5]], [3, 2], 'int32'); // prettier-ignore
      const sums = tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2], 'int32'), 3);
      expect(sums.dtype).toBe('int32');
      expect(sums.arraySync()).toEqual([[2, 3], [0, 0], [2 ** 24 + 5, 6]]); // prettier-ignore
    }),
  );
});
