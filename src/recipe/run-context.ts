/** What a recipe's arm gets: its options, its randomness, and the two ways to train that the driver can watch. */
import type * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Rng } from '../random/rng.ts';
import type { History } from '../result/history.ts';
import type { Environment } from '../result/recipe-result.ts';
import type { Callback } from '../training/callback.ts';
import { minimize, type MinimizeOptions } from '../training/minimize.ts';
import { train, type TrainData, type TrainOptions } from '../training/train.ts';
import type { Objective } from '../training/trainable-objective.ts';

/** A training inside a recipe: the arguments of `train` in one object; rng and signal are the context's. */
export interface ContextTrainOptions extends Omit<TrainOptions, 'rng' | 'signal'> {
  readonly model: tf.LayersModel;
  readonly data: TrainData;
}

/** A minimization inside a recipe: the arguments of `minimize` in one object; rng and signal are the context's. */
export interface ContextMinimizeOptions extends Omit<MinimizeOptions, 'rng' | 'signal'> {
  readonly objective: Objective;
}

/**
 * One arm and one seed of a recipe. A recipe trains only through `train` and `minimize`: progress is shown, and
 * trainings are stopped, there.
 */
export interface RunContext<Options, Arm> {
  readonly options: Options;
  /** The settings of this arm. */
  readonly arm: Arm;
  readonly armName: string;
  readonly seed: number;
  /** A function of the seed alone: arms with one seed share data, splits and starts, so that they can be paired. */
  readonly rng: Rng;
  readonly backend: Environment['backend'];
  readonly signal: AbortSignal | undefined;
  /** `name` tells apart the trainings of one arm: it names their random streams and shows in the progress. */
  readonly train: (name: string, options: ContextTrainOptions) => Promise<History>;
  readonly minimize: (name: string, options: ContextMinimizeOptions) => Promise<History>;
}

/** Told after each update of a training: the share of it that is done, and its name. */
export type StepListener = (name: string, step: number, steps: number) => void;

/** The training functions of one context; `release` frees the optimizers that were trained with. */
export function contextTrainers(
  rng: Rng,
  signal: AbortSignal | undefined,
  onStep: StepListener,
): Pick<RunContext<unknown, unknown>, 'train' | 'minimize'> & { readonly release: () => void } {
  const optimizers = new Set<Optimizer>();
  const withSignal = signal === undefined ? {} : { signal };
  const stopWithRun = <Ended extends History>(history: Ended): Ended => {
    signal?.throwIfAborted();
    return history;
  };
  return {
    release: () => {
      for (const optimizer of optimizers) optimizer.dispose();
    },
    async train(name, { model, data, callbacks = [], ...options }) {
      optimizers.add(options.optimizer);
      const all = [...callbacks, stepReporter(name, onStep)];
      return stopWithRun(
        await train(model, data, { ...options, ...withSignal, callbacks: all, rng: rng.split(name) }),
      );
    },
    async minimize(name, { objective, ...options }) {
      onStep(name, 0, options.steps);
      return stopWithRun(await minimize(objective, { ...options, ...withSignal, rng: rng.split(name) }));
    },
  };
}

function stepReporter(name: string, onStep: StepListener): Callback {
  let first = 0;
  let planned = 1;
  return {
    onTrainBegin({ firstStep, steps }) {
      [first, planned] = [firstStep, steps];
    },
    onBatchEnd(step) {
      onStep(name, step - first + 1, planned);
    },
  };
}
