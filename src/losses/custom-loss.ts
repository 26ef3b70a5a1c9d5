/** Losses of the user's own making. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { ShapeError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { type Expects, type Loss, makeLoss, type PredictionsOf } from './loss.ts';

export interface CustomLossOptions<What extends Expects> {
  /** `'logits'` has models that end in a softmax or a sigmoid refused. @default 'predictions' */
  readonly expects?: What;
}

export const customLossSchema = z.strictObject({
  name: z.string().min(1),
  perExample: z.custom<(predictions: tf.Tensor, targets: tf.Tensor) => tf.Tensor>(
    (value) => typeof value === 'function',
    'must be a function (predictions, targets) => [batch]',
  ),
  options: z.strictObject({ expects: z.enum(['logits', 'predictions']).default('predictions') }),
});

/**
 * A loss of your own: `perExample(predictions, targets)` gives the loss of each example, `[batch]`. It may be negative.
 * It is made of tensor operations that have a gradient, and reads no values: it becomes part of the training step.
 *
 * @example
 * ```ts
 * // The loss of quantile regression (Koenker & Bassett 1978): the best constant is the 90 % quantile.
 * const pinball = customLoss('pinball', (predictions, targets) => {
 *   const missing = targets.sub(predictions);
 *   return tf.maximum(missing.mul(0.9), missing.mul(-0.1)).mean(-1);
 * });
 * ```
 */
export function customLoss<What extends Expects = 'predictions'>(
  name: string,
  perExample: (predictions: PredictionsOf[What], targets: tf.Tensor) => tf.Tensor,
  options: CustomLossOptions<What> = {},
): Loss<PredictionsOf[What]> {
  const parsed = parseOptions('customLoss', customLossSchema, { name, perExample, options });
  return makeLoss<What>(name, parsed.options.expects as What, (predictions, targets) =>
    tf.tidy(() => {
      const losses = parsed.perExample(predictions, targets);
      if (losses.rank === 1 && losses.shape[0] === predictions.shape[0]) return losses as tf.Tensor1D;
      throw new ShapeError(
        `${name}: the losses of ${predictions.shape[0]} examples`,
        `[${predictions.shape[0]}]`,
        losses.shape,
      );
    }),
  );
}
