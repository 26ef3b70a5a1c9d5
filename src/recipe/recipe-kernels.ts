/** From equation to kernel: what each equation of a recipe costs in one update, in kernels. */
import * as tf from '@tensorflow/tfjs';
import type { BackendInfo } from '../backend/backend-info.ts';
import { shows, type TrainingKernels } from '../result/training-kernels.ts';
import type { Text } from '../text.ts';
import { KernelProfile } from '../training/kernel-profile.ts';
import { makeRun, type MakeRunOptions } from './make-run.ts';
import type { AnyRecipe, Equation, Recipe } from './recipe.ts';
import type { BeginningTraining, RunContext, TrainingWatch } from './run-context.ts';
import { recipeOptions } from './run-recipe.ts';

export interface RecipeKernels {
  readonly recipe: { readonly id: string; readonly title: Text };
  readonly seed: number;
  readonly backend: Pick<BackendInfo, 'name' | 'device' | 'isGpu' | 'threads'>;
  readonly equations: readonly Equation[];
  /** Those in which an equation's part was first found, in their order; where none was, the first training. */
  readonly trainings: readonly TrainingKernels[];
}

export interface RecipeKernelsOptions {
  /** The one in use. */
  readonly backend: BackendInfo;
  /** The recipe's own options; those left out have their defaults. @default {} */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Its options of a quick run. @default false */
  readonly quick?: boolean;
  /** @default 1000 */
  readonly seed?: number;
  /** How long a training is: updates that are measured, of an odd number each median is one of them. @default 99 */
  readonly updates?: number;
  /** Updates before them, in which JavaScript becomes fast. @default 99 */
  readonly warmUp?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Ends an arm when everything has been seen. */
const ENOUGH = new Error('every part that is looked for in this arm has been measured');

/**
 * Trains those arms that equations ask for, each training for a few updates only, until every equation's part has been
 * seen. A part that no training has stays unseen. Leaves no tensor.
 */
export async function recipeKernels(
  chosen: AnyRecipe,
  { options: given = {}, quick = false, seed = 1000, ...rest }: RecipeKernelsOptions,
): Promise<RecipeKernels> {
  const { backend, signal, updates = 99, warmUp = 99 } = rest;
  const recipe = shortened(chosen as Recipe, warmUp + updates);
  const { id, text, equations = [] } = recipe;
  const options = recipeOptions(recipe, given, quick);
  const search = new Search(equations, warmUp);
  for (const arm of Object.keys(recipe.arms(options))) {
    if (!search.wants(arm)) continue;
    const settings = { run: { arm, seed }, options, backend, signal, onStep: () => undefined };
    await freeingTensors(() => measureArm(recipe, settings, search));
  }
  const { name, device, isGpu, threads } = backend;
  return {
    recipe: { id, title: text.title },
    seed,
    backend: { name, device, isGpu, threads },
    equations,
    trainings: search.result(),
  };
}

/** The recipe with trainings of so many updates at most. */
function shortened(recipe: Recipe, most: number): Recipe {
  const shorter = ({ train, minimize }: Pick<RunContext<unknown, unknown>, 'train' | 'minimize'>) => ({
    train: ((name, { epochs: _passes, steps = most, ...options }) =>
      train(name, { ...options, steps: Math.min(steps, most) })) satisfies typeof train,
    minimize: ((name, options) =>
      minimize(name, { ...options, steps: Math.min(options.steps, most) })) satisfies typeof minimize,
  });
  return { ...recipe, runArm: (context) => recipe.runArm({ ...context, ...shorter(context) }) };
}

async function measureArm(recipe: Recipe, settings: MakeRunOptions, search: Search): Promise<void> {
  let trainings = 0;
  const watch = async (training: BeginningTraining): Promise<TrainingWatch | undefined> =>
    search.watch(settings.run.arm, training, () => trainings++);
  try {
    await makeRun(recipe, { ...settings, watch });
  } catch (error) {
    // What an arm makes of its trainings may want longer ones; it has shown its kernels by then.
    if (trainings === 0 || settings.signal?.aborted === true) throw error;
  } finally {
    search.stopMeasuring();
  }
}

/** What is looked for, and what was found. */
class Search {
  readonly #found: TrainingKernels[] = [];
  readonly #warmUp: number;
  #first: TrainingKernels | undefined;
  #missing: readonly Equation[];
  #profile: KernelProfile | undefined;

  constructor(equations: readonly Equation[], warmUp: number) {
    this.#missing = equations;
    this.#warmUp = warmUp;
  }

  result(): readonly TrainingKernels[] {
    return this.#found.length > 0 || this.#first === undefined ? this.#found : [this.#first];
  }

  /** Whether something may be found in an arm. */
  wants(arm: string): boolean {
    if (this.#missing.length === 0) return this.#first === undefined;
    return this.#missing.some((equation) => (equation.arm ?? arm) === arm);
  }

  /** Measures a training. Its end throws {@link ENOUGH} when nothing more is looked for in its arm. */
  watch(arm: string, training: BeginningTraining, onMeasured: () => void): TrainingWatch {
    const profile = new KernelProfile();
    this.#profile = profile;
    const end = (): void => {
      this.stopMeasuring();
      const kernels = profile.result(this.#warmUp);
      if (kernels !== undefined) this.#take({ arm, training: training.name, ...kernels });
      onMeasured();
      if (!this.wants(arm)) throw ENOUGH;
    };
    if (training.kind === 'train')
      return { callbacks: [{ onTrainBegin: () => profile.attach(training.options.model) }], end };
    profile.attach();
    return { end };
  }

  /** Also where a training threw. */
  stopMeasuring(): void {
    this.#profile?.detach();
    this.#profile = undefined;
  }

  #take(training: TrainingKernels): void {
    this.#first ??= training;
    const missing = this.#missing.filter((equation) => !shows(training, equation));
    if (missing.length < this.#missing.length) this.#found.push(training);
    this.#missing = missing;
  }
}

/** Frees what the work leaves on the device: an arm that is ended in the middle frees nothing. */
async function freeingTensors(work: () => Promise<void>): Promise<void> {
  const engine = tf.engine();
  const before = new Set(Object.values(engine.registeredVariables));
  engine.startScope('arm of a recipe');
  try {
    await work();
  } finally {
    engine.endScope();
    for (const variable of Object.values(engine.registeredVariables))
      if (!before.has(variable)) variable.dispose();
  }
}
