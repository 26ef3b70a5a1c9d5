/** Losses that bring their own gradient. */
import * as tf from '@tensorflow/tfjs';

/** A loss as a formula, and its gradient as another. */
export interface LossFormulas {
  /** [batch, …] for predictions and targets of their shapes. */
  readonly value: (predictions: tf.Tensor, targets: tf.Tensor) => tf.Tensor;
  /** The gradient with respect to the predictions, where dy is that with respect to the value. */
  readonly gradient: (dy: tf.Tensor, predictions: tf.Tensor, targets: tf.Tensor) => tf.Tensor;
}

/**
 * `value(predictions, targets)` with `gradient` as its gradient; the targets have none.
 *
 * One short formula is faster than the chain of its parts, and right where a part has a kink. It is computed from the
 * predictions, not from a saved output, so second derivatives are right too, where those of tfjs's own `logSoftmax` and
 * `sigmoid` are not: tfjs loses the path from a saved output back to the input (tensorflow/tfjs#3252).
 */
export function withGradient(
  predictions: tf.Tensor,
  targets: tf.Tensor,
  { value, gradient }: LossFormulas,
): tf.Tensor {
  return tf.customGrad<tf.Tensor>((_, save) => {
    (save as tf.GradSaveFunc)([predictions, targets]);
    return {
      value: value(predictions, targets),
      gradFunc: (dy, [x = predictions, constant = targets]) => gradient(dy, x, constant),
    };
  })(predictions);
}
