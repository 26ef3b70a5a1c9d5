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
import { type ArmRun, type Environment, type RecipeResult, SCHEMA_VERSION } from '../result/recipe-result.ts';
import { PACKAGE } from '../version.ts';
import { judge } from './claim.ts';
import type { AnyRecipe, Recipe } from './recipe.ts';
import { contextTrainers } from './run-context.ts';
import { Runs } from './runs.ts';

/** How far a recipe is. */
export interface RecipeProgress {
  /** Runs done, with the share of the running one. */
  readonly done: number;
  /** Arms × seeds. */
  readonly total: number;
  /** What runs now: arm, seed, training, step. */
  readonly message: string;
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
  const { quick, firstSeed, onProgress, signal, ...given } = parseOptions('runRecipe', schema, runOptions);
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
  const runs: ArmRun[] = [];
  const seconds: number[] = [];
  for (const [index, { armName, arm, seed }] of plan.entries()) {
    signal?.throwIfAborted();
    const started = performance.now();
    const rng = Rng.fromSeed(seed);
    let share = 0; // of this run; an arm may train several times, and progress never goes back
    const report = (name: string, step: number, steps: number): void => {
      share = Math.max(share, step / steps);
      const message = `${armName} · seed ${seed} · ${name} ${step}/${steps}`;
      onProgress?.({ done: index + share, total: plan.length, message });
    };
    const { release, ...trainers } = contextTrainers(rng, signal, report);
    const own = { options, arm, armName, seed, rng, backend: environment.backend, signal };
    try {
      runs.push({ arm: armName, seed, data: await recipe.runArm({ ...own, ...trainers }) });
    } finally {
      release();
    }
    seconds.push((performance.now() - started) / 1000);
    onProgress?.({ done: index + 1, total: plan.length, message: `${armName} · seed ${seed}` });
  }

  const all = new Runs(runs);
  return {
    schemaVersion: SCHEMA_VERSION,
    recipe: describeRecipe(recipe),
    mode: quick ? 'quick' : 'full',
    options: options as Readonly<Record<string, Json>>,
    seeds,
    environment,
    runs,
    verdicts: recipe.claims.map((claim) =>
      judge(claim, all, recipe.text.claims[claim.id] ?? { en: claim.id, zh: claim.id }),
    ),
    figures: recipe.figures(all, options),
    timings: {
      startedAt: startedAt.toISOString(),
      totalSeconds: (Date.now() - startedAt.getTime()) / 1000,
      runs: seconds,
    },
  };
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
