/** Canaries: each fails when tfjs mends a fault that `src/backend/internals.md` lists under "gradients". */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { findGradient } from '../../src/backend/gradients/gradient.ts';
import { ownGradients } from '../../src/backend/gradients/own-gradients.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
  Reflect.set(tf.backend(), 'firstUse', false);
});
afterEach(() => {
  tf.engine().state.activeTape = []; // left behind by a gradient that threw
});

const MISSING =
  'Equal NotEqual Greater Less LessEqual LogicalAnd LogicalOr LogicalNot All Any Multinomial SearchSorted GatherNd ScatterNd TensorScatterUpdate StridedSlice TopK DepthToSpace Diag FlipLeftRight Cumprod Einsum Conv3DBackpropInputV2';

test('tfjs has no gradient of these kernels', () => {
  const missing = ownGradients().filter(({ kernelName }) => findGradient(kernelName) === undefined);
  expect(missing.map(({ kernelName }) => kernelName).toSorted()).toEqual(MISSING.split(' ').toSorted());
});

const gradient = (compute: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): number[] =>
  tf.tidy(() => [...tf.grad(compute)(x).dataSync()]);
const image = (...shape: [number, number, number, number]): tf.Tensor => tf.ones(shape);

test.each<[string, (x: tf.Tensor) => tf.Tensor, () => tf.Tensor, number[]]>([
  ['FloorDiv', (x) => tf.floorDiv(x, tf.scalar(2)), () => tf.tensor1d([3]), [0]],
  ['Cast', (x) => x.cast('int32').cast('float32').mul(x), () => tf.tensor1d([3]), [3]],
  ['Cumsum', (x) => tf.cumsum(x, 0), () => tf.ones([2, 2]), [2, 2, 1, 1]],
  ['MirrorPad', (x) => tf.mirrorPad(x, [[1, 0]], 'reflect'), () => tf.ones([2]), [1, 2]],
  ['AvgPool', (x) => tf.avgPool(x as tf.Tensor4D, [1, 2], [1, 2], 'same'), () => image(1, 1, 1, 1), [1]],
  [
    'ResizeNearestNeighbor',
    (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [2, 2]).mul(tf.tensor4d([1, 2], [2, 1, 1, 1])),
    () => image(2, 1, 1, 1),
    [4, 8],
  ],
  [
    'ResizeBilinear',
    (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [1, 1], false, true),
    () => image(1, 2, 2, 1),
    [0.25, 0.25, 0.25, 0.25],
  ],
])('tfjs has a wrong gradient of %s', (_, compute, x, right) => {
  expect(gradient(compute, x())).not.toEqual(right);
});

test.each<[string, (x: tf.Tensor) => tf.Tensor, () => tf.Tensor]>([
  ['Maximum', (x) => tf.maximum(x, tf.zeros([2])), () => tf.scalar(1)],
  ['Minimum', (x) => tf.minimum(x, tf.zeros([2])), () => tf.scalar(1)],
  ['SquaredDifference', (x) => tf.squaredDifference(x, tf.zeros([2])), () => tf.scalar(1)],
  ['Prelu', (x) => tf.prelu(x, tf.ones([2])), () => tf.scalar(1)],
  ['BatchMatMul', (x) => tf.matMul(tf.ones([2, 1, 1]), x), () => tf.ones([1, 1])],
  ['Tile', (x) => tf.tile(x, [1, 1, 1, 1, 2]), () => tf.ones([1, 1, 1, 1, 1])],
  ['Prod', (x) => tf.prod(x, -1), () => tf.ones([2, 2])],
  ['Unpack', (x) => tf.unstack(x)[0] ?? x, () => tf.ones([1])],
  ['SplitV', (x) => tf.split(x, 1)[0] ?? x, () => tf.ones([2])],
  ['GatherV2', (x) => tf.gather(x, x.cast('int32')), () => tf.zeros([1])],
  [
    'Conv2D',
    (x) => tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 1, 1]), 1, 'same', 'NHWC', 2),
    () => image(1, 2, 2, 1),
  ],
  [
    'DepthwiseConv2dNative',
    (x) => tf.depthwiseConv2d(x as tf.Tensor4D, tf.ones([1, 1, 1, 1]), 1, 'same', 'NHWC', 2),
    () => image(1, 2, 2, 1),
  ],
  [
    'Conv3D',
    (x) => tf.conv3d(x as tf.Tensor5D, tf.ones([1, 1, 1, 1, 1]), 1, 'same', 'NDHWC', 2),
    () => tf.ones([1, 2, 2, 2, 1]),
  ],
])('the gradient of %s in tfjs throws', (_, compute, x) => {
  expect(() => gradient(compute, x())).toThrow();
});

test('tf.fused.conv2d, hence tf.layers.conv2d, has a gradient out of the registry, which refuses dilations', () => {
  const fused = (x: tf.Tensor): tf.Tensor =>
    tf.fused.conv2d({
      x: x as tf.Tensor4D,
      filter: tf.ones([1, 1, 1, 1]),
      strides: 1,
      pad: 'same',
      dilations: 2,
    });
  expect(() => gradient(fused, image(1, 2, 2, 1))).toThrow(/fused conv2D/);
  const [layerClass] = tf.serialization.SerializationMap.getMap().classNameMap['Conv2D'] ?? [];
  expect(Object.hasOwn(layerClass?.prototype ?? {}, 'call')).toBe(false);
  expect(layerClass?.prototype).toHaveProperty('call');
});

test('the kernel Einsum of cpu leaves out a factor whose letters all stand in the output', () => {
  const sum = tf.einsum('ij,j->j', tf.ones([2, 1]), tf.tensor1d([5]));
  expect([...sum.dataSync()]).toEqual([2]);
});
