/** Mixup (Zhang et al. 2018, arXiv:1710.09412): a batch becomes a blend of itself and of itself reversed. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.ts';
import { drawBeta } from '../random/beta.ts';
import type { Rng } from '../random/rng.ts';
import type { BatchTransform } from './step-parts.ts';

/**
 * λ x + (1 − λ) x', λ ~ Beta(alpha, alpha), one λ per update, where x' is the batch in reverse order: its rows stand in
 * random order, so each meets a random partner. Inputs, targets and weights are blended; class indices as one-hot.
 *
 * @param outputs - The shape of the model's output without the batch.
 */
export function mixup(alpha: number, outputs: readonly (number | null)[], rng: Rng): BatchTransform {
  return {
    name: 'mixup',
    scalars: ['share'],
    scalarsAt: (step) => [drawBeta(rng.split(step), alpha)],
    transform({ inputs, targets, weights }, { share }) {
      if (share === undefined) throw new RangeError('the scalar "share" is missing');
      const blend = (x: tf.Tensor): tf.Tensor => {
        const partner = x.reverse(0);
        return partner.add(x.sub(partner).mul(share));
      };
      return {
        inputs: inputs.map((input) => blend(input.toFloat())),
        targets: blend(asNumbers(targets, outputs)),
        weights: weights && (blend(weights) as tf.Tensor1D),
      };
    },
  };
}

/** Class indices as one-hot where the model has an output per class; other targets as they are. */
function asNumbers(targets: tf.Tensor, outputs: readonly (number | null)[]): tf.Tensor {
  const classes = outputs.at(-1) ?? 1;
  const areIndices = targets.rank === outputs.length && classes > 1;
  if (areIndices && outputs.length > 1)
    throw new ModelError(
      'mixup of class indices takes a model that gives [batch, classes]; give the targets as distributions instead',
    );
  return areIndices ? tf.oneHot(targets.toInt(), classes).toFloat() : targets.toFloat();
}
