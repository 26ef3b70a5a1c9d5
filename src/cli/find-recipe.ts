/** The recipe that `run` names: one of the course by its id, or the user's own by its file. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DataError, didYouMean, OptionError, type TfjsRecipesError } from '../errors.ts';
import type { AnyRecipe } from '../recipe/recipe.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { CliIo } from './io.ts';

export async function findRecipe(
  name: string,
  io: Pick<CliIo, 'course' | 'cwd' | 'importModule'>,
): Promise<AnyRecipe> {
  if (isRecipeFile(name)) return recipeOfFile(name, io);
  if (io.course.entries.some(({ id }) => id === name)) {
    const recipe = (await io.course.load()).find(({ id }) => id === name);
    if (recipe !== undefined) return recipe;
  }
  const near = didYouMean(
    name,
    io.course.entries.map(({ id }) => id),
  );
  const hint = near ?? '"tfjs-recipes list" shows the course; a file is written ./name.ts';
  throw new OptionError('run', [
    { path: 'recipe', rule: 'must be one of the course or a file', received: name, hint },
  ]);
}

/** Whether a name means the user's own file. */
export const isRecipeFile = (name: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(name);

/** The first recipe among the exports of a file. */
async function recipeOfFile(
  file: string,
  { cwd, importModule }: Pick<CliIo, 'cwd' | 'importModule'>,
): Promise<AnyRecipe> {
  const path = resolve(cwd, file);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw fileProblem(file, 'is not a file that can be read');
  const exported = await importModule(path).catch((error: unknown) => {
    throw loadProblem(file, error);
  });
  const values: readonly unknown[] =
    typeof exported === 'object' && exported !== null ? Object.values(exported) : [];
  const recipe = values.find(isRecipe);
  if (recipe === undefined)
    throw fileProblem(file, 'exports no recipe', 'export const name = defineRecipe({ … })');
  return recipe;
}

function isRecipe(value: unknown): value is AnyRecipe {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'runArm' in value &&
    typeof value.runArm === 'function'
  );
}

/** Bad data stays bad data; whatever else the file throws is its author's to mend. */
function loadProblem(file: string, error: unknown): TfjsRecipesError {
  const message = error instanceof Error ? error.message : String(error);
  if (exitCodeOf(error) === EXIT.data) return new DataError(`${file}: ${message}`, { cause: error });
  const problem = fileProblem(file, 'cannot be loaded', message);
  problem.cause = error;
  return problem;
}

function fileProblem(file: string, rule: string, hint?: string): OptionError {
  return new OptionError('run', [{ path: file, rule, ...(hint === undefined ? {} : { hint }) }]);
}
