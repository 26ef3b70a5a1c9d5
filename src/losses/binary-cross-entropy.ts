/** Binary cross-entropy of a sigmoid, computed on logits: one yes or no for each output. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { ShapeError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { checkEachTarget, checkTargetShape, isProbability } from './check-targets.ts';
import { type Loss, makeLoss, type OutputShape } from './loss.ts';
import { asColumn, columnShapes, meanOverOutputs } from './outputs.ts';
import { type LossFormulas, withGradient } from './with-gradient.ts';

export interface BinaryCrossEntropyOptions {
  /** p: what a target of 1 counts, where a target of 0 counts 1; one number, or one an output (last axis). @default 1 */
  readonly positiveWeight?: number | readonly number[];
}

const weight = z.number().positive();

export const binaryCrossEntropySchema = z.strictObject({
  positiveWeight: z
    .union([weight, z.array(weight).min(1)], { error: 'must be a number > 0 or an array of them' })
    .default(1),
});

/**
 * e = mean over outputs of −p ŷ ln σ(z) − (1 − ŷ) ln(1 − σ(z)), for logits z `[batch, outputs]` and targets ŷ of that
 * shape in [0, 1]; several outputs of a row may be 1 (multi-label). A model with one output, `[batch, 1]`, takes
 * targets `[batch]` too, such as class indices 0 and 1.
 *
 * −ln σ(z) is computed as max(−z, 0) + ln(1 + exp(−|z|)): with p = 1, e = max(z, 0) − z ŷ + ln(1 + exp(−|z|)). It is
 * finite with gradient (1 − ŷ) σ(z) − p ŷ σ(−z) at any z. Targets have no gradient.
 *
 * PyTorch's `BCEWithLogitsLoss` with `pos_weight`; its mean divides by the number of values, weighted or not, and so
 * does this one. tfjs's `binaryCrossentropy` (Keras's too, unless `from_logits`) takes probabilities and clips them to
 * `[1e-7, 1 − 1e-7]`: its gradient is 0 for a logit beyond ±16.1.
 */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions = {}): Loss {
  const { positiveWeight } = parseOptions('binaryCrossEntropy', binaryCrossEntropySchema, options);
  const formulas = weightedFormulas(positiveWeight);
  const checkWeights = (shape: OutputShape): void => {
    if (typeof positiveWeight !== 'number' && shape.at(-1) !== positiveWeight.length)
      throw new ShapeError(
        'binaryCrossEntropy logits',
        `[batch, …, ${positiveWeight.length}], one output a positiveWeight`,
        shape,
      );
  };
  return makeLoss(
    'binaryCrossEntropy',
    'logits',
    (logits, targets) =>
      tf.tidy(() => {
        checkWeights(logits.shape);
        const inShape = asColumn(logits, targets.toFloat());
        return meanOverOutputs('binaryCrossEntropy', logits, inShape, (x, y) => withGradient(x, y, formulas));
      }),
    {
      settings: { positiveWeight },
      checkTargets(targets, outputs) {
        checkWeights([targets.shape[0] ?? null, ...outputs]);
        checkTargetShape('binaryCrossEntropy', targets, columnShapes(outputs));
        checkEachTarget('binaryCrossEntropy', targets, 'must be a number from 0 to 1', isProbability);
      },
    },
  );
}

function weightedFormulas(positiveWeight: number | readonly number[]): LossFormulas {
  const weigh = (targets: tf.Tensor): tf.Tensor => {
    if (positiveWeight === 1) return targets;
    return targets.mul(
      typeof positiveWeight === 'number' ? positiveWeight : tf.tensor1d([...positiveWeight]),
    );
  };
  return {
    value(logits, targets) {
      const tail = logits.abs().neg().exp().log1p();
      const ifPositive = tail.add(logits.neg().relu());
      const ifNegative = tail.add(logits.relu());
      return weigh(targets).mul(ifPositive).add(tf.sub(1, targets).mul(ifNegative));
    },
    gradient(dy, logits, targets) {
      const positive = weigh(targets);
      return tf.sub(1, targets).add(positive).mul(logits.sigmoid()).sub(positive).mul(dy);
    },
  };
}
