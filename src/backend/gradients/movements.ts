/** Operations that only move numbers: each gradient goes back to where its number came from. */
import * as tf from '@tensorflow/tfjs';
import { gradient, gradientOf, noGradient, stockGradient } from './gradient.ts';

export const movementGradients = (): tf.GradConfig[] => [
  gradient(tf.GatherNd, ['params', 'indices'], ([dy], { params, indices }) => ({
    params: () => tf.scatterND(indices, dy, params.shape),
    indices: noGradient(indices),
  })),
  gradient(tf.ScatterNd, ['indices'], ([dy], { indices }) => ({
    updates: () => tf.gatherND(dy, indices),
    indices: noGradient(indices),
  })),
  // Where an index is written twice, one number stands: a gradient goes to the others too, as in TensorFlow.
  gradient(tf.TensorScatterUpdate, ['indices', 'updates'], ([dy], { indices, updates }) => ({
    tensor: () => {
      const written = tf.scatterND(indices, tf.onesLike(updates), dy.shape).greater(0);
      return tf.where(written, tf.zerosLike(dy), dy);
    },
    updates: () => tf.gatherND(dy, indices),
    indices: noGradient(indices),
  })),
  gatherGradient(stockGradient(tf.GatherV2)),
  gradient(tf.StridedSlice, ['x'], ([dy], { x }, attributes: tf.StridedSliceAttrs) => ({
    x: () => sendBack(dy, slicedPositions(x, attributes), x),
  })),
  gradient(tf.MirrorPad, ['x'], ([dy], { x }, { paddings, mode }: tf.MirrorPadAttrs) => ({
    x: () => sendBack(dy, tf.mirrorPad(positions(x), paddings, mode), x),
  })),
  gradient(tf.TopK, ['x'], ([dy], { x }, { k, sorted }: tf.TopKAttrs) => ({
    x: () => {
      const classes = x.shape.at(-1) ?? 1;
      const rows = tf.range(0, x.size / classes, 1, 'int32').mul(tf.scalar(classes, 'int32'));
      const columns = tf.topk(x, k, sorted).indices.reshape([-1, k]);
      return sendBack(dy, columns.add(rows.expandDims(1)), x);
    },
  })),
  // tfjs gives these two a list only where there is more than one output.
  gradient(tf.Unpack, [], (dys, _, { axis }: tf.UnpackAttrs) => ({ value: () => tf.stack([...dys], axis) })),
  gradient(tf.SplitV, [], (dys, _, { axis }: tf.SplitVAttrs) => ({ x: () => tf.concat([...dys], axis) })),
  gradient(tf.DepthToSpace, ['x'], ([dy], { x }, attributes: tf.DepthToSpaceAttrs) => ({
    x: () => spaceToDepth(dy, attributes).reshape(x.shape),
  })),
  gradient(tf.Diag, ['x'], ([dy], { x }) => ({
    x: () => dy.reshape([x.size, x.size]).mul(tf.eye(x.size)).sum(1).reshape(x.shape),
  })),
  gradient(tf.FlipLeftRight, [], ([dy]) => ({ image: () => dy.reverse(2) })),
];

/** The place of each number of `x` in its flat array: what an operation makes of it tells where its numbers go. */
const positions = (x: tf.Tensor): tf.Tensor => tf.range(0, x.size, 1, 'int32').reshape(x.shape);

/** Those that a strided slice keeps, axis by axis: the kernel itself spoils integers on wasm. */
function slicedPositions(x: tf.Tensor, attributes: tf.StridedSliceAttrs): tf.Tensor {
  const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
  const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const;
  const { begin, end, strides } = tf.slice_util.sliceInfo(
    x.shape,
    attributes.begin,
    attributes.end,
    attributes.strides,
    ...masks,
  );
  return tf.slice_util.computeOutShape(begin, end, strides).reduce((kept, length, axis) => {
    const [start = 0, stride = 1] = [begin[axis], strides[axis]];
    return tf.gather(
      kept,
      Int32Array.from({ length }, (_, i) => start + i * stride),
      axis,
    );
  }, positions(x));
}

/** Adds each number of `dy` up at its place in `x`, of those that `from` tells. */
const sendBack = (dy: tf.Tensor, from: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  tf.scatterND(from.reshape([from.size, 1]), dy.reshape([dy.size]), [x.size]).reshape(x.shape);

/** tfjs's knows at most one batch axis, and hands integers back as the gradient of the indices. */
const gatherGradient = (stock: tf.GradConfig): tf.GradConfig =>
  gradient(tf.GatherV2, ['x', 'indices'], ([dy], { x, indices }, attributes: tf.GatherV2Attrs) => ({
    x: () =>
      attributes.batchDims === 0
        ? gradientOf('x', stock.gradFunc(dy, [x, indices], { ...attributes }))
        : sendBack(dy, tf.gather(positions(x), indices, attributes.axis, attributes.batchDims), x),
    indices: noGradient(indices),
  }));

function spaceToDepth(dy: tf.Tensor, { blockSize, dataFormat }: tf.DepthToSpaceAttrs): tf.Tensor {
  const isLast = dataFormat === 'NHWC';
  const [count = 1, ...rest] = dy.shape;
  const [height = 1, width = 1] = isLast ? rest : rest.slice(1);
  const channels = (isLast ? rest[2] : rest[0]) ?? 1;
  const blocks = [height / blockSize, blockSize, width / blockSize, blockSize];
  return isLast
    ? dy.reshape([count, ...blocks, channels]).transpose([0, 1, 3, 2, 4, 5])
    : dy.reshape([count, channels, ...blocks]).transpose([0, 3, 5, 1, 2, 4]);
}
