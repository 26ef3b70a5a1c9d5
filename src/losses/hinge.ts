/** Hinge losses, of two classes and of several: nothing to pay beyond a margin of 1. */
import * as tf from '@tensorflow/tfjs';
import { checkClassIndices, checkEachTarget, checkTargetShape } from './check-targets.ts';
import { oneHotRows } from './class-loss.ts';
import { type Loss, makeLoss } from './loss.ts';
import { asColumn, columnShapes, meanOverOutputs } from './outputs.ts';

/**
 * Two forms, told apart by the shape of the targets:
 * - Targets ŷ ∈ {−1, 1} of the shape of the scores y, `[batch, …]` (`[batch]` too for scores `[batch, 1]`):
 *   e = mean over outputs of max(0, 1 − ŷ y). Keras's `Hinge`; tfjs's `tf.losses.hingeLoss` takes targets 0 and 1.
 *   (PyTorch has none; its `HingeEmbeddingLoss` is another function.)
 * - Targets that are class indices c `[batch]` (whole numbers) for scores `[batch, classes]`, at least 2:
 *   e = Σ_{j≠c} max(0, 1 − y_c + yⱼ) / classes, PyTorch's `MultiMarginLoss` (Weston & Watkins 1999; the division is
 *   PyTorch's). Keras's and tfjs's `categoricalHinge` keeps only the largest yⱼ (Crammer & Singer 2001).
 *
 * The gradient on the margin itself is 0, as in `MultiMarginLoss`. Under `model.fit`, which wants targets of the shape
 * of the scores, only the first form is had.
 */
export function hinge(): Loss {
  return makeLoss(
    'hinge',
    'logits',
    (scores, targets) =>
      tf.tidy(() => {
        if (isClassIndices(scores.shape.slice(1), targets.shape)) return multiMargin(scores, targets);
        return meanOverOutputs('hinge', scores, asColumn(scores, targets.toFloat()), (y, signs) =>
          tf.sub(1, signs.mul(y)).relu(),
        );
      }),
    {
      checkTargets(targets, outputs) {
        if (isClassIndices(outputs, targets.shape))
          return checkClassIndices('hinge', targets, outputs[0] ?? 0);
        checkTargetShape('hinge', targets, columnShapes(outputs));
        checkEachTarget('hinge', targets, 'must be -1 or 1', (value) => value === -1 || value === 1);
      },
    },
  );
}

function isClassIndices(
  [classes, ...others]: readonly (number | null)[],
  targets: readonly number[],
): boolean {
  return targets.length === 1 && others.length === 0 && (classes ?? 0) > 1;
}

function multiMargin(scores: tf.Tensor, targets: tf.Tensor): tf.Tensor1D {
  const right = oneHotRows(targets, scores.shape[1] ?? 0);
  const scoreOfRight = scores.mul(right).sum(-1, true);
  const margins = tf.sub(1, scoreOfRight).add(scores).relu();
  return margins.mul(tf.sub(1, right)).mean<tf.Tensor1D>(-1);
}
