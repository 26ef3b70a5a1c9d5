/** Kullback-Leibler divergence of a softmax from a target distribution. */
import * as tf from '@tensorflow/tfjs';
import { checkDistributions, checkTargetShape } from './check-targets.ts';
import { type Loss, makeLoss } from './loss.ts';
import { ShapeError } from '../errors.ts';
import { meanOfRows } from './outputs.ts';
import { minusLogSoftmax, softmaxCrossEntropy } from './softmax.ts';
import { withGradient } from './with-gradient.ts';

/** The smallest normal float32: a probability of 0 adds 0 · ln of this, 0, as the limit of p ln p has it. */
const SMALLEST = 2 ** -126;

/**
 * e = KL(ŷ ‖ softmax(z)) = Σᵢ ŷᵢ (ln ŷᵢ − ln softmax(z)ᵢ) for logits z and distributions ŷ, both `[batch, classes]`;
 * 0 · ln 0 is 0. Log-probabilities are logits (their softmax is the probabilities), so either may be given. With
 * positions, `[batch, …, classes]`, an example's loss is the mean over them. The gradient softmax(z) Σᵢ ŷᵢ − ŷ is
 * cross-entropy's; targets have none.
 *
 * PyTorch's `F.kl_div(logSoftmax(z), ŷ, reduction='batchmean')`: the same order of arguments, predictions in logarithms
 * first, targets as probabilities (its `log_target=False`); `batchmean` sums over positions, and PyTorch's default
 * `mean` divides by the classes too. Keras's and tfjs's `kullbackLeiblerDivergence` take (targets, predictions), both
 * probabilities, clipped to 1e-7. (Kullback & Leibler 1951, On Information and Sufficiency.)
 */
export function klDivergence(): Loss {
  return makeLoss(
    'klDivergence',
    'logits',
    (logits, targets) => {
      if (logits.rank < 2) throw new ShapeError('klDivergence logits', '[batch, classes]', logits.shape);
      if (logits.shape.join() !== targets.shape.join())
        throw new ShapeError('klDivergence targets', `[${logits.shape.join(', ')}]`, targets.shape);
      return tf.tidy(() => meanOfRows(withGradient(logits, targets.toFloat(), divergence)));
    },
    {
      checkTargets(targets, outputs) {
        checkTargetShape('klDivergence', targets, [outputs]);
        checkDistributions('klDivergence', targets, outputs.length);
      },
    },
  );
}

const divergence = {
  ...softmaxCrossEntropy,
  value: (z: tf.Tensor, t: tf.Tensor): tf.Tensor =>
    t.mul(t.maximum(SMALLEST).log().add(minusLogSoftmax(z))).sum(-1),
};
