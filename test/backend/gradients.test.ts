import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { withoutLeak } from '../no-leak.ts';
import { expectGradients, type Inputs, spread, type TensorFunction } from './gradient-check.ts';

/** Shapes are written `2x3 3`; a scalar's is `.`. */
type Case = [name: string, compute: TensorFunction, shapes: string];

const int = (values: number[], shape: number[]): tf.Tensor => tf.tensor(values, shape, 'int32');

const inputsOf = (shapes: string): Inputs =>
  shapes.split(' ').map((shape, i) => spread(sizes(shape), i + 1)) as [tf.Tensor];
const sizes = (shape: string): number[] => (shape === '.' ? [] : shape.split('x').map(Number));

const PAIRS = ['2x3 2x3', '2x3 3', '2x3 2x1', '1x3 2x1', '2x3 .', '. 2x3', '1 2x3', '2x1x3 4x1', '1x1 1'];

const { equal, notEqual, greater, greaterEqual, less, lessEqual, logicalAnd, logicalOr, logicalXor } = tf;
const { maximum, minimum, squaredDifference } = tf;
const { resizeBilinear, resizeNearestNeighbor } = tf.image;
const choice: Case[] = [
  ...Object.entries({ equal, notEqual, greater, greaterEqual, less, lessEqual }).flatMap(([name, compare]) =>
    PAIRS.slice(0, 7).map((shapes): Case => [
      `${name} in where`,
      (x, y) => tf.where(compare(x, y), x.mul(2), y.mul(3)),
      shapes,
    ]),
  ),
  ...Object.entries({ logicalAnd, logicalOr, logicalXor }).map(([name, both]): Case => [
    name,
    (x, y) => tf.where(both(x.greater(0), y.less(0)), x.mul(2), y.mul(3)),
    '2x3 3',
  ]),
  ['logicalNot', (x) => tf.where(x.greater(0).logicalNot(), x.mul(2), x.mul(3)), '2x3'],
  ['all', (x) => tf.where(x.greater(-1).all(1, true), x, x.mul(3)), '4x3'],
  ['any', (x) => tf.where(x.greater(1).any(1, true), x, x.mul(3)), '4x3'],
  ['a mask as a factor', (x) => x.greater(0).cast('float32').mul(x), '2x3'],
  ['floorDiv', (x) => tf.floorDiv(x, tf.scalar(0.55)).mul(x), '7'],
  ['cast to int32', (x) => x.cast('int32').cast('float32').mul(x), '7'],
  ['argMax by oneHot', (x) => tf.oneHot(tf.argMax(x, 1), 3).mul(x), '2x3'],
  ['an index of floats', (x) => tf.gather(x, x.abs().floor().cast('int32')), '3'],
];

const broadcasting: Case[] = [
  ...Object.entries({ maximum, minimum, squaredDifference }).flatMap(([name, compute]) =>
    PAIRS.map((shapes): Case => [name, (x, y) => compute(x, y), shapes]),
  ),
  ...['4x2x3 3x4', '4x2x3 1x3x4', '1x2x3 1x3x4'].map((shapes): Case => [
    'matMul',
    (x, y) => tf.matMul(x, y),
    shapes,
  ]),
  ...['3', '2x2x2x2', '1x2x1x2x2', '1x2x1x2x1x1'].map((shapes): Case => [
    'tile',
    (x) => {
      const copies = x.shape.map((_, axis) => 1 + ((axis + 1) % 3));
      return tf.tile(x, copies);
    },
    shapes,
  ]),
  ['clipByValue', (x, y) => x.mul(y).clipByValue(-0.5, 0.5), '2x3 3'],
];

