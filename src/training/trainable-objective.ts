/** A plain function of a few numbers as something to minimize. */
import * as tf from '@tensorflow/tfjs';
import { DataError, ShapeError } from '../errors.ts';
import type { StepRandom } from '../layers/step-random.ts';
import type { Trainable } from './trainable.ts';

/**
 * A function to minimize: the parameters as a vector `[n]` to a scalar. A noisy objective draws from `key`, int32 [4],
 * which is another one at every step.
 */
export type Objective = (parameters: tf.Tensor1D, key: tf.Tensor1D) => tf.Tensor;

/** The parameter's path in optimizer state and messages. */
const PATH = 'parameters';

/** The trainable of `minimize`, with its variable; `dispose` frees it. */
export interface TrainableObjective extends Trainable {
  readonly variable: tf.Variable<tf.Rank.R1>;
  dispose(): void;
}

export function trainableObjective(objective: Objective, start: readonly number[]): TrainableObjective {
  const variable = tf.tidy(() => tf.variable(tf.tensor1d([...start])));
  let stepKey: tf.Tensor1D | undefined;
  const noLayers: StepRandom = {
    key: (layer) => {
      throw new DataError(`an objective draws from its second argument, not through layer ${layer.name}`);
    },
  };
  return {
    variable,
    tensors: () => new Map([[PATH, variable]]),
    parameters: () => new Map([[PATH, variable]]),
    describe: ({ shape }) => ({ path: PATH, weight: PATH, layer: undefined, shape }),
    host: () => null,
    restoreHost: () => undefined,
    beginStep: (key) => {
      stepKey = key;
      return noLayers;
    },
    weightsOf: () => null,
    losses: () => {
      if (stepKey === undefined) throw new DataError('beginStep comes before losses');
      const value = objective(variable, stepKey);
      if (value.size !== 1) throw new ShapeError('the value of an objective', 'of one number', value.shape);
      return { perExample: value.reshape([1]), penalty: null };
    },
    dispose: () => variable.dispose(),
  };
}
