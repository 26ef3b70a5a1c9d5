/** A loss: a function per example, then the mean. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { UncheckedArray } from '../data/number-array.ts';
import type { Json } from '../result/json.ts';

/**
 * Unnormalised scores, e.g. `[batch, classes]`: what a classifier's last dense layer gives without an activation. A
 * plain tensor is accepted where logits are asked for; {@link Probabilities} are refused by the compiler. Logarithms
 * of probabilities are logits too: the softmax of ln p is p.
 */
export type Logits = tf.Tensor & { readonly brand?: 'logits' };

/** The output of a softmax or a sigmoid, e.g. `[batch, classes]`. */
export type Probabilities = tf.Tensor & { readonly brand: 'probabilities' };

/** What a loss takes, by what it expects of the model's last layer. */
export interface PredictionsOf {
  /** Scores without an activation; softmax and sigmoid heads are refused. */
  readonly logits: Logits;
  /** Whatever the model gives. */
  readonly predictions: tf.Tensor;
}

/** What a loss wants of the model's last layer. */
export type Expects = keyof PredictionsOf;

/** The shape of a model's output without its batch axis; null where any size will do. */
export type OutputShape = readonly (number | null)[];

/**
 * The loss of each example, `[batch]`; called with (logits or predictions, targets). Training takes the mean over the
 * rows of the batch, so a short last batch counts by its rows. Where an example has several outputs or positions, its
 * loss is the mean over them, so that the mean over the batch is PyTorch's `reduction: 'mean'`.
 */
export interface Loss<Predictions extends tf.Tensor = Logits> {
  (predictions: Predictions, targets: tf.Tensor): tf.Tensor1D;
  /** Its name in histories and messages. */
  readonly lossName: string;
  readonly expects: Expects;
  /**
   * The same loss for `model.compile({ loss })`: tfjs passes (targets, predictions), wants targets of the predictions'
   * shape (classes one-hot) and takes the plain mean; `rowWeights` are divided out here so that its mean is ours.
   */
  readonly forModelFit: (targets: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;
  /**
   * What each row counts, `[batch]`, where the loss has class weights: the losses carry their weights already, and the
   * mean over rows is Σ losses / Σ rowWeights. Without it every row counts 1.
   */
  readonly rowWeights?: (targets: tf.Tensor, outputs: OutputShape) => tf.Tensor1D;
  /** Its numbers: what tells it from another loss of the same name when a training is resumed. */
  readonly settings?: Json;
  /**
   * Checks targets on the host, before the first step: inside a step their values cannot be looked at. Throws a
   * ShapeError, or a DataError that names row and value.
   */
  readonly checkTargets?: (targets: UncheckedArray, outputs: OutputShape) => void;
}

/** Gives a per-example function the properties of a {@link Loss}. */
export function makeLoss<What extends Expects>(
  lossName: string,
  expects: What,
  perExample: (predictions: tf.Tensor, targets: tf.Tensor) => tf.Tensor1D,
  parts: Pick<Loss, 'rowWeights' | 'checkTargets' | 'settings'> = {},
): Loss<PredictionsOf[What]> {
  const forModelFit = (targets: tf.Tensor, predictions: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      const losses = perExample(predictions, targets);
      const weights = parts.rowWeights?.(targets, predictions.shape.slice(1));
      return weights === undefined ? losses : losses.div(weights.mean());
    });
  return Object.assign(perExample.bind(undefined), { lossName, expects, forModelFit, ...parts });
}

/** A loss among options. */
export const lossSchema = z.custom<Loss>(
  (value) => typeof value === 'function' && 'lossName' in value,
  'must be a loss, such as crossEntropy()',
);