const moving: Case[] = [
  ['gatherND', (x) => tf.gatherND(x, int([0, 1, 2, 3, 0, 1], [3, 2])), '3x4'],
  ['gatherND of rows', (x) => tf.gatherND(x, int([2, 0, 2], [3, 1])), '3x4'],
  ['scatterND', (x) => tf.scatterND(int([0, 3, 0], [3, 1]), x, [5, 2]), '3x2'],
  ['tensorScatterUpdate', (x, y) => tf.tensorScatterUpdate(x.add(0), int([0, 3], [2, 1]), y), '5x2 2x2'],
  ['stridedSlice', (x) => tf.stridedSlice(x, [0, 4], [4, 0], [2, -2]), '4x5'],
  ['stridedSlice masks', (x) => tf.stridedSlice(x, [1, 1], [3, 4], [1, 2], 1, 2), '4x5'],
  ['stridedSlice shrinks', (x) => tf.stridedSlice(x, [1, 0], [2, 5], [1, 1], 0, 0, 0, 0, 1), '4x5'],
  ['stridedSlice new axis', (x) => tf.stridedSlice(x, [0, 1, 0], [0, 3, 5], [1, 1, 2], 0, 0, 0, 1), '4x5'],
  ['stridedSlice ellipsis', (x) => tf.stridedSlice(x, [0, 1], [0, 3], [1, 1], 0, 0, 1), '2x2x4'],
  ...(['reflect', 'symmetric'] as const).map((mode): Case => [
    `mirrorPad ${mode}`,
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 0],
          [2, 1],
        ],
        mode,
      ),
    '3x4',
  ]),
  ['topk', (x) => tf.topk(x, 2).values, '2x5'],
  ['topk of a vector', (x) => tf.topk(x, 1).values, '5'],
  ['topk indices', (x) => tf.topk(x, 2).indices.cast('float32').mul(x.sum()), '2x5'],
  ['unstack', (x) => tf.unstack(x)[1] ?? x, '3x2'],
  ['unstack of one', (x) => tf.unstack(x)[0] ?? x, '1x2'],
  ['split into one', (x) => tf.split(x, 1)[0] ?? x, '4x2'],
  ['split', (x) => tf.split(x, [1, 3], 1)[1] ?? x, '2x4'],
  ['gather, one batch axis', (x) => tf.gather(x, int([0, 2, 1, 1], [2, 2]), 2, 1), '2x2x3'],
  ['depthToSpace', (x) => tf.depthToSpace(x as tf.Tensor4D, 2), '1x2x3x8'],
  ['diag', (x) => tf.diag(x), '3'],
  ['flipLeftRight', (x) => tf.image.flipLeftRight(x as tf.Tensor4D), '2x2x3x2'],
];

const scans: Case[] = [0, 1, 2].flatMap((axis) =>
  [false, true].flatMap((exclusive) =>
    [false, true].flatMap((reverse): Case[] => {
      const name = ` of axis ${axis}${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`;
      return [
        [`cumsum${name}`, (x) => tf.cumsum(x, axis, exclusive, reverse), '2x2x2'],
        [`cumprod${name}`, (x) => tf.cumprod(x, axis, exclusive, reverse), '2x3x2'],
      ];
    }),
  ),
);

const images: Case[] = [
  ...['2x5x4x2', '2x3x5x2'].flatMap((shapes): Case[] => [
    ['avgPool same, 2 by 2', (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'same'), shapes],
    ['avgPool same, 3 by 1', (x) => tf.avgPool(x as tf.Tensor4D, 3, 1, 'same'), shapes],
    ['avgPool same, [3, 2] by [2, 1]', (x) => tf.avgPool(x as tf.Tensor4D, [3, 2], [2, 1], 'same'), shapes],
    ['avgPool valid', (x) => tf.avgPool(x as tf.Tensor4D, 2, 1, 'valid'), shapes],
  ]),
  ['avgPool3d same', (x) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, 'same'), '1x3x2x3x1'],
  ...Object.entries({ resizeBilinear, resizeNearestNeighbor }).flatMap(([name, compute]) =>
    ['4x6', '4x9', '3x2', '5x4', '1x1'].flatMap((size): Case[] => {
      const resize = (x: tf.Tensor, alignCorners: boolean, halfPixelCenters: boolean): tf.Tensor =>
        compute(x as tf.Tensor4D, sizes(size) as [number, number], alignCorners, halfPixelCenters);
      return [
        [`${name} to ${size}`, (x) => resize(x, false, false), '2x2x3x2'],
        [`${name} to ${size}, corners aligned`, (x) => resize(x, true, false), '2x2x3x2'],
        [`${name} to ${size}, half pixels`, (x) => resize(x, false, true), '2x2x3x2'],
      ];
    }),
  ),
  ['resizeBilinear of squares', (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [5, 4]), '2x3x3x2'],
];

