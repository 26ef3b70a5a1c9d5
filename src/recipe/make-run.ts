/** One run of a recipe: one arm with one seed, here and now. */
import type { BackendInfo } from '../backend/backend-info.ts';
import { Rng } from '../random/rng.ts';
import type { Environment } from '../result/recipe-result.ts';
import type { AnyRecipe, Recipe } from './recipe.ts';
import {
  type BeginningTraining,
  contextTrainers,
  type StepProgress,
  type TrainingWatch,
} from './run-context.ts';
import type { FinishedRun, RunKey, TrainingKey, TrainingStore } from './run-store.ts';

/**
 * Makes runs, each a function of the recipe's options, arm and seed alone, where and in whatever order it likes. Gives
 * each as it ends, and throws when one has failed.
 */
export type MakeRuns = (
  runs: readonly RunKey[],
  onStep: (run: RunKey, progress: StepProgress) => void,
) => AsyncIterable<FinishedRun>;

export interface MakeRunOptions {
  readonly run: RunKey;
  /** All of the recipe's options, checked. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The one in use. */
  readonly backend: BackendInfo;
  readonly signal: AbortSignal | undefined;
  readonly onStep: (progress: StepProgress) => void;
  /** What is kept of a training. @default nothing */
  readonly open?: ((training: TrainingKey) => Promise<TrainingStore>) | undefined;
  /** Told of each training before its first step. @default nobody */
  readonly watch?: ((training: BeginningTraining) => Promise<TrainingWatch | undefined>) | undefined;
}

export async function makeRun(chosen: AnyRecipe, settings: MakeRunOptions): Promise<FinishedRun> {
  const started = performance.now();
  const recipe = chosen as Recipe;
  const { run, options, signal, onStep, open, watch } = settings;
  const { arm: armName, seed } = run;
  const rng = Rng.fromSeed(seed);
  const { release, ...trainers } = contextTrainers({ rng, signal, onStep, open, watch });
  try {
    const arm = recipe.arms(options)[armName];
    const backend = describeBackend(settings.backend);
    const data = await recipe.runArm({ options, arm, armName, seed, rng, backend, signal, ...trainers });
    // An arm that caught the interruption of its training has not finished.
    signal?.throwIfAborted();
    return { arm: armName, seed, data, seconds: (performance.now() - started) / 1000 };
  } finally {
    release();
  }
}

/** What a result tells of a backend. */
export const describeBackend = ({
  name,
  device,
  isGpu,
  threads,
  others,
}: BackendInfo): Environment['backend'] => ({ name, device, isGpu, threads, others });
