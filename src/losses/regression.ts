/** Losses of real-valued predictions: the mean over the outputs of each example. */
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../errors.ts';
import { type Loss, makeLoss } from './loss.ts';

/**
 * e = mean over outputs of (y − ŷ)², for predictions and targets `[batch, …]` of one shape: MSE after the mean over
 * the batch, as PyTorch's `MSELoss`. Its best constant is the mean of the targets.
 */
export function squaredError(): Loss {
  return makeLoss('squaredError', 'predictions', (predictions, targets) =>
    meanOverOutputs('squaredError', predictions, targets, (difference) => difference.square()),
  );
}

/**
 * e = mean over outputs of |y − ŷ|, for predictions and targets `[batch, …]` of one shape: MAE after the mean over the
 * batch, as PyTorch's `L1Loss`. Its best constant is the median of the targets. The gradient at y = ŷ is 0, as in
 * PyTorch (tfjs's `abs` has −1 there).
 */
export function absoluteError(): Loss {
  return makeLoss('absoluteError', 'predictions', (predictions, targets) =>
    meanOverOutputs('absoluteError', predictions, targets, (difference) => difference.mul(difference.sign())),
  );
}

function meanOverOutputs(
  name: string,
  predictions: tf.Tensor,
  targets: tf.Tensor,
  error: (difference: tf.Tensor) => tf.Tensor,
): tf.Tensor1D {
  const same = predictions.rank > 0 && predictions.shape.join() === targets.shape.join();
  if (!same) throw new ShapeError(`${name} targets`, `[${predictions.shape.join(', ')}]`, targets.shape);
  return tf.tidy(() => {
    const errors = error(predictions.sub(targets)).reshape<tf.Tensor2D>([predictions.shape[0] ?? 1, -1]);
    return errors.mean<tf.Tensor1D>(1);
  });
}
