/** Batches of a data set on the device; the caller frees them. */
import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset.ts';
import { type NumberArray, takeRows } from '../data/number-array.ts';
import type { Batch } from './trainable.ts';

/**
 * The rows at `indices`, in that order. They are copied on the host and sent: tfjs's own gather takes 50 ns a number
 * on wasm, up to half of a step.
 *
 * @param classWeights - What each class counts; multiplies the rows' own weights.
 */
export function batchOf(
  { inputs, targets, weights }: Dataset,
  indices: ArrayLike<number>,
  classWeights: readonly number[] | null = null,
): Batch {
  const rows = takeRows(targets, indices);
  return {
    inputs: [upload(takeRows(inputs, indices))],
    targets: upload(rows),
    weights: rowWeights(rows, weights && takeRows(weights, indices), classWeights),
  };
}

function rowWeights(
  targets: NumberArray,
  weights: NumberArray | null,
  classWeights: readonly number[] | null,
): tf.Tensor1D | null {
  if (classWeights === null) return weights && tf.tensor1d(weights.values, 'float32');
  const values = Float32Array.from(
    targets.values,
    (target, row) => (classWeights[target] ?? 1) * (weights?.values[row] ?? 1),
  );
  return tf.tensor1d(values);
}

function upload({ values, shape }: NumberArray): tf.Tensor {
  return tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32');
}
