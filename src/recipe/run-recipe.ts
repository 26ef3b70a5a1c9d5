/** The driver: arms × seeds of a recipe, then claims and figures on the plain results. */
import { z } from 'zod';
import { BACKEND_NAMES, type BackendInfo } from '../backend/backend-info.ts';
import { findKernel } from '../backend/kernels.ts';
import { RANDOM_BITS } from '../backend/random-bits.ts';
import { activeBackend, useBackend } from '../backend/use-backend.ts';
import { OptionError, quote } from '../errors.ts';
import { instanceOf, parseOptions, withoutUndefined } from '../options.ts';
import { Rng } from '../random/rng.ts';
import type { Json } from '../result/json.ts';
import { type Environment, type RecipeResult, SCHEMA_VERSION } from '../result/recipe-result.ts';
import { PACKAGE } from '../version.ts';
import { judge } from './claim.ts';
import type { AnyRecipe, Recipe } from './recipe.ts';
import { contextTrainers, type StepProgress } from './run-context.ts';
import type { FinishedRun, RunStore, TrainingKey } from './run-store.ts';
import { Runs } from './runs.ts';

/** How far a recipe is. */
export interface RecipeProgress {
  /** Runs done, with the share of the running one. */
  readonly done: number;
  /** Arms × seeds. */
  readonly total: number;
  /** What runs now: arm, seed, training, step. */
  readonly message: string;
  /** Optimizer updates made by this call. */
  readonly updates: number;
}

export interface RunRecipeOptions<Options> {
  /** The recipe's own options; those left out have their defaults. */
  readonly options?: Partial<Options>;
  /** How many seeds. @default the recipe's number for a full or quick run */
  readonly seeds?: number;
  /** The first of the consecutive seeds. Seeds below 1000 are for tuning. @default 1000 */
  readonly firstSeed?: number;
  /** Fewer seeds and smaller options, as the recipe says. @default false */
  readonly quick?: boolean;
  /** @default the backend in use, else `useBackend('auto')` */
  readonly backend?: BackendInfo;
  readonly onProgress?: (progress: RecipeProgress) => void;
  /** Ends the run after the running step: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Where runs that are finished, and the state of the running one, are kept and taken from. @default nowhere */
  readonly store?: RunStore;
}

const schema = z.strictObject({
  options: z.looseObject({}).default({}),
  seeds: z.int().min(1).optional(),
  firstSeed: z.int().min(0).default(1000),
  quick: z.boolean().default(false),
  backend: z
    .custom<BackendInfo>(
      (value) => typeof value === 'object' && value !== null,
      'must be what useBackend returned',
    )
    .optional(),
  onProgress: z
    .custom<(progress: RecipeProgress) => void>((value) => typeof value === 'function', 'must be a function')
    .optional(),
  signal: instanceOf(AbortSignal, 'must be an AbortSignal').optional(),
  store: z
    .custom<RunStore>(
      (value) => typeof value === 'object' && value !== null && 'finished' in value,
      'must be a store of runs',
    )
    .optional(),
});

/**
 * Runs every arm with every seed, judges the claims and makes the figures. Two runs with the same options and seeds on
 * one machine differ in `timings` only.
 */
