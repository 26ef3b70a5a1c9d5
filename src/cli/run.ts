/** `run`: trains one recipe, or all, and writes a folder for each. Everything is checked before anything is made. */
import { join, relative, resolve } from 'node:path';
import type { BackendInfo, BackendName } from '../backend/backend-info.ts';
import { useBackend } from '../backend/use-backend.ts';
import { OptionError } from '../errors.ts';
import type { AnyRecipe } from '../recipe/recipe.ts';
import { runRecipe } from '../recipe/run-recipe.ts';
import { writeReport } from '../report/report-file.ts';
import { stringifyJson, type Json } from '../result/json.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import type { Language } from '../text.ts';
import { coloursFor } from './colours.ts';
import { findRecipe } from './find-recipe.ts';
import type { CliIo } from './io.ts';
import { createProgress, type Progress } from './progress.ts';
import { type GivenOptions, givenOptions, readConfig } from './recipe-options.ts';
import { checkRunFolder, writeRunFolder } from './run-folder.ts';
import { withStopSignals } from './signals.ts';
import { summaryText } from './summary.ts';

export interface RunFlags {
  readonly all: boolean;
  readonly seed: number;
  readonly seeds?: number;
  readonly set: readonly string[];
  readonly config?: string;
  readonly out?: string;
  readonly quick: boolean;
  readonly backend: BackendName | 'auto';
  readonly language: Language;
  readonly json: boolean;
}

/** One recipe with checked options and a folder that can be written. */
interface Plan {
  readonly recipe: AnyRecipe;
  readonly options: GivenOptions;
  readonly folder: string;
}

export async function runCommand(name: string | undefined, flags: RunFlags, io: CliIo): Promise<void> {
  const plans = await makePlans(name, flags, io);
  const backend = await useBackend(flags.backend);
  io.stderr.write(backendText(backend, flags.json));
  const progress = createProgress(io.stderr, { json: flags.json, now: io.now });
  const onFirst = (message: string): void => progress.note(message);
  const results = await withStopSignals(io, onFirst, async (signal) => {
    const finished: RecipeResult[] = [];
    for (const plan of plans) finished.push(await runPlan(plan, { backend, progress, signal }, flags, io));
    return finished;
  });
  if (flags.all) {
    const path = join(outFolder(flags, io), 'report.html');
    await writeReport(path, results, { language: flags.language });
    if (!flags.json) io.stdout.write(`All in one report: ${relative(io.cwd, path)}\n`);
  }
  if (flags.json) io.stdout.write(`${stringifyJson(flags.all ? results : results[0])}\n`);
}

async function makePlans(name: string | undefined, flags: RunFlags, io: CliIo): Promise<Plan[]> {
  const recipes = await chosenRecipes(name, flags, io);
  const out = outFolder(flags, io);
  const path = flags.config;
  const config =
    path === undefined ? {} : { config: { path, options: await readConfig(resolve(io.cwd, path)) } };
  const plans = recipes.map((recipe) => ({
    recipe,
    options: givenOptions(recipe, { ...config, settings: flags.set, quick: flags.quick }),
    folder: flags.all || flags.out === undefined ? join(out, recipe.id) : out,
  }));
  for (const { folder } of plans) await checkRunFolder(folder);
  return plans;
}

async function chosenRecipes(
  name: string | undefined,
  flags: RunFlags,
  io: CliIo,
): Promise<readonly AnyRecipe[]> {
  if (flags.all) {
    const hint = 'it belongs to one recipe';
    if (name !== undefined)
      throw new OptionError('run --all', [{ path: 'a recipe', rule: 'cannot be named', received: name }]);
    if (flags.set.length > 0)
      throw new OptionError('run --all', [{ path: '--set', rule: 'cannot be given', hint }]);
    if (flags.config !== undefined)
      throw new OptionError('run --all', [{ path: '--config', rule: 'cannot be given', hint }]);
    return io.course.load();
  }
  if (name !== undefined) return [await findRecipe(name, io)];
  const hint = 'a recipe of "tfjs-recipes list", a file such as ./my-recipe.ts, or --all';
  throw new OptionError('run', [{ path: 'recipe', rule: 'is missing', hint }]);
}

function outFolder({ out = 'runs' }: RunFlags, { cwd }: CliIo): string {
  return resolve(cwd, out);
}

interface Running {
  readonly backend: BackendInfo;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function runPlan(
  { recipe, options, folder }: Plan,
  { backend, progress, signal }: Running,
  { seed, seeds, quick, language, json }: RunFlags,
  io: CliIo,
): Promise<RecipeResult> {
  progress.begin(recipe.id);
  const result = await runRecipe(recipe, {
    options,
    ...(seeds === undefined ? {} : { seeds }),
    firstSeed: seed,
    quick,
    backend,
    signal,
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.end());
  const config: Json = {
    recipe: recipe.id,
    options: result.options,
    seed,
    seeds: result.seeds.length,
    quick,
    backend: backend.name,
    language,
  };
  await writeRunFolder(folder, { result, config, language });
  if (!json) {
    const report = relative(io.cwd, join(folder, 'report.html'));
    io.stdout.write(`${summaryText(result, language, coloursFor(io.stdout, io.env))}\nReport: ${report}\n\n`);
  }
  return result;
}

/** Where the run happens, and why not on the better backends. */
function backendText(backend: BackendInfo, json: boolean): string {
  if (json) return `${stringifyJson({ backend })}\n`;
  const { name, device, threads, others } = backend;
  const count = threads === null ? '' : `, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  const missing = others.map((other) => `  not ${other.name}: ${other.reason}; ${other.cure}\n`);
  return `backend ${name}: ${device}${count}\n${missing.join('')}`;
}
