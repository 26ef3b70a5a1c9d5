/** What one optimizer is: the arithmetic of a single update, as tensor operations on one parameter. */
import type * as tf from '@tensorflow/tfjs';

/** The numbers of one update by name: rank 0, float32. */
export type Scalars<Name extends string = string> = Readonly<Record<Name, tf.Scalar>>;

/** The state that a rule keeps beside a parameter, by name: tensors of the parameter's shape. */
export type Slots<Name extends string = string> = Readonly<Record<Name, tf.Tensor>>;

/**
 * The seam between an optimizer's equations and everything that runs them. Every numeric hyper-parameter is one of
 * `scalars`, so that two optimizers which differ in numbers only share one recorded step; switches are structure.
 */
export interface UpdateRule<ScalarName extends string = string, SlotName extends string = string> {
  /** The optimizer's name: `sgd`, `adam`. */
  readonly name: string;
  /** The names of the numbers that `update` needs. */
  readonly scalars: readonly ScalarName[];
  /**
   * Those numbers for one update, computed in float64; a pure function of its arguments.
   *
   * @param step - The number of updates made before, from 0.
   * @param rate - The learning rate of this update.
   */
  scalarsAt(step: number, rate: number): Readonly<Record<ScalarName, number>>;
  /** The slots by name, each with the number that fills it at first. */
  readonly slots: Readonly<Record<SlotName, number>>;
  /** One update. Pure: returns new tensors and leaves its arguments alone. */
  update(
    parameter: tf.Tensor,
    gradient: tf.Tensor,
    slots: Slots<SlotName>,
    scalars: Scalars<ScalarName>,
  ): { readonly parameter: tf.Tensor; readonly slots: Slots<SlotName> };
}
