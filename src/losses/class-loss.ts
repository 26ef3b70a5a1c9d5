/** What losses of classes share: targets as indices, one-hot rows or distributions; class weights; the class axis. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { ShapeError } from '../errors.ts';
import { checkClassIndices, checkDistributions, checkTargetShape, fits } from './check-targets.ts';
import { type Loss, makeLoss, type OutputShape } from './loss.ts';
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
  /** Beside class weights and axis. */
  readonly settings?: Readonly<Record<string, number>>;
  readonly classWeights?: readonly number[] | undefined;
  readonly axis: number;
  /** The loss over the last axis, of outputs and what each class counts, both `[batch, …, classes]`; `sumsToOne`: the latter certainly does. */
  readonly loss: (outputs: tf.Tensor, weights: tf.Tensor, sumsToOne: boolean) => tf.Tensor;
  /** What is done to the targets `[batch, …, classes]` before the class weights. @default nothing */
  readonly prepare?: (distribution: tf.Tensor) => tf.Tensor;
}

/** A {@link Loss} of classes. */
export function classLoss(lossName: string, parts: ClassLossParts): Loss {
  const { classWeights, loss, prepare } = parts;
  const axisIn = (shape: OutputShape): number => classAxisOf(lossName, shape, parts);
  const weighted = (distribution: tf.Tensor): tf.Tensor =>
    classWeights === undefined ? distribution : distribution.mul(tf.tensor1d([...classWeights]));

  return makeLoss(
    lossName,
    'logits',
    (outputs, targets) =>
      tf.tidy(() => {
        const axis = axisIn(outputs.shape);
        const distribution = distributionOf(lossName, targets, outputs.shape, axis);
        const weights = weighted(prepare === undefined ? distribution : prepare(distribution));
        const sumsToOne = classWeights === undefined && targets.rank < outputs.rank;
        return meanOfRows(loss(classesLast(outputs, axis), weights, sumsToOne));
      }),
    {
      settings: { ...parts.settings, classWeights: classWeights ?? null, axis: parts.axis },
      checkTargets(targets, outputs) {
        const axis = axisIn([targets.shape[0] ?? null, ...outputs]);
        checkTargetShape(lossName, targets, [outputs.toSpliced(axis - 1, 1), outputs]);
        if (targets.shape.length > outputs.length) checkDistributions(lossName, targets, axis);
        else checkClassIndices(lossName, targets, outputs[axis - 1] ?? 0);
      },
      ...(classWeights !== undefined && {
        rowWeights: (targets: tf.Tensor, outputs: OutputShape) =>
          tf.tidy(() => {
            const shape = [targets.shape[0] ?? null, ...outputs];
            return meanOfRows(weighted(distributionOf(lossName, targets, shape, axisIn(shape))).sum(-1));
          }),
      }),
    },
  );
}

/** The axis of the classes, counted from 0; throws a ShapeError for outputs that have no such axis or the wrong number of classes. */
function classAxisOf(lossName: string, shape: OutputShape, { axis, classWeights }: ClassLossParts): number {
  const place = axis < 0 ? shape.length + axis : axis;
  const classes = place > 0 ? shape[place] : undefined;
  if (classes === undefined || shape.length < 2) {
    const wanted = axis === -1 ? '[batch, classes]' : `[batch, …] with the classes on axis ${axis}`;
    throw new ShapeError(`${lossName} logits`, wanted, shape);
  }
  if (classes === null || classes < 2)
    throw new ShapeError(`${lossName} logits`, `with at least 2 classes on axis ${axis}`, shape);
  if (classWeights !== undefined && classWeights.length !== classes)
    throw new ShapeError(`${lossName} logits`, `with ${classWeights.length} classes, one a weight`, shape);
  return place;
}

/** Targets as distributions `[batch, …, classes]`; throws a ShapeError for targets that fit neither way. */
function distributionOf(
  lossName: string,
  targets: tf.Tensor,
  shape: OutputShape,
  classAxis: number,
): tf.Tensor {
  const positions = shape.toSpliced(classAxis, 1);
  if (fits(positions, targets.shape)) return oneHotRows(targets, shape[classAxis] ?? 0);
  if (fits(shape, targets.shape)) return classesLast(targets.toFloat(), classAxis);
  throw new ShapeError(
    `${lossName} targets`,
    `[${positions.join(', ')}] or [${shape.join(', ')}]`,
    targets.shape,
  );
}

/** Class indices `[…]` as float32 `[…, classes]`. tfjs's own `dtype` is not used: on wasm it writes the bits of integers. */
export function oneHotRows(indices: tf.Tensor, classes: number): tf.Tensor {
  return tf.oneHot(indices.toInt(), classes).toFloat();
}

function classesLast(tensor: tf.Tensor, classAxis: number): tf.Tensor {
  const axes = tensor.shape.map((_, axis) => axis);
  return classAxis === tensor.rank - 1
    ? tensor
    : tensor.transpose([...axes.toSpliced(classAxis, 1), classAxis]);
}
