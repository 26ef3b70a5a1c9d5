/** The two sides of a comparison: our runs with every training recorded, and the twin's runs from the same starts. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackendInfo } from '../backend/backend-info.ts';
import {
  type Manifest,
  type TrainingPlace,
  writeManifest,
  writeTrainingFile,
} from '../compare/work-folder.ts';
import type { AnyRecipe } from '../recipe/recipe.ts';
import { type RecordOptions, recordTraining, type TrainingKind } from '../recipe/record-training.ts';
import { type RecipeProgress, runRecipe } from '../recipe/run-recipe.ts';
import type { RunKey } from '../recipe/run-store.ts';
import type { Json } from '../result/json.ts';
import type { RecipeResult } from '../result/recipe-result.ts';

/** A recipe with what both sides need to make the same runs. */
export interface ComparedRecipe {
  readonly recipe: AnyRecipe;
  readonly options: Readonly<Record<string, unknown>>;
  readonly firstSeed: number;
  readonly seeds: number | undefined;
  readonly quick: boolean;
  readonly backend: BackendInfo;
  readonly signal: AbortSignal;
  /** torch's name of the device: cpu, cuda. */
  readonly device: string;
  readonly onProgress: (progress: RecipeProgress) => void;
}

/** A training that our side recorded. */
export interface OurTraining extends TrainingPlace {
  readonly kind: TrainingKind;
  readonly seconds: number;
}

export interface OurSide {
  readonly result: RecipeResult;
  readonly trainings: readonly OurTraining[];
}

export interface RecordRequest {
  /** Only this run. @default all */
  readonly only?: RunKey;
  /** How a training is recorded. @default as `recordTraining` does */
  readonly how?: (training: Pick<TrainingPlace, 'ordinal'>) => RecordOptions;
}

/** Runs the recipe and writes `start` and `ours` of every training into `work`, which is emptied first. */
export async function recordOurs(
  { recipe, options, firstSeed, seeds, quick, backend, signal, onProgress }: ComparedRecipe,
  work: string,
  { only, how = () => ({}) }: RecordRequest = {},
): Promise<OurSide> {
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const trainings: OurTraining[] = [];
  const counts = new Map<string, number>();
  const chosen = only === undefined ? recipe : { ...recipe, ...onlyArm(recipe, only.arm) };
  const result = await runRecipe(chosen, {
    options,
    ...(only ? { seeds: 1 } : seeds === undefined ? {} : { seeds }),
    firstSeed: only?.seed ?? firstSeed,
    quick,
    backend,
    signal,
    onProgress,
    watch: async (run, training) => {
      const key = `${run.arm}-${run.seed}`;
      const ordinal = (counts.get(key) ?? 0) + 1;
      counts.set(key, ordinal);
      const place = { ...run, ordinal, name: training.name, folder: `trainings/${key}/${ordinal}` };
      return recordTraining(
        training,
        async ({ start, trace, kind, seconds }) => {
          await writeTrainingFile(work, place, 'start', start);
          await writeTrainingFile(work, place, 'ours', trace);
          trainings.push({ ...place, kind, seconds });
        },
        how(place),
      );
    },
  });
  return { result, trainings };
}

/** One arm of a recipe, and nothing to judge or draw. */
function onlyArm(recipe: AnyRecipe, arm: string): Pick<AnyRecipe, 'arms' | 'claims' | 'figures'> {
  return {
    arms: (options) => ({ [arm]: recipe.arms(options)[arm] }),
    claims: [],
    figures: () => [],
  };
}

/** Tells the twin what to do. `detail` is an update of one training to record in every detail. */
export async function writeTwinsTask(
  { recipe, backend, device }: ComparedRecipe,
  work: string,
  { result, trainings }: OurSide,
  detail?: { readonly ordinal: number; readonly update: number },
): Promise<Manifest> {
  const arms = recipe.arms(result.options as never) as Readonly<Record<string, Json>>;
  const manifest: Manifest = {
    schemaVersion: result.schemaVersion,
    recipe: result.recipe,
    mode: result.mode,
    options: result.options,
    seeds: result.seeds,
    device,
    threads: backend.threads ?? 1,
    runs: result.runs.map(({ arm, seed }) => ({
      arm,
      seed,
      settings: arms[arm] ?? null,
      trainings: trainings
        .filter((training) => training.arm === arm && training.seed === seed)
        .map(({ name, ordinal, folder }) => ({
          name,
          ordinal,
          folder,
          ...(detail?.ordinal === ordinal && { detail: detail.update }),
        })),
    })),
  };
  await writeManifest(work, manifest);
  return manifest;
}

/** Where a replay of one run works. */
export const replayFolder = (work: string): string => join(work, 'replay');
