/** The driver: arms × seeds of a recipe, then claims and figures on the plain results. */
import { z } from 'zod';
import { BACKEND_NAMES, type BackendInfo } from '../backend/backend-info.ts';
import { findKernel } from '../backend/kernels.ts';
import { RANDOM_BITS } from '../backend/random-bits.ts';
import { activeBackend, useBackend } from '../backend/use-backend.ts';
import { OptionError, quote } from '../errors.ts';
import { instanceOf, parseOptions, withoutUndefined } from '../options.ts';
import type { Json } from '../result/json.ts';
import type { Figure } from '../result/figure.ts';
import { type ArmRun, type Environment, type RecipeResult, SCHEMA_VERSION } from '../result/recipe-result.ts';
import type { Verdict } from '../result/verdict.ts';
import { PACKAGE } from '../version.ts';
import { judge } from './claim.ts';
import { describeBackend, makeRun, type MakeRuns } from './make-run.ts';
import type { AnyRecipe, Recipe } from './recipe.ts';
import type { BeginningTraining, StepProgress, TrainingWatch } from './run-context.ts';
import type { RunKey, RunStore } from './run-store.ts';
import { Runs } from './runs.ts';

/** How far a recipe is. */
export interface RecipeProgress {
  /** Runs done, with the shares of the running ones; never less than before. */
  readonly done: number;
  /** Arms × seeds. */
  readonly total: number;
  /** What went on last: arm, seed, training, step. */
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
  /** Looks on at each training of each run. @default nobody */
  readonly watch?: (run: RunKey, training: BeginningTraining) => Promise<TrainingWatch | undefined>;
  /**
   * Makes the runs that are not finished; what it makes elsewhere, `watch` and the store's `training` do not see.
   * @default in this process, one after the other
   */
  readonly makeRuns?: MakeRuns;
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
  watch: z
    .custom<NonNullable<RunRecipeOptions<never>['watch']>>(
      (value) => typeof value === 'function',
      'must be a function',
    )
    .optional(),
  makeRuns: z.custom<MakeRuns>((value) => typeof value === 'function', 'must be a function').optional(),
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
  const { quick, firstSeed, onProgress, signal, store, watch, ...given } = parseOptions(
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

  const makeHere: MakeRuns = async function* (missing, onStep) {
    for (const run of missing) {
      signal?.throwIfAborted();
      yield await makeRun(recipe, {
        run,
        options,
        backend,
        signal,
        onStep: (progress) => onStep(run, progress),
        open: store && ((training) => store.training(run, training)),
        watch: watch && ((training) => watch(run, training)),
      });
    }
  };
  const plan = Object.keys(recipe.arms(options)).flatMap((arm) => seeds.map((seed) => ({ arm, seed })));
  const finished = plan.map((run) => store?.finished(run));
  const missing = plan.filter((_, index) => finished[index] === undefined);
  const earlierSeconds = finished.reduce((sum, run) => sum + (run?.seconds ?? 0), 0);
  let [done, updates] = [plan.length - missing.length, 0];
  /** Of the running ones; an arm may train several times, and progress never goes back. */
  const shares = new Map<string, number>();
  const report = (message: string): void => {
    const share = [...shares.values()].reduce((sum, one) => sum + one, 0);
    onProgress?.({ done: done + share, total: plan.length, message, updates });
  };
  const onStep = (run: RunKey, { name, step, steps, made }: StepProgress): void => {
    const label = labelOf(run);
    shares.set(label, Math.max(shares.get(label) ?? 0, step / steps));
    updates += made;
    report(`${label} · ${name} ${step}/${steps}`);
  };
  for await (const made of (given.makeRuns ?? makeHere)(missing, onStep)) {
    const place = plan.findIndex(({ arm, seed }) => arm === made.arm && seed === made.seed);
    finished[place] = (await store?.finish(made)) ?? made;
    done++;
    shares.delete(labelOf(made));
    report(labelOf(made));
  }

  const runs = finished.filter((run) => run !== undefined);
  const all = new Runs(runs.map(({ seconds: _clock, ...run }) => run));
  const figures = recipe.figures(all, options);
  const judged = (clock: boolean): Verdict[] =>
    recipe.claims
      .filter((claim) => (claim.clock ?? false) === clock)
      .map((claim) => judge(claim, all, recipe.text.claims[claim.id] ?? { en: claim.id, zh: claim.id }));
  const drawn = (clock: boolean): Figure[] => figures.filter((figure) => (figure.clock ?? false) === clock);
  return {
    schemaVersion: SCHEMA_VERSION,
    recipe: describeRecipe(recipe),
    mode: quick ? 'quick' : 'full',
    options: options as Readonly<Record<string, Json>>,
    seeds,
    environment,
    runs: all.all.map(withoutClock),
    verdicts: judged(false),
    figures: drawn(false),
    timings: {
      startedAt: startedAt.toISOString(),
      totalSeconds: earlierSeconds + (Date.now() - startedAt.getTime()) / 1000,
      runs: runs.map(({ seconds }) => seconds),
      ...(all.all.some(({ data }) => data['timings'] !== undefined) && {
        data: all.all.map(({ data }) => data['timings'] ?? null),
      }),
      ...(recipe.claims.some(({ clock }) => clock) && { verdicts: judged(true) }),
      ...(figures.some(({ clock }) => clock) && { figures: drawn(true) }),
    },
  };
}

const withoutClock = ({ data: { timings: _clock, ...data }, ...run }: ArmRun): ArmRun => ({ ...run, data });

const labelOf = ({ arm, seed }: RunKey): string => `${arm} · seed ${seed}`;

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

function environmentOf(backend: BackendInfo): Environment {
  const platform = typeof process === 'undefined' ? 'browser' : `${process.platform} ${process.arch}`;
  return {
    package: PACKAGE,
    backend: describeBackend(backend),
    versions: backend.versions,
    platform,
  };
}

/** The backend in use if `useBackend` chose it, else 'auto': tfjs takes its own cpu when nobody chose. */
function activeBackendName(): BackendInfo['name'] | 'auto' {
  const active = BACKEND_NAMES.find((name) => name === activeBackend());
  return active !== undefined && findKernel(RANDOM_BITS, active) !== undefined ? active : 'auto';
}
