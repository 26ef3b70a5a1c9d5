/** Running sums and products along an axis. */
import * as tf from '@tensorflow/tfjs';
import { gradient, stockGradient } from './gradient.ts';

export const scanGradients = (): tf.GradConfig[] => [
  // tfjs transposes the result where the axis is not the last: wrong, and an error only where sizes differ.
  gradient(tf.Cumsum, [], ([dy], _, { axis, exclusive, reverse }: tf.CumsumAttrs) => ({
    x: () => tf.cumsum(dy, axis, exclusive, !reverse),
  })),
  gradient(tf.Cumprod, ['x'], ([dy], { x }, { axis, exclusive, reverse }: tf.CumprodAttrs) => ({
    x: () =>
      reverse
        ? productGradient(dy.reverse(axis), x.reverse(axis), axis, exclusive).reverse(axis)
        : productGradient(dy, x, axis, exclusive),
  })),
  prodGradient(stockGradient(tf.Prod)),
];

/** tfjs's takes an axis counted from the end for a permutation's element. */
const prodGradient = (stock: tf.GradConfig): tf.GradConfig => ({
  ...stock,
  gradFunc(dy, saved, { axis, ...attributes }) {
    const axes = tf.util.parseAxisParam(axis as number | number[], saved[0]?.shape ?? []);
    return stock.gradFunc(dy, saved, { ...attributes, axis: axes });
  },
});

/**
 * Of the running product p_i = x_1 ⋯ x_i: dx_k = x_1 ⋯ x_{k−1} · r_k with r_k = Σ_{i ≥ k} dy_i x_{k+1} ⋯ x_i, hence
 * r_k = dy_k + x_{k+1} r_{k+1}. Nothing is divided, so zeros do no harm, and the recurrence is solved by doubling: after each
 * round `sum` and `factor` reach twice as far.
 */
function productGradient(dy: tf.Tensor, x: tf.Tensor, axis: number, exclusive: boolean): tf.Tensor {
  const length = x.shape[axis] ?? 1;
  let sum = exclusive ? pull(dy, 1, axis) : dy;
  let factor = pull(x, 1, axis);
  for (let reach = 1; reach < length; reach *= 2) {
    sum = sum.add(factor.mul(pull(sum, reach, axis)));
    factor = factor.mul(pull(factor, reach, axis));
  }
  return tf.cumprod(x, axis, true).mul(sum);
}

/** Moves numbers towards the start of an axis; zeros follow. */
function pull(tensor: tf.Tensor, by: number, axis: number): tf.Tensor {
  const begin = tensor.shape.map((_, i) => (i === axis ? by : 0));
  const size = tensor.shape.map((length, i) => (i === axis ? length - by : length));
  return tf.pad(
    tensor.slice(begin, size),
    begin.map((after) => [0, after]),
  );
}
