/** Losses that look at each output by itself: the mean over the outputs of an example. */
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../errors.ts';
import type { OutputShape } from './loss.ts';

/**
 * `error(predictions, targets)`, of the shape of both, averaged over all axes but the first: `[batch]`.
 *
 * @param lossName - Names the loss in the ShapeError for targets of another shape.
 */
export function meanOverOutputs(
  lossName: string,
  predictions: tf.Tensor,
  targets: tf.Tensor,
  error: (predictions: tf.Tensor, targets: tf.Tensor) => tf.Tensor,
): tf.Tensor1D {
  const same = predictions.rank > 0 && predictions.shape.join() === targets.shape.join();
  if (!same) throw new ShapeError(`${lossName} targets`, `[${predictions.shape.join(', ')}]`, targets.shape);
  return tf.tidy(() => meanOfRows(error(predictions, targets)));
}

/** `[batch, …]` averaged to `[batch]`. */
export function meanOfRows(values: tf.Tensor): tf.Tensor1D {
  return values.rank === 1
    ? (values as tf.Tensor1D)
    : values.reshape<tf.Tensor2D>([values.shape[0] ?? 1, -1]).mean<tf.Tensor1D>(1);
}

/** Targets `[batch]` of a model with one output, `[batch, 1]`, in the shape of its predictions; others as they are. */
export function asColumn(predictions: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  const isColumn = predictions.rank === 2 && predictions.shape[1] === 1 && targets.rank === 1;
  return isColumn ? targets.expandDims(1) : targets;
}

/** The shapes of the targets that {@link asColumn} takes, without the batch. */
export function columnShapes(outputs: OutputShape): OutputShape[] {
  return outputs.length === 1 && outputs[0] === 1 ? [outputs, []] : [outputs];
}
