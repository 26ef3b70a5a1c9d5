/** What the driver puts aside of a recipe while it runs, so that an interruption loses little. */
import type * as tf from '@tensorflow/tfjs';
import type { ArmRun } from '../result/recipe-result.ts';
import type { Callback } from '../training/callback.ts';
import type { CheckpointStore } from '../training/checkpoint.ts';
import type { ModelMeaning } from '../training/model-metadata.ts';

/** Tells the runs of a recipe apart. */
export type RunKey = Pick<ArmRun, 'arm' | 'seed'>;

/** What a run returned, and how long it took. */
export interface FinishedRun extends ArmRun {
  readonly seconds: number;
}

/** Tells the trainings of a run apart: they come in the same order whenever the run is made. */
export interface TrainingKey {
  /** From 1. */
  readonly ordinal: number;
  readonly name: string;
}

/** What is kept of one training. */
export interface TrainingStore {
  readonly checkpoint: CheckpointStore;
  /** Look on while it runs. */
  readonly callbacks: readonly Callback[];
  /** Takes the trained model, before the recipe goes on; absent where nobody wants it. */
  readonly keepModel?: (model: tf.LayersModel, meaning: ModelMeaning) => Promise<void>;
}

/** The runs of one recipe with one set of options. */
export interface RunStore {
  /** A run that need not be made again. */
  finished(run: RunKey): FinishedRun | undefined;
  /** Keeps what a run returned, and gives it back as `finished` will: claims and figures see the same after a resume. */
  finish(run: FinishedRun): Promise<FinishedRun>;
  /** Opens what is kept of a training, before its first step. */
  training(run: RunKey, training: TrainingKey): Promise<TrainingStore>;
}
