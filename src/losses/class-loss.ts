/** What losses of classes share: targets as indices, one-hot rows or distributions; class weights; the class axis. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { ShapeError } from '../errors.ts';
import {
  checkDistributions,
  checkEachTarget,
  checkTargetShape,
  classIndexRule,
  fits,
} from './check-targets.ts';
import { type Logits, type Loss, makeLoss, type OutputShape } from './loss.ts';
import { meanOfRows } from './outputs.ts';

export interface ClassLossOptions {
  /**
   * w, one number ≥ 0 a class: an example counts w of its class, and the mean over a batch is Σ w·e / Σ w, PyTorch's
   * weighted mean. With a distribution t as target the weights stand inside the sum over classes, and the example counts
   * Σ wᵢ tᵢ, so that indices and one-hot rows give the same; PyTorch divides by the number of rows there.
   * @default every class counts 1
   */
  readonly classWeights?: readonly number[];
  /**
   * The axis of the classes in the predictions: −1 is the last, as in tfjs; 1 for PyTorch's `[batch, classes, positions]`.
   * Axis 0 is the batch. The loss of an example is the mean over its positions.
   * @default -1
   */
  readonly axis?: number;
}

/** The options' schemas. */
export const classLossOptions = {
  classWeights: z
    .array(z.number().min(0))
    .min(2)
    .refine((weights) => weights.some((weight) => weight > 0), 'must hold a number > 0')
    .optional(),
  axis: z
    .int()
    .refine((axis) => axis !== 0, 'must not be 0, the axis of the batch')
    .default(-1),
};

interface ClassLossParts {
  readonly classWeights: readonly number[] | undefined;
  readonly axis: number;
  /** The loss over the last axis, of outputs and the weight of each class, both `[batch, …, classes]`. */
  readonly loss: (outputs: tf.Tensor, weights: tf.Tensor) => tf.Tensor;
  /** What is done to the targets `[batch, …, classes]` before the class weights. @default nothing */
  readonly prepare?: (distribution: tf.Tensor) => tf.Tensor;
}

/** A {@link Loss} of classes. */
export function classLoss(
  lossName: string,
  { classWeights, axis, loss, prepare }: ClassLossParts,
): Loss<Logits> {
  const weighted = (distribution: tf.Tensor): tf.Tensor =>
    classWeights === undefined ? distribution : distribution.mul(tf.tensor1d([...classWeights]));

  return makeLoss(
    lossName,
    'logits',
    (outputs, targets) =>
      tf.tidy(() => {
        const classAxis = classAxisOf(lossName, outputs.shape, axis, classWeights);
        const distribution = distributionOf(targets, outputs.shape, classAxis);
        if (distribution === null)
          throw new ShapeError(
            `${lossName} targets`,
            `[${outputs.shape.toSpliced(classAxis, 1).join(', ')}] or [${outputs.shape.join(', ')}]`,
            targets.shape,
          );
        const weights = weighted(prepare === undefined ? distribution : prepare(distribution));
        return meanOfRows(loss(classesLast(outputs, classAxis), weights));
      }),
    {
      checkTargets(targets, outputs) {
        const classAxis = classAxisOf(lossName, [null, ...outputs], axis, classWeights);
        const classes = outputs[classAxis - 1] ?? 0;
        const positions = outputs.toSpliced(classAxis - 1, 1);
        checkTargetShape(lossName, targets, [positions, outputs]);
        if (fits(outputs, targets.shape.slice(1))) return checkDistributions(lossName, targets, classAxis);
        const { rule, isGood } = classIndexRule(classes);
        checkEachTarget(lossName, targets, rule, isGood);
      },
      ...(classWeights !== undefined && {
        rowWeights: (targets: tf.Tensor, outputs: OutputShape) =>
          tf.tidy(() => {
            const shape = [null, ...outputs];
            const classAxis = classAxisOf(lossName, shape, axis, classWeights);
            const distribution = distributionOf(targets, shape, classAxis);
            if (distribution === null)
              throw new ShapeError(`${lossName} targets`, describe(shape), targets.shape);
            return meanOfRows(weighted(distribution).sum(-1));
          }),
      }),
    },
  );
}
