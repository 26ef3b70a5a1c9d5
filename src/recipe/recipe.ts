/** A recipe: one concept of the lecture as arms, claims and figures. */
import { z } from 'zod';
import { didYouMean, OptionError, type OptionProblem } from '../errors.ts';
import type { Figure } from '../result/figure.ts';
import type { RunData } from '../result/recipe-result.ts';
import type { Text } from '../text.ts';
import type { Claim } from './claim.ts';
import type { RunContext } from './run-context.ts';
import type { Runs } from './runs.ts';

/** A recipe's sentences, in every language. */
export interface RecipeText<Arm extends string = string> {
  readonly title: Text;
  /** What the recipe shows, in two or three sentences. */
  readonly summary: Text;
  readonly arms: Readonly<Record<Arm, Text>>;
  /** The claims by id, as sentences that can be true or false. */
  readonly claims: Readonly<Record<string, Text>>;
  /** The numbers of a run's data worth a table, by field. */
  readonly measures: Readonly<Record<string, Text>>;
}

/** One equation of the chapter and the code that computes it. */
export interface Equation {
  /** As text: `y = b + W x`. */
  readonly equation: string;
  /** The function of this package, or of tfjs, that the recipe calls: `crossEntropy()`. */
  readonly code: string;
  /**
   * The part of a training step that it is: a layer by its class as paths show it (`dense`, `batch_normalization`),
   * `loss`, `gradient` (all of the backward pass), `update`; `objective` of a minimization.
   */
  readonly part: string;
  /** The arm whose part it is. @default the first one with such a part */
  readonly arm?: string;
  /** The training in the arm, by its name. @default the first one with such a part */
  readonly training?: string;
}

/** What an author writes; see the README for a whole one. */
export interface RecipeDefinition<
  Schema extends z.ZodObject,
  Arm extends string,
  Settings,
  Data extends RunData,
> {
  /** Lower-case words with hyphens. */
  readonly id: string;
  /** The lecture's chapter: `2.5`. */
  readonly lecture: string;
  readonly text: RecipeText<NoInfer<Arm>>;
  /** A flat zod object; every option has a default and a description. */
  readonly options: Schema;
  /** Defaults of a quick run, where they differ. */
  readonly quick?: Partial<z.input<NoInfer<Schema>>>;
  /** The settings of each arm. */
  arms(options: z.output<NoInfer<Schema>>): Readonly<Record<Arm, Settings>>;
  /** How many seeds a full and a quick run have. */
  readonly seeds: { readonly full: number; readonly quick: number };
  /** ONE arm with ONE seed; returns plain data. */
  runArm(context: RunContext<z.output<NoInfer<Schema>>, NoInfer<Settings>>): Promise<Data>;
  readonly claims: readonly Claim<NoInfer<Arm>, NoInfer<Data>>[];
  /** The equations of the lecture, and what computes them: with `run --kernels` each gets the kernels of its part of a step. */
  readonly equations?: readonly Equation[];
  /** Pure: the same runs give the same figures. */
  figures(runs: Runs<NoInfer<Arm>, NoInfer<Data>>, options: z.output<NoInfer<Schema>>): readonly Figure[];
}

/** A checked recipe. */
export type Recipe<
  Schema extends z.ZodObject = z.ZodObject,
  Arm extends string = string,
  Settings = unknown,
  Data extends RunData = RunData,
> = RecipeDefinition<Schema, Arm, Settings, Data>;

/**
 * Checks a recipe's definition and gives it back with its types: a wrong arm name, or a measure that reads a field
 * which `runArm` does not return, is a compile error. Throws an OptionError that names every fault.
 */
export function defineRecipe<Schema extends z.ZodObject, Arm extends string, Settings, Data extends RunData>(
  definition: RecipeDefinition<Schema, Arm, Settings, Data>,
): Recipe<Schema, Arm, Settings, Data> {
  const problems = [...definitionProblems(definition)];
  if (problems.length > 0) throw new OptionError(`recipe ${definition.id}`, problems);
  return definition;
}

/** What every part of a program can do with a recipe, whatever its types. */
export interface AnyRecipe {
  readonly id: string;
  readonly lecture: string;
  readonly text: RecipeText;
  readonly options: z.ZodObject;
  readonly quick?: Readonly<Record<string, unknown>>;
  arms(options: never): Readonly<Record<string, unknown>>;
  readonly seeds: { readonly full: number; readonly quick: number };
  runArm(context: never): Promise<RunData>;
  readonly claims: readonly Pick<Claim, 'id' | 'arm' | 'against' | 'control' | 'expect' | 'clock'>[];
  readonly equations?: readonly Equation[];
  figures(runs: never, options: never): readonly Figure[];
}

function* definitionProblems(recipe: AnyRecipe): Generator<OptionProblem> {
  const { id, options, quick = {}, seeds, claims, equations = [], text } = recipe;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    yield { path: 'id', rule: 'must be lower-case words with hyphens', received: id };
  const defaults = options.safeParse({});
  if (!defaults.success) {
    yield { path: 'options', rule: `must all have valid defaults: ${z.prettifyError(defaults.error)}` };
    return;
  }
  for (const [name, option] of Object.entries(options.shape)) {
    if (z.globalRegistry.get(option as z.ZodType)?.description === undefined)
      yield { path: `options.${name}`, rule: 'needs a description (.describe)' };
  }
  const quickly = options.strict().safeParse(quick);
  if (!quickly.success)
    yield { path: 'quick', rule: `must be valid options: ${z.prettifyError(quickly.error)}` };
  for (const [mode, count] of Object.entries(seeds)) {
    if (!Number.isInteger(count) || count < 2)
      yield { path: `seeds.${mode}`, rule: 'must be an integer >= 2', received: count };
  }
  const arms = Object.keys(recipe.arms(defaults.data as never));
  for (const arm of arms) if (!(arm in text.arms)) yield { path: `text.arms.${arm}`, rule: 'is missing' };
  const ids = claims.map((claim) => claim.id);
  for (const claim of claims) {
    if (ids.indexOf(claim.id) !== ids.lastIndexOf(claim.id))
      yield { path: `claim ${claim.id}`, rule: 'stands twice' };
    if (claim.control === claim.arm)
      yield { path: `claim ${claim.id}.control`, rule: 'must be another arm than the claim is about' };
    if (!(claim.id in text.claims)) yield { path: `text.claims.${claim.id}`, rule: 'is missing' };
    for (const role of ['arm', 'against', 'control'] as const) {
      const arm = claim[role];
      if (arm !== undefined && !arms.includes(arm)) yield noArm(`claim ${claim.id}.${role}`, arm, arms);
    }
  }
  for (const { equation, arm } of equations)
    if (arm !== undefined && !arms.includes(arm)) yield noArm(`equation ${equation}.arm`, arm, arms);
}

function noArm(path: string, received: string, arms: readonly string[]): OptionProblem {
  const hint = didYouMean(received, arms);
  return { path, rule: 'must be an arm', received, ...(hint && { hint }) };
}
