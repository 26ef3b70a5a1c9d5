/** Metrics: a value per example, averaged over the rows of a split in evaluation mode. */
import * as tf from '@tensorflow/tfjs';
import type { Better } from '../result/history.ts';

/** A measure of a model's outputs that is a mean over examples. */
export interface Metric<Name extends string = string> {
  /** Its name in histories: `validation/<metricName>`. */
  readonly metricName: Name;
  readonly better: Better;
  /** The value of each example, `[batch]` float32. */
  perExample(predictions: tf.Tensor, targets: tf.Tensor): tf.Tensor1D;
}

/**
 * The share of rows whose largest output is the target class; predictions `[batch, classes]` (logits or
 * probabilities), targets class indices `[batch]` or one-hot `[batch, classes]`. Of equal outputs the first counts.
 */
export function accuracy(): Metric<'accuracy'> {
  return {
    metricName: 'accuracy',
    better: 'higher',
    perExample: (predictions, targets) =>
      tf.tidy(() => {
        const classes = targets.rank === 1 ? targets.toInt() : targets.argMax(-1);
        return predictions.argMax(-1).equal(classes).toFloat() as tf.Tensor1D;
      }),
  };
}
