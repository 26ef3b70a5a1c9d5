/** What may stand around an update inside a step, each with numbers of its own that the host computes per step. */
import type * as tf from '@tensorflow/tfjs';
import type { ParameterPath } from '../layers/paths.ts';
import type { Stateful } from './stateful.ts';
import type { Batch } from './trainable.ts';

/** Numbers by name for one step, rank 0. */
export type StepScalars = Readonly<Record<string, tf.Scalar>>;

/** A named part of a step: its block of the step's scalars. */
interface StepPart {
  readonly name: string;
  readonly scalars: readonly string[];
  /** The block's numbers for update `step` (from 0), in the order of `scalars`; a pure function. */
  scalarsAt(step: number): readonly number[];
}

/** Changes a batch before the forward pass. */
export interface BatchTransform extends StepPart {
  transform(batch: Batch, scalars: StepScalars): Batch;
}

/** Changes the whole map of gradients before the updates. */
export interface GradientTransform extends StepPart {
  transform(
    gradients: ReadonlyMap<ParameterPath, tf.Tensor>,
    scalars: StepScalars,
  ): Map<ParameterPath, tf.Tensor>;
}

/** Acts after the updates, on variables of its own: its `tensors`. */
export interface AfterUpdate extends StepPart, Pick<Stateful, 'tensors'> {
  afterUpdate(parameters: ReadonlyMap<ParameterPath, tf.Variable>, scalars: StepScalars): void;
}

/** Everything optional in a step, in the order in which it acts. */
export interface StepParts {
  readonly batch?: readonly BatchTransform[];
  readonly gradients?: readonly GradientTransform[];
  readonly after?: readonly AfterUpdate[];
}
