/** Operations that stretch an input: its gradient is the sum over the copies, where tfjs forgets to sum or adds one by one. */
import * as tf from '@tensorflow/tfjs';
import { gradient, stockGradient, sumTo } from './gradient.ts';

/** Their gradients in tfjs have the shape of the output. */
const NOT_SUMMED = [tf.Maximum, tf.Minimum, tf.SquaredDifference, tf.Prelu, tf.BatchMatMul];

export const broadcastingGradients = (): tf.GradConfig[] => [
  ...NOT_SUMMED.map((kernelName) => summed(stockGradient(kernelName))),
  gradient(tf.Tile, ['x'], ([dy], { x }, { reps }: tf.TileAttrs) => ({ x: () => sumCopies(dy, x, reps) })),
];

function summed(stock: tf.GradConfig): tf.GradConfig {
  const names = stock.inputsToSave ?? [];
  return {
    ...stock,
    gradFunc: (dy, saved, attributes) => {
      const shapes = new Map(names.map((name, i) => [name, saved[i]?.shape ?? []]));
      const gradients = Object.entries(stock.gradFunc(dy, saved, attributes));
      return Object.fromEntries(
        gradients.map(([name, compute]) => [name, () => sumTo(shapes.get(name) ?? [], compute())]),
      );
    },
  };
}

/** Axis by axis, so that any rank will do; `outer` numbers stand before the axis, in the shape of `x`. */
function sumCopies(dy: tf.Tensor, x: tf.Tensor, copies: readonly number[]): tf.Tensor {
  let sum = dy;
  let outer = 1;
  for (const [axis, count] of copies.entries()) {
    if (count > 1) sum = sum.reshape([outer, count, sum.size / (outer * count)]).sum(1);
    outer *= x.shape[axis] ?? 1;
  }
  return sum.reshape(x.shape);
}
