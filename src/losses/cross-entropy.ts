/** Cross-entropy of a softmax, computed on logits. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { ShapeError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { type Logits, type Loss, makeLoss } from './loss.ts';

export interface CrossEntropyOptions {
  /** ε: the target becomes (1 − ε) · target + ε / classes (Szegedy et al. 2016, arXiv:1512.00567). @default 0 */
  readonly labelSmoothing?: number;
}

const schema = z.strictObject({ labelSmoothing: z.number().min(0).lt(1).default(0) });

/**
 * e = −Σᵢ ŷᵢ ln softmax(z)ᵢ for logits z `[batch, classes]` and targets ŷ that are class indices `[batch]` (int32) or
 * a distribution per row `[batch, classes]` (Lee's ŷ is the label).
 *
 * ln softmax is computed as z − max z − ln Σ exp(z − max z): finite, with gradient softmax(z) − ŷ, at any gap between
 * logits. That is PyTorch's `CrossEntropyLoss`. tfjs's `categoricalCrossentropy` takes probabilities and clips them to
 * [1e-7, 1 − 1e-7]: its gradient is 0 once a logit lies 16.1 below the largest.
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  const { labelSmoothing } = parseOptions('crossEntropy', schema, options);
  return makeLoss('crossEntropy', 'logits', (logits, targets) =>
    tf.tidy(() => {
      const [, classes] = matrixShape(logits);
      const distribution = smooth(distributionOf(targets, logits, classes), labelSmoothing, classes);
      return tf.logSoftmax(logits, -1).mul(distribution).sum<tf.Tensor1D>(-1).neg();
    }),
  );
}

/** Targets as one distribution per row, `[batch, classes]`. */
function distributionOf(targets: tf.Tensor, logits: Logits, classes: number): tf.Tensor {
  if (targets.rank === 1 && targets.shape[0] === logits.shape[0])
    return tf.oneHot(targets.toInt(), classes).toFloat();
  if (targets.rank === 2 && targets.shape[0] === logits.shape[0] && targets.shape[1] === classes)
    return targets.toFloat();
  throw new ShapeError(
    'crossEntropy targets',
    `[${logits.shape[0]}] or [${logits.shape.join(', ')}]`,
    targets.shape,
  );
}

function smooth(distribution: tf.Tensor, labelSmoothing: number, classes: number): tf.Tensor {
  return labelSmoothing === 0
    ? distribution
    : distribution.mul(1 - labelSmoothing).add(labelSmoothing / classes);
}

function matrixShape(logits: Logits): [number, number] {
  const [batch, classes] = logits.shape;
  if (logits.rank !== 2 || batch === undefined || classes === undefined) {
    throw new ShapeError('crossEntropy logits', '[batch, classes]', logits.shape);
  }
  return [batch, classes];
}
