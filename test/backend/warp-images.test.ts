import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { restoreStock } from '../../src/backend/kernels.ts';
import { useBackend } from '../../src/backend/use-backend.ts';
import { warpImages, type WarpOptions } from '../../src/backend/warp-images.ts';
import { BackendError } from '../../src/errors.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { relativeError, TRANSPOSED } from '../tolerances.ts';

const IDENTITY = [1, 0, 0, 0, 1, 0];
/** One image of two rows and three columns. */
const image = (): tf.Tensor => tf.tensor([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
const warped = (map: number[], options: Partial<WarpOptions> = {}, from: () => tf.Tensor = image): number[] =>
  tf.tidy(() => [
    ...warpImages(from(), tf.tensor2d([map]), {
      size: [2, 3],
      interpolation: 'bilinear',
      fill: 0,
      ...options,
    }).dataSync(),
  ]);
const random = (seed: number, shape: number[]): tf.Tensor =>
  tf.tensor(Rng.fromSeed(seed).normal(tf.util.sizeFromShape(shape)), shape);
/** Maps near the identity, one for each of some images. */
const randomMaps = (count: number): tf.Tensor => random(3, [count, 6]).mul(0.4).add(tf.tensor1d(IDENTITY));

afterAll(() => restoreStock());

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeEach(async () => {
    await useBackend(backend);
  });

  test('a map gives the column, then the row, that a pixel shows', () => {
    expect(warped(IDENTITY)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(warped([1, 0, 1, 0, 1, 0], { fill: -9 })).toEqual([2, 3, -9, 5, 6, -9]); // the next column
    expect(warped([1, 0, 0, 0, 1, -1], { fill: -9 })).toEqual([-9, -9, -9, 1, 2, 3]); // the row above
    expect(warped([0, 1, 0, 1, 0, 0], { size: [3, 2] })).toEqual([1, 4, 2, 5, 3, 6]); // row and column change places
  });

  test('between pixels: the weighted mean, the fill included, or the nearest', () => {
    const [right, below] = [0.25, 0.5];
    const map = [1, 0, right, 0, 1, below];
    // (1 − ½)(¾ · 1 + ¼ · 2) + ½ (¾ · 4 + ¼ · 5) = 2.75; at the edges the fill, 8, takes part.
    expect(warped(map, { fill: 8 })).toEqual([2.75, 3.75, 5.375, 6.125, 6.625, 7.25]);
    expect(warped(map, { fill: 8, interpolation: 'nearest' })).toEqual([4, 5, 6, 8, 8, 8]);
    const further = [1, 0, 0.75, 0, 1, 0.25];
    expect(warped(further, { fill: 8, interpolation: 'nearest' })).toEqual([2, 3, 8, 5, 6, 8]);
  });

  test('a pixel with no weight has no part, whatever it is', () => {
    const broken = (): tf.Tensor => tf.tensor([1, 2, Number.NaN, 4, Infinity, 6], [1, 2, 3, 1]);
    expect(warped(IDENTITY, {}, broken)).toEqual([1, 2, Number.NaN, 4, Infinity, 6]);
    expect(warped([1, 0, 1, 0, 1, 0], {}, broken)).toEqual([2, Number.NaN, 0, Infinity, 6, 0]);
  });

  test('each image has its own map, channels stay together', () => {
    const images = tf.tidy(() => {
      const two = tf.tensor([1, -1, 2, -2, 3, -3, 4, -4], [2, 1, 2, 2]);
      const maps = tf.tensor2d([IDENTITY, [-1, 0, 1, 0, 1, 0]]);
      return [...warpImages(two, maps, { size: [1, 2], interpolation: 'nearest', fill: 0 }).dataSync()];
    });
    expect(images).toEqual([1, -1, 2, -2, 4, -4, 3, -3]);
  });

  test.each(['bilinear', 'nearest'] as const)(
    '%s: the gradient is the transpose, that of the gradient the map',
    async (interpolation) => {
      await withoutLeak(() => {
        tf.tidy(() => {
          const [x, y, maps] = [random(1, [3, 4, 5, 2]), random(2, [3, 6, 3, 2]), randomMaps(3)];
          const map = (input: tf.Tensor): tf.Tensor =>
            warpImages(input, maps, { size: [6, 3], interpolation, fill: 0 });
          const product = map(x).mul(y).sum().dataSync();
          const transposed = tf.grad((input: tf.Tensor) => map(input).mul(y).sum())(random(4, x.shape));
          expect(relativeError(transposed.mul(x).sum().dataSync(), product)).toBeLessThan(TRANSPOSED);
          // ½ |Ax|² has the gradient AᵀAx, and |AᵀAx|² / 2 the gradient AᵀA AᵀAx.
          const square = (input: tf.Tensor): tf.Tensor =>
            tf.grad((z: tf.Tensor) => map(z).square().sum().div(2))(input);
          const twice = tf.grad((input: tf.Tensor) => square(input).square().sum().div(2))(x);
          expect(relativeError(twice.dataSync(), square(square(x)).dataSync())).toBeLessThan(TRANSPOSED);
        });
      });
    },
  );
});

test('stock: the cpu kernel Transform stops after the first image, so it cannot stand in here', async () => {
  await useBackend('cpu');
  const seen = tf.tidy(() => [
    ...tf.image.transform(tf.ones([2, 1, 2, 1]), tf.tensor2d([[1, 0, 0, 0, 1, 0, 0, 0]])).dataSync(),
  ]);
  expect(seen).toEqual([1, 1, 0, 0]);
});

test('the same bits on cpu and wasm, forward and gradient', async () => {
  const both = [];
  for (const backend of ['cpu', 'wasm'] as const) {
    await useBackend(backend);
    both.push(
      tf.tidy(() => {
        const [x, maps] = [random(1, [4, 9, 7, 3]), randomMaps(4)];
        const map = (input: tf.Tensor): tf.Tensor =>
          warpImages(input, maps, { size: [8, 8], interpolation: 'bilinear', fill: 0.3 });
        const gradient = tf.grad((input: tf.Tensor) =>
          map(input)
            .mul(random(5, [4, 8, 8, 3]))
            .sum(),
        )(x);
        return [...map(x).dataSync(), ...gradient.dataSync()];
      }),
    );
  }
  expect(both[0]).toEqual(both[1]);
});

test('without its kernels it says how to get them', async () => {
  await tf.setBackend('cpu');
  restoreStock();
  expect(() => warped(IDENTITY)).toThrow(BackendError);
  expect(() => warped(IDENTITY)).toThrow(/its kernels are not installed.*await useBackend/);
});
