/** The cross-entropy between a softmax and targets, from logits, over the last axis. */
import * as tf from '@tensorflow/tfjs';
import type { LossFormulas } from './with-gradient.ts';

/**
 * −Σᵢ tᵢ ln softmax(z)ᵢ over the last axis, for logits z and targets t ≥ 0 of one shape; t need not sum to 1. Its
 * gradient is softmax(z) Σᵢ tᵢ − t.
 */
export const softmaxCrossEntropy: LossFormulas = {
  value: (z, t) => minusLogSoftmax(z).mul(t).sum(-1),
  gradient: (dy, z, t) => tf.softmax(z).mul(t.sum(-1, true)).sub(t).mul(dy.expandDims(-1)),
};

/** {@link softmaxCrossEntropy} of targets that sum to 1, in fewer passes: ln Σ exp(z − max z) − Σᵢ tᵢ (zᵢ − max z). */
export const softmaxCrossEntropyOfOne: LossFormulas = {
  value(z, t) {
    const shifted = z.sub(z.max(-1, true));
    return shifted.exp().sum(-1).log().sub(shifted.mul(t).sum(-1));
  },
  gradient: (dy, z, t) => tf.softmax(z).sub(t).mul(dy.expandDims(-1)),
};

/** −ln softmax(z) = ln Σ exp(z − max z) − (z − max z): no exponent is above 0, so nothing overflows. */
export function minusLogSoftmax(z: tf.Tensor): tf.Tensor {
  const shifted = z.sub(z.max(-1, true));
  return shifted.exp().sum(-1, true).log().sub(shifted);
}
