/** Losses of real-valued predictions: the mean over the outputs of each example. */
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { type Loss, makeLoss } from './loss.ts';
import { meanOverOutputs } from './outputs.ts';
import { withGradient } from './with-gradient.ts';

/**
 * e = mean over outputs of (y − ŷ)², for predictions and targets `[batch, …]` of one shape: MSE after the mean over
 * the batch, as PyTorch's `MSELoss`. Its best constant is the mean of the targets. On probabilities and one-hot targets
 * it is the Brier score divided by the number of classes.
 */
export function squaredError(): Loss<tf.Tensor> {
  return makeLoss('squaredError', 'predictions', (predictions, targets) =>
    meanOverOutputs('squaredError', predictions, targets, (y, target) => y.sub(target).square()),
  );
}

/**
 * e = mean over outputs of |y − ŷ|, for predictions and targets `[batch, …]` of one shape: MAE after the mean over the
 * batch, as PyTorch's `L1Loss`. Its best constant is the median of the targets. The gradient at y = ŷ is 0, as in
 * PyTorch (tfjs's `abs` has −1 there).
 */
export function absoluteError(): Loss<tf.Tensor> {
  return makeLoss('absoluteError', 'predictions', (predictions, targets) =>
    meanOverOutputs('absoluteError', predictions, targets, (y, target) => {
      const difference = y.sub(target);
      // Not by tf.sign: on wasm it is 0 below 1e-7.
      return difference.relu().add(difference.neg().relu());
    }),
  );
}

export interface HuberOptions {
  /** δ: the size of an error from which on it counts in proportion, not squared. @default 1 */
  readonly delta?: number;
}

export const huberSchema = z.strictObject({ delta: z.number().positive().default(1) });

/**
 * e = mean over outputs of ½ d² where |d| ≤ δ and δ (|d| − ½ δ) beyond, d = y − ŷ, for predictions and targets
 * `[batch, …]` of one shape. The gradient is d clipped to ±δ (Huber 1964, Robust Estimation of a Location Parameter).
 *
 * PyTorch's `HuberLoss`, Keras's `Huber` and tfjs's `tf.losses.huberLoss`. PyTorch's `SmoothL1Loss({ beta })` is
 * `huber({ delta: beta })` divided by beta: the same at 1, with the slope ±1 beyond at any beta.
 */
export function huber(options: HuberOptions = {}): Loss<tf.Tensor> {
  const { delta } = parseOptions('huber', huberSchema, options);
  const clipped = (y: tf.Tensor, target: tf.Tensor): tf.Tensor => y.sub(target).clipByValue(-delta, delta);
  const formulas = {
    value: (y: tf.Tensor, target: tf.Tensor) => {
      const slope = clipped(y, target);
      return slope.mul(y.sub(target).sub(slope.mul(0.5)));
    },
    gradient: (dy: tf.Tensor, y: tf.Tensor, target: tf.Tensor) => clipped(y, target).mul(dy),
  };
  return makeLoss(
    'huber',
    'predictions',
    (predictions, targets) =>
      meanOverOutputs('huber', predictions, targets, (y, target) => withGradient(y, target, formulas)),
    { settings: { delta } },
  );
}