export async function runRecipe<Chosen extends AnyRecipe>(
  chosen: Chosen,
  runOptions: RunRecipeOptions<z.input<Chosen['options']>> = {},
): Promise<RecipeResult> {
  const recipe = chosen as AnyRecipe as Recipe;
  const startedAt = new Date();
  const { quick, firstSeed, onProgress, signal, store, ...given } = parseOptions(
    'runRecipe',
    schema,
    runOptions,
  );
  const options = recipeOptions(recipe, given.options, quick);
  const count = given.seeds ?? recipe.seeds[quick ? 'quick' : 'full'];
  const seeds = Array.from({ length: count }, (_, index) => firstSeed + index);
  const backend = given.backend ?? (await useBackend(activeBackendName()));
  if (backend.name !== activeBackend()) {
    const rule = `must be the one in use, ${quote(activeBackend())}`;
    throw new OptionError('runRecipe', [{ path: 'backend', rule, received: backend.name }]);
  }
  const environment = environmentOf(backend);

  const plan = Object.entries(recipe.arms(options)).flatMap(([armName, arm]) =>
    seeds.map((seed) => ({ armName, arm, seed })),
  );
  const earlier = plan.map(({ armName, seed }) => store?.finished({ arm: armName, seed }));
  const earlierSeconds = earlier.reduce((sum, run) => sum + (run?.seconds ?? 0), 0);
  let [done, updates] = [earlier.filter((run) => run !== undefined).length, 0];
  const report = (share: number, message: string): void =>
    onProgress?.({ done: done + share, total: plan.length, message, updates });
  const runs: FinishedRun[] = [];
  for (const [index, { armName, arm, seed }] of plan.entries()) {
    const known = earlier[index];
    if (known !== undefined) {
      runs.push(known);
      continue;
    }
    signal?.throwIfAborted();
    const label = `${armName} · seed ${seed}`;
    let share = 0; // of this run; an arm may train several times, and progress never goes back
    const onStep = ({ name, step, steps, made }: StepProgress): void => {
      share = Math.max(share, step / steps);
      updates += made;
      report(share, `${label} · ${name} ${step}/${steps}`);
    };
    const own = { options, arm, armName, seed, backend: environment.backend, signal };
    runs.push(await makeRun(recipe, own, onStep, store));
    done++;
    report(0, label);
  }

  const all = new Runs(runs.map(({ seconds: _clock, ...run }) => run));
  return {
    schemaVersion: SCHEMA_VERSION,
    recipe: describeRecipe(recipe),
    mode: quick ? 'quick' : 'full',
    options: options as Readonly<Record<string, Json>>,
    seeds,
    environment,
    runs: all.all,
    verdicts: recipe.claims.map((claim) =>
      judge(claim, all, recipe.text.claims[claim.id] ?? { en: claim.id, zh: claim.id }),
    ),
    figures: recipe.figures(all, options),
    timings: {
      startedAt: startedAt.toISOString(),
      totalSeconds: earlierSeconds + (Date.now() - startedAt.getTime()) / 1000,
      runs: runs.map(({ seconds }) => seconds),
    },
  };
}

/** One arm with one seed. */
async function makeRun(
  recipe: Recipe,
  own: Omit<Parameters<Recipe['runArm']>[0], 'rng' | 'train' | 'minimize'>,
  onStep: (progress: StepProgress) => void,
  store: RunStore | undefined,
): Promise<FinishedRun> {
  const started = performance.now();
  const { armName: arm, seed, signal } = own;
  const rng = Rng.fromSeed(seed);
  const open = store && ((training: TrainingKey) => store.training({ arm, seed }, training));
  const { release, ...trainers } = contextTrainers({ rng, signal, onStep, open });
  try {
    const data = await recipe.runArm({ ...own, rng, ...trainers });
    // An arm that caught the interruption of its training has not finished.
    signal?.throwIfAborted();
    const run = { arm, seed, data, seconds: (performance.now() - started) / 1000 };
    return (await store?.finish(run)) ?? run;
  } finally {
    release();
  }
}

/** A recipe's options with its defaults, or those of a quick run, for what is left out; an OptionError lists all faults. */
export function recipeOptions<Schema extends z.ZodObject>(
  recipe: {
    readonly id: string;
    readonly options: Schema;
    readonly quick?: Readonly<Record<string, unknown>>;
  },
  options: Readonly<Record<string, unknown>>,
  quick: boolean,
): z.output<Schema> {
  const merged = { ...(quick ? recipe.quick : {}), ...withoutUndefined(options) };
  return parseOptions(recipe.id, recipe.options.strict(), merged) as z.output<Schema>;
}

function describeRecipe({
  id,
  lecture,
  text,
  options,
}: Pick<Recipe, 'id' | 'lecture' | 'text' | 'options'>): RecipeResult['recipe'] {
  const descriptions = Object.entries(options.shape).map(([name, option]) => [
    name,
    z.globalRegistry.get(option as z.ZodType)?.description ?? '',
  ]);
  const { title, summary, arms, measures } = text;
  return { id, lecture, title, summary, arms, options: Object.fromEntries(descriptions), measures };
}

function environmentOf({ name, device, isGpu, threads, others, versions }: BackendInfo): Environment {
  const platform = typeof process === 'undefined' ? 'browser' : `${process.platform} ${process.arch}`;
  return { package: PACKAGE, backend: { name, device, isGpu, threads, others }, versions, platform };
}

/** The backend in use if `useBackend` chose it, else 'auto': tfjs takes its own cpu when nobody chose. */
function activeBackendName(): BackendInfo['name'] | 'auto' {
  const active = BACKEND_NAMES.find((name) => name === activeBackend());
  return active !== undefined && findKernel(RANDOM_BITS, active) !== undefined ? active : 'auto';
}
