/** What a recipe's arm gets: its options, its randomness, and the two ways to train that the driver can watch. */
import type * as tf from '@tensorflow/tfjs';
import { asDataset } from '../data/dataset-from.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Rng } from '../random/rng.ts';
import type { History } from '../result/history.ts';
import type { Environment } from '../result/recipe-result.ts';
import type { Callback } from '../training/callback.ts';
import { minimize, type MinimizeOptions } from '../training/minimize.ts';
import type { ModelMeaning } from '../training/model-metadata.ts';
import { isStateful } from '../training/stateful.ts';
import { isStream } from '../training/stream-source.ts';
import type { TrainData, TrainOptions } from '../training/train-options.ts';
import { train } from '../training/train.ts';
import type { Objective } from '../training/trainable-objective.ts';
import type { TrainingKey, TrainingStore } from './run-store.ts';

/** A training inside a recipe: the arguments of `train` in one object; rng, signal and checkpoints are the context's. */
export interface ContextTrainOptions extends Omit<TrainOptions, 'rng' | 'signal' | 'checkpoint' | 'resume'> {
  readonly model: tf.LayersModel;
  readonly data: TrainData;
}

/** A minimization inside a recipe: the arguments of `minimize` in one object; rng and signal are the context's. */
export interface ContextMinimizeOptions extends Omit<MinimizeOptions, 'rng' | 'signal'> {
  readonly objective: Objective;
  /** The rows that the objective is made of, where it is: what its PyTorch twin needs to make it too. */
  readonly data?: Dataset;
}

/**
 * One arm and one seed of a recipe. A recipe trains only through `train` and `minimize`: progress is shown, and
 * trainings are stopped and taken up again, there. A training whose callbacks remember something, and do not say what
 * (as `isStateful` asks), begins anew after an interruption.
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

/** Told while a training runs. */
export interface StepProgress {
  /** The training's name. */
  readonly name: string;
  /** Updates done, those before an interruption included. */
  readonly step: number;
  /** Updates planned. */
  readonly steps: number;
  /** Updates made since the last call. */
  readonly made: number;
}

/** A training of a run as it begins: its name, its options and the rng that decides all that it draws. */
export type BeginningTraining = { readonly name: string; readonly rng: Rng } & (
  | { readonly kind: 'train'; readonly options: ContextTrainOptions }
  | { readonly kind: 'minimize'; readonly options: ContextMinimizeOptions }
);

/** Looks on at one training. */
export interface TrainingWatch {
  /** Of a `train`. */
  readonly callbacks?: readonly Callback[];
  /** In place of a minimization's own start. */
  readonly start?: readonly number[];
  end?(history: History): void | Promise<void>;
}

export interface ContextTrainersOptions {
  readonly rng: Rng;
  readonly signal: AbortSignal | undefined;
  readonly onStep: (progress: StepProgress) => void;
  /** Told of each training before its first step. @default nobody */
  readonly watch?: ((training: BeginningTraining) => Promise<TrainingWatch | undefined>) | undefined;
  /** What is kept of a training. @default nothing */
  readonly open?: ((training: TrainingKey) => Promise<TrainingStore>) | undefined;
}

/** The training functions of one context; `release` frees the optimizers that were trained with. */
export function contextTrainers({ rng, signal, onStep, watch, open }: ContextTrainersOptions): Pick<
  RunContext<unknown, unknown>,
  'train' | 'minimize'
> & {
  readonly release: () => void;
} {
  const optimizers = new Set<Optimizer>();
  const withSignal = signal === undefined ? {} : { signal };
  let trainings = 0;
  return {
    release: () => {
      for (const optimizer of optimizers) optimizer.dispose();
    },
    async train(name, given) {
      const { model, data, callbacks = [], ...options } = given;
      const own = rng.split(name);
      optimizers.add(options.optimizer);
      const store = await open?.({ ordinal: ++trainings, name });
      const watching = await watch?.({ kind: 'train', name, options: given, rng: own });
      const history = await train(model, data, {
        ...options,
        ...withSignal,
        ...(store && callbacks.every(isStateful)
          ? { checkpoint: store.checkpoint, resume: 'if present' as const }
          : {}),
        callbacks: [
          ...callbacks,
          ...(watching?.callbacks ?? []),
          ...(store?.callbacks ?? []),
          stepReporter(name, onStep),
        ],
        rng: own,
      });
      signal?.throwIfAborted();
      await watching?.end?.(history);
      await store?.keepModel?.(model, meaningOf(data));
      return history;
    },
    async minimize(name, given) {
      const { objective, data: _ofTwins, ...options } = given;
      const { steps } = options;
      const own = rng.split(name);
      onStep({ name, step: 0, steps, made: 0 });
      const watching = await watch?.({ kind: 'minimize', name, options: given, rng: own });
      const { start = options.start } = watching ?? {};
      const history = await minimize(objective, { ...options, start, ...withSignal, rng: own });
      signal?.throwIfAborted();
      await watching?.end?.(history);
      onStep({ name, step: history.steps, steps, made: history.steps });
      return history;
    },
  };
}

function stepReporter(name: string, onStep: ContextTrainersOptions['onStep']): Callback {
  let first = 0;
  let planned = 1;
  return {
    onTrainBegin({ firstStep, steps }) {
      [first, planned] = [firstStep, steps];
    },
    onBatchEnd(step) {
      onStep({ name, step: step - first + 1, steps: planned, made: 1 });
    },
  };
}

/** What inputs and outputs of a model mean that was trained on these data; classes without names are called by their numbers. */
function meaningOf(data: TrainData): ModelMeaning {
  if (isStream(data)) return {};
  const { task, classes, classNames } = asDataset('train' in data ? data.train : data);
  const names = classNames ?? Array.from({ length: classes }, (_, index) => String(index));
  return {
    standardisation: 'standardisation' in data ? data.standardisation : null,
    classNames: task === 'classification' ? names : null,
  };
}