describe.each(['cpu', 'wasm'] as const)('gradients on %s against central differences', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each([...choice, ...broadcasting, ...moving, ...scans, ...images])(
    '%s, $2',
    async (_, compute, shapes) => {
      await withoutLeak(() => expectGradients(compute, inputsOf(shapes)));
    },
  );
});

describe('by hand', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });
  const gradient = (compute: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): number[] =>
    tf.tidy(() => [...tf.grad(compute)(x).dataSync()]);

  test('a running product with zeros: of (2, 0, 3) to (2, 0, 0)', () => {
    // p = x1 + x1 x2 + x1 x2 x3, so dx = (1 + x2 + x2 x3, x1 + x1 x3, x1 x2)
    expect(gradient((x) => tf.cumprod(x), tf.tensor1d([2, 0, 3]))).toEqual([1, 8, 0]);
  });

  test('a product over an axis counted from the end', () => {
    expect(gradient((x) => tf.prod(x, -1), tf.tensor2d([[2, 3, 5]]))).toEqual([15, 10, 6]);
  });

  test('mirrored numbers count as often as they appear', () => {
    const reflected = (x: tf.Tensor): tf.Tensor => tf.mirrorPad(x, [[2, 1]], 'reflect');
    expect(gradient(reflected, tf.tensor1d([1, 2, 3]))).toEqual([1, 3, 2]); // 3 2 | 1 2 3 | 2
  });

  test('average pooling at the border divides by what lies on the image', () => {
    const pooled = (x: tf.Tensor): tf.Tensor => tf.avgPool(x as tf.Tensor4D, [1, 2], [1, 2], 'same');
    expect(gradient(pooled, tf.ones([1, 1, 3, 1]))).toEqual([0.5, 0.5, 1]);
  });

  test('each of the copies of a pixel returns its gradient, in every image of the batch', () => {
    const layer = tf.layers.upSampling2d({ size: [2, 2] });
    const larger = (x: tf.Tensor): tf.Tensor => layer.apply(x) as tf.Tensor;
    expect(gradient(larger, tf.ones([3, 1, 2, 1]))).toEqual([4, 4, 4, 4, 4, 4]);
  });

  test('a tie of maximum goes to the first, as in tfjs', () => {
    const tie = (x: tf.Tensor): tf.Tensor => tf.maximum(x, tf.tensor1d([1, 1]));
    expect(gradient(tie, tf.scalar(1))).toEqual([2]);
  });
});

test('a gradient of ours has a gradient: of Σ max(x, y)² + topk(x)² + x[::2]²', async () => {
  await useBackend('cpu');
  const x = tf.tensor1d([3, 1, 2]);
  const loss = (input: tf.Tensor): tf.Scalar =>
    tf.addN([
      tf.maximum(input, tf.scalar(2.5)).square().sum(),
      tf.topk(input, 1).values.square().sum(),
      tf.stridedSlice(input, [0], [3], [2]).square().sum(),
    ]);
  const second = tf.tidy(() => [
    ...tf
      .grad((input) => tf.grad(loss)(input).sum())(x)
      .dataSync(),
  ]);
  expect(second).toEqual([6, 0, 2]);
  x.dispose();
});
