/** Negative log-likelihood of classes, on log-probabilities. */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { classLoss, classLossOptions, type ClassLossOptions } from './class-loss.ts';
import type { Loss } from './loss.ts';

export const negativeLogLikelihoodSchema = z.strictObject(classLossOptions);

/**
 * e = −Σᵢ wᵢ ŷᵢ ℓᵢ for log-probabilities ℓ `[batch, classes]`, such as `tf.logSoftmax` gives, and targets ŷ as
 * `crossEntropy` takes them; w are the class weights, 1 without them.
 *
 * PyTorch's `NLLLoss`; PyTorch takes class indices only. The values are taken as they come: for scores that are no
 * log-probabilities this has no minimum, and `crossEntropy` is what is wanted. The gradient is −w ŷ.
 */
export function negativeLogLikelihood(options: ClassLossOptions = {}): Loss {
  return classLoss('negativeLogLikelihood', {
    ...parseOptions('negativeLogLikelihood', negativeLogLikelihoodSchema, options),
    loss: (logProbabilities, weights) => logProbabilities.mul(weights).sum(-1).neg(),
  });
}
