/** A loss: a function per example, then the mean. */
import type * as tf from '@tensorflow/tfjs';

/**
 * Unnormalised scores, `[batch, classes]`: what a classifier's last dense layer gives without an activation. A plain
 * tensor is accepted where logits are asked for; {@link Probabilities} are refused by the compiler.
 */
export type Logits = tf.Tensor & { readonly brand?: 'logits' };

/** The output of a softmax, `[batch, classes]`. */
export type Probabilities = tf.Tensor & { readonly brand: 'probabilities' };

/** What a loss wants of the model's last layer. */
export type Expects = 'logits' | 'predictions';

/**
 * The loss of each example, `[batch]`; called with (logits or predictions, targets). Training takes the mean over the
 * rows of the batch, so a short last batch counts by its rows.
 */
export interface Loss {
  (predictions: Logits, targets: tf.Tensor): tf.Tensor1D;
  /** Its name in histories and messages. */
  readonly lossName: string;
  readonly expects: Expects;
  /** The same loss for `model.compile({ loss })`: tfjs passes (targets, predictions) and wants targets one-hot. */
  readonly forModelFit: (targets: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;
}

/** Gives a per-example function the properties of a {@link Loss}. */
export function makeLoss(
  lossName: string,
  expects: Expects,
  perExample: (predictions: Logits, targets: tf.Tensor) => tf.Tensor1D,
): Loss {
  const forModelFit = (targets: tf.Tensor, predictions: tf.Tensor): tf.Tensor =>
    perExample(predictions, targets);
  return Object.assign(perExample.bind(undefined), { lossName, expects, forModelFit });
}
