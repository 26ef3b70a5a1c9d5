/** Cross-entropy of a softmax, computed on logits. */
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { classLoss, classLossOptions, type ClassLossOptions } from './class-loss.ts';
import type { Loss } from './loss.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyOfOne } from './softmax.ts';
import { withGradient } from './with-gradient.ts';

export interface CrossEntropyOptions extends ClassLossOptions {
  /** ε: the target becomes (1 − ε) · target + ε / classes (Szegedy et al. 2016, arXiv:1512.00567). @default 0 */
  readonly labelSmoothing?: number;
}

export const crossEntropySchema = z.strictObject({
  ...classLossOptions,
  labelSmoothing: z.number().min(0).lt(1).default(0),
});

/**
 * e = −Σᵢ wᵢ ŷᵢ ln softmax(z)ᵢ for logits z `[batch, classes]` and targets ŷ that are class indices `[batch]` (whole
 * numbers), one-hot rows or a distribution per row `[batch, classes]` (Lee's ŷ is the label); w are the class weights,
 * 1 without them. With several positions: z `[batch, positions, classes]` or, by `axis: 1`, `[batch, classes,
 * positions]`, and targets of that shape or of that shape without the classes.
 *
 * ln softmax is computed as z − max z − ln Σ exp(z − max z): finite, with gradient softmax(z) − ŷ, at any gap between
 * finite logits. Masked logits want a large negative number (−1e9), not −Infinity. Targets have no gradient.
 *
 * The same as PyTorch's `CrossEntropyLoss`, but for the mean with class weights and distributions (see
 * {@link ClassLossOptions.classWeights}). tfjs's `categoricalCrossentropy` takes probabilities and clips them to
 * `[1e-7, 1 − 1e-7]`: its gradient is 0 once a logit lies 16.1 below the largest. tfjs's `tf.losses.softmaxCrossEntropy`
 * is stable; its weights are per row, its mean divides by the number of rows whose weight is not 0, and its label
 * smoothing divides by the size of axis 1 whatever the rank. Keras's `CategoricalCrossentropy` takes probabilities
 * unless `from_logits` is set.
 *
 * @example
 * ```ts
 * const loss = crossEntropy({ labelSmoothing: 0.1, classWeights: [1, 1, 5] });
 * const perExample = loss(tf.tensor2d([[2, 0, -1]]), tf.tensor1d([0], 'int32')); // [batch]
 * ```
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  const { labelSmoothing, ...classOptions } = parseOptions('crossEntropy', crossEntropySchema, options);
  return classLoss('crossEntropy', {
    ...classOptions,
    settings: { labelSmoothing },
    loss: (logits, weights, sumsToOne) =>
      withGradient(logits, weights, sumsToOne ? softmaxCrossEntropyOfOne : softmaxCrossEntropy),
    ...(labelSmoothing > 0 && {
      prepare: (distribution: tf.Tensor) =>
        distribution.mul(1 - labelSmoothing).add(labelSmoothing / (distribution.shape.at(-1) ?? 1)),
    }),
  });
}
