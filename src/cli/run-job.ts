/** One run of a recipe as a job for another process: what it is told, and how it is done there. */
import type { BackendInfo } from '../backend/backend-info.ts';
import { useBackend } from '../backend/use-backend.ts';
import type { JobContext } from '../pool/serve-jobs.ts';
import { makeRun } from '../recipe/make-run.ts';
import type { StepProgress } from '../recipe/run-context.ts';
import { recipeOptions } from '../recipe/run-recipe.ts';
import type { FinishedRun, RunKey } from '../recipe/run-store.ts';
import { parseJson, stringifyJson } from '../result/json.ts';
import { findRecipe } from './find-recipe.ts';
import { processIo } from './io.ts';
import { type KeptTrainings, openTraining } from './kept-trainings.ts';
import type { GivenOptions } from './recipe-options.ts';

/** All plain data. */
export interface RunJob {
  /** The id of a recipe of the course, or the path of the user's own file. */
  readonly recipe: string;
  /** The options given. */
  readonly options: GivenOptions;
  readonly quick: boolean;
  /** As it was opened by the process that has the job. */
  readonly backend: BackendInfo;
  readonly run: RunKey;
  readonly trainings: KeptTrainings;
}

/** What is told while it is done. */
export type RunMessage =
  | { readonly kind: 'step'; readonly progress: StepProgress }
  | { readonly kind: 'note'; readonly text: string };

/** Milliseconds between two messages of steps. */
const STEPS_EVERY = 50;

const recipes = new Map<string, ReturnType<typeof findRecipe>>();

export async function doRunJob(
  { recipe: name, options, quick, backend, run, trainings }: RunJob,
  { signal, send }: JobContext<RunMessage>,
): Promise<FinishedRun> {
  const { threads } = backend;
  // Threads are wasm's option; the process that has the job may have found fewer than it asked for.
  await useBackend(backend.name, backend.name === 'wasm' && threads !== null ? { threads } : {});
  const found = recipes.get(name) ?? findRecipe(name, processIo());
  recipes.set(name, found);
  const recipe = await found;
  signal.throwIfAborted();
  const steps = gatherSteps((progress) => send({ kind: 'step', progress }));
  try {
    const made = await makeRun(recipe, {
      run,
      options: recipeOptions(recipe, options, quick),
      backend,
      signal,
      onStep: steps.add,
      open: (training) => openTraining(trainings, run, training, (text) => send({ kind: 'note', text })),
    });
    // As it will be kept: plain data, whatever the recipe returned.
    return { ...made, data: parseJson(stringifyJson(made.data)) as FinishedRun['data'] };
  } finally {
    steps.flush();
  }
}

/** Passes on the newest step now and then, with all updates made since the last time. */
function gatherSteps(send: (progress: StepProgress) => void): {
  readonly add: (progress: StepProgress) => void;
  readonly flush: () => void;
} {
  let newest: StepProgress | undefined;
  let sentAt = Number.NEGATIVE_INFINITY;
  const flush = (): void => {
    if (newest !== undefined) send(newest);
    newest = undefined;
    sentAt = performance.now();
  };
  return {
    add(progress) {
      newest = { ...progress, made: progress.made + (newest?.made ?? 0) };
      if (performance.now() - sentAt >= STEPS_EVERY) flush();
    },
    flush,
  };
}
