/** What `run` is going to do, from its flags: checked before anything is made. */
import { join, resolve } from 'node:path';
import type { BackendName } from '../backend/backend-info.ts';
import { OptionError } from '../errors.ts';
import type { AnyRecipe } from '../recipe/recipe.ts';
import type { Language } from '../text.ts';
import { findRecipe, isRecipeFile } from './find-recipe.ts';
import type { CliIo } from './io.ts';
import { type GivenOptions, givenOptions, readConfig } from './recipe-options.ts';
import { checkRunFolder } from './run-folder.ts';

export interface RunFlags {
  readonly all: boolean;
  readonly seed: number;
  readonly seeds?: number;
  readonly set: readonly string[];
  readonly config?: string;
  readonly out?: string;
  readonly quick: boolean;
  readonly resume: boolean;
  readonly track: boolean;
  readonly backend: BackendName | 'auto';
  readonly threads?: number;
  /** @default as many processes as do not hinder each other */
  readonly jobs?: number;
  readonly language: Language;
  readonly json: boolean;
}

/** Who asks: its name stands before what is wrong. */
type Command = 'run' | 'compare';

/** One recipe with checked options and a folder that can be written. */
export interface Plan {
  readonly recipe: AnyRecipe;
  readonly options: GivenOptions;
  readonly folder: string;
  /** The user's own recipe file; null for a recipe of the course. */
  readonly file: string | null;
}

export async function makePlans(
  name: string | undefined,
  flags: RunFlags,
  io: CliIo,
  command: Command = 'run',
): Promise<Plan[]> {
  const plans = await chosenPlans(name, flags, io, command);
  for (const { folder } of plans) await checkRunFolder(folder);
  return plans;
}

/** The same without a look at the folders, for what writes none. */
export async function chosenPlans(
  name: string | undefined,
  flags: RunFlags,
  io: CliIo,
  command: Command = 'run',
): Promise<Plan[]> {
  const recipes = await chosenRecipes(name, flags, io, command);
  const out = outFolder(flags, io);
  const path = flags.config;
  const config =
    path === undefined ? {} : { config: { path, options: await readConfig(resolve(io.cwd, path)) } };
  return recipes.map((recipe) => ({
    recipe,
    options: givenOptions(recipe, { ...config, settings: flags.set, quick: flags.quick }),
    folder: flags.all || flags.out === undefined ? join(out, recipe.id) : out,
    file: name !== undefined && isRecipeFile(name) ? resolve(io.cwd, name) : null,
  }));
}

export function outFolder({ out = 'runs' }: RunFlags, { cwd }: CliIo): string {
  return resolve(cwd, out);
}

async function chosenRecipes(
  name: string | undefined,
  flags: RunFlags,
  io: CliIo,
  command: Command,
): Promise<readonly AnyRecipe[]> {
  if (flags.all) {
    const hint = 'it belongs to one recipe';
    if (name !== undefined)
      throw new OptionError(`${command} --all`, [
        { path: 'a recipe', rule: 'cannot be named', received: name },
      ]);
    if (flags.set.length > 0)
      throw new OptionError(`${command} --all`, [{ path: '--set', rule: 'cannot be given', hint }]);
    if (flags.config !== undefined)
      throw new OptionError(`${command} --all`, [{ path: '--config', rule: 'cannot be given', hint }]);
    return io.course.load();
  }
  if (name !== undefined) return [await findRecipe(name, io)];
  const hint = 'a recipe of "tfjs-recipes list", a file such as ./my-recipe.ts, or --all';
  throw new OptionError(command, [{ path: 'recipe', rule: 'is missing', hint }]);
}
