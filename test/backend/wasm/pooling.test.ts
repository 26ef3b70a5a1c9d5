import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { withoutLeak } from '../../no-leak.ts';
import { drawWindows, four, type Pad } from './draw-windows.ts';
import { type Draw, expectSameOnBoth, special, ties, onWasm } from './same-as-cpu.ts';

const CASES = 200;

/** Every window holds a number: tfjs's cpu gives -Infinity or NaN for one in the padding alone. */
function drawPooling(draw: Draw) {
  const { filter, image, inChannels, strides } = drawWindows(draw);
  const [height, width] = filter;
  const explicit: Pad = [
    [0, 0],
    [draw.integer(0, height - 1), draw.integer(0, height - 1)],
    [draw.integer(0, width - 1), draw.integer(0, width - 1)],
    [0, 0],
  ];
  const pad = draw.pick<Pad>(['same', 'valid', explicit]);
  return { filter: [...filter] as [number, number], shape: [...image, inChannels], strides, pad };
}

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
afterAll(() => restoreStock());

describe(`equal to cpu on ${CASES} drawn cases`, () => {
  test('maxPool and its gradient, which goes to the first of equal numbers', () =>
    expectSameOnBoth(CASES, 1, (draw) => {
      const { filter, shape, strides, pad } = drawPooling(draw);
      return {
        what: { filter, shape, strides, pad },
        inputs: [draw.pick([{ shape }, ties(draw, shape)])],
        compute: (x) => tf.maxPool(four(x), filter, strides, pad),
      };
    }));

  test('avgPool and its gradient', () =>
    expectSameOnBoth(CASES, 2, (draw) => {
      const { filter, shape, strides, pad } = drawPooling(draw);
      return {
        what: { filter, shape, strides, pad },
        inputs: [{ shape }],
        compute: (x) => tf.avgPool(four(x), filter, strides, pad),
      };
    }));

  test('avgPool of numbers that are not finite', () =>
    expectSameOnBoth(CASES, 3, (draw) => {
      const { filter, shape, strides, pad } = drawPooling(draw);
      return {
        what: { filter, shape, strides, pad },
        inputs: [special(draw, shape)],
        compute: (x) => tf.avgPool(four(x), filter, strides, pad),
        gradient: false,
      };
    }));

  test('one-dimensional and global pooling of tf.layers', () =>
    expectSameOnBoth(CASES, 4, (draw) => {
      const shape = [draw.integer(1, 3), draw.integer(3, 9), draw.integer(1, 5)];
      const settings = { poolSize: draw.integer(1, 3), strides: draw.integer(1, 3) };
      const layer = draw.pick<tf.layers.Layer>([
        tf.layers.maxPooling1d(settings),
        tf.layers.averagePooling1d(settings),
        tf.layers.globalMaxPooling1d(),
        tf.layers.globalAveragePooling1d(),
      ]);
      return {
        what: { shape, settings, layer: layer.getClassName() },
        inputs: [{ shape }],
        compute: (x) => layer.apply(x) as tf.Tensor,
      };
    }));
});

describe('closed forms', () => {
  const row = (): tf.Tensor4D => tf.tensor4d([-3, -1, -2], [1, 1, 3, 1]);

  test('the gradient of maxPool finds the largest of negative numbers', async () => {
    expect(
      await onWasm(() => tf.grad((x: tf.Tensor) => tf.maxPool(four(x), [1, 2], 1, 'valid'))(row())),
    ).toEqual([0, 2, 0]);
  });

  test('the gradient of avgPool does not count the padding', async () => {
    // Windows of 2: [-3 -1], [-1 -2], [-2 padding]; the last number has a share of 1/2 and one of 1.
    const gradient = (): tf.Tensor =>
      tf.grad((x: tf.Tensor) => tf.avgPool(four(x), [1, 2], 1, 'same'))(row());
    expect(await onWasm(gradient)).toEqual([0.5, 1, 1.5]);
  });

  test('a window with NaN has NaN, others are pooled as ever', async () => {
    const x = (): tf.Tensor4D => tf.tensor4d([5, Number.NaN, 2, 3, Infinity], [1, 1, 5, 1]);
    const largest = (): tf.Tensor => tf.maxPool(x(), [1, 2], 1, 'valid');
    expect(await onWasm(largest)).toEqual([Number.NaN, Number.NaN, 3, Infinity]);
    const mean = (): tf.Tensor => tf.avgPool(x(), [1, 2], 1, 'valid');
    expect(await onWasm(mean)).toEqual([Number.NaN, Number.NaN, 2.5, Infinity]);
  });

  test('a size that is rounded up takes the last window too, and so do the gradients', async () => {
    // Windows of 2 at the first and the third of [-3 -1 -2].
    const pools = [tf.maxPool, tf.avgPool].map(
      (pool) => (x: tf.Tensor) => pool(four(x), [1, 2], [1, 2], 0, 'ceil'),
    );
    const [largest = tf.abs, mean = tf.abs] = pools;
    expect(await onWasm(() => largest(row()))).toEqual([-1, -2]);
    expect(await onWasm(() => mean(row()))).toEqual([-2, -2]);
    expect(await onWasm(() => tf.grad(largest)(row()))).toEqual([0, 1, 1]);
    expect(await onWasm(() => tf.grad(mean)(row()))).toEqual([0.5, 0.5, 1]);
  });

  test('a number as padding goes all around, also with a window that is not square', async () => {
    expect(await onWasm(() => tf.maxPool(row(), [3, 2], 1, 1))).toEqual([-3, -1, -1, -2]);
  });

  test('three-dimensional pooling is refused with the cure', async () => {
    await withoutLeak(() => {
      const pool = (): tf.Tensor =>
        tf.tidy(() => tf.maxPool3d(tf.ones<tf.Rank.R5>([1, 2, 2, 2, 1]), 2, 1, 'valid'));
      expect(pool).toThrow(/MaxPool3D of tfjs gives wrong numbers; use the backend 'cpu'/);
    });
  });
});
