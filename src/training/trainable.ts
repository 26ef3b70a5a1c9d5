/** What a step trains: parameters, and the losses of a batch as a function of them. */
import type * as tf from '@tensorflow/tfjs';
import type { ParameterInfo, ParameterPath } from '../layers/paths.ts';
import type { StepRandom } from '../layers/step-random.ts';
import type { Stateful } from './stateful.ts';

/** One micro-batch on the device. */
export interface Batch {
  /** One tensor per model input, each `[rows, …]`. */
  readonly inputs: readonly tf.Tensor[];
  /** `[rows]` class indices or `[rows, outputs]`. */
  readonly targets: tf.Tensor;
  /** The weight of each row, `[rows]`; null counts every row alike. */
  readonly weights: tf.Tensor1D | null;
}

/** The loss of each row, `[rows]`, without the batch's weights, and what regularizers add to the mean; null without any. */
export interface Losses {
  readonly perExample: tf.Tensor1D;
  readonly penalty: tf.Scalar | null;
}

/** Implemented by a `tf.LayersModel` with a loss (`train`) and by a plain objective (`minimize`). */
export interface Trainable extends Stateful {
  /** The variables that an update changes; a subset of `tensors()`. */
  parameters(): Map<ParameterPath, tf.Variable>;
  /** What a parameter is, for the optimizer's parameter groups. */
  describe(parameter: tf.Variable): ParameterInfo;
  /** The randomness of one step, from its key, int32 [4]. */
  beginStep(key: tf.Tensor1D): StepRandom;
  /** What each row of a batch counts, `[rows]`: its weight and what the loss gives its class; null counts all alike. */
  weightsOf(batch: Batch): tf.Tensor1D | null;
  /** Tensor operations only; may be called several times in a step. */
  losses(batch: Batch, random: StepRandom): Losses;
}
