/** Runs the PyTorch twin of a recipe on a work folder, and takes nothing for its result that is not. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BaselineError } from '../errors.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import { parseRecipeResult } from '../result/schema.ts';
import { runChild } from './child-process.ts';
import type { Variables } from './interpreter-place.ts';
import { checkTraces } from './twin-traces.ts';
import type { Manifest } from './work-folder.ts';

export interface TwinOptions {
  /** A path, or a name in PATH. */
  readonly python: string;
  /** The recipe's baseline.py. */
  readonly script: string;
  readonly work: string;
  /** What stands in the work folder. */
  readonly manifest: Manifest;
  /** The whole environment; PYTHONPATH must lead to `twin.py`. */
  readonly environment: Variables;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Gets what the twin writes to stderr. */
  readonly onLine?: ((line: string) => void) | undefined;
}

export interface TwinRun {
  readonly result: RecipeResult;
  /** The last 20 lines. */
  readonly stderrTail: readonly string[];
}

/** Python's own settings: text is UTF-8 everywhere, what is printed comes at once, nothing is written beside the scripts. */
const PYTHON_VARIABLES = { PYTHONUTF8: '1', PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' };

/**
 * What the twin computed: twin.json, for exactly the runs of the manifest, and a whole trace of each training. What it
 * prints counts for nothing. Throws a {@link BaselineError}, the last lines of stderr with it, where the twin failed or
 * left anything else; the signal's reason where that aborts.
 */
export async function runTwin(options: TwinOptions): Promise<TwinRun> {
  const { python, script, work, manifest, environment, timeoutSeconds, signal, onLine } = options;
  await removeEarlierResult(work, manifest);
  const { failure, stderr } = await runChild({
    command: python,
    parameters: [script, '--work', work],
    environment: { ...environment, ...PYTHON_VARIABLES },
    timeoutSeconds,
    signal,
    onLine: (line, stream) => {
      if (stream === 'stderr') onLine?.(line);
    },
  });
  const twin = `the PyTorch twin of ${manifest.recipe.id}`;
  if (failure !== null) {
    const cure = failure.startsWith('did not end') ? '; --timeout gives it longer' : '';
    throw new BaselineError(`${twin} (${python}) ${failure}${cure}`, stderr);
  }
  try {
    const result = await readResult(join(work, 'twin.json'));
    const problem = differenceOf(result, manifest);
    if (problem !== null) throw new Error(`twin.json ${problem}`);
    await checkTraces(work, manifest);
    return { result, stderrTail: stderr };
  } catch (error) {
    throw new BaselineError(
      `${twin} left no usable result: ${error instanceof Error ? error.message : String(error)}`,
      stderr,
    );
  }
}

async function removeEarlierResult(work: string, { runs }: Manifest): Promise<void> {
  const traces = runs.flatMap(({ trainings }) =>
    trainings.map(({ folder }) => join(folder, 'twin.safetensors')),
  );
  for (const name of ['twin.json', ...traces]) await rm(join(work, name), { force: true });
}

async function readResult(path: string): Promise<RecipeResult> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(`${path} cannot be read (${error instanceof Error ? error.message : String(error)})`);
  });
  const outside = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  if (/\b(NaN|Infinity)\b/.test(outside))
    throw new Error(
      `${path} has a bare NaN or Infinity, which JSON does not know: they are written as strings, "NaN"`,
    );
  if (!text.trimEnd().endsWith('}')) throw new Error(`${path} is not whole: it breaks off`);
  return parseRecipeResult(text, path);
}

/** What is not as the manifest asked; null where all is. */
function differenceOf({ recipe, mode, seeds, runs, timings }: RecipeResult, asked: Manifest): string | null {
  if (recipe.id !== asked.recipe.id) return `is of the recipe ${recipe.id}`;
  if (mode !== asked.mode) return `is of the mode ${mode}, ${asked.mode} was asked for`;
  const [found, wanted] = [seeds.join(', '), asked.seeds.join(', ')];
  if (found !== wanted) return `has the seeds ${found}; ${wanted} were asked for`;
  for (const [index, { arm, seed }] of asked.runs.entries()) {
    const run = runs[index];
    const there = run === undefined ? 'nothing' : `arm ${run.arm} with seed ${run.seed}`;
    if (run?.arm !== arm || run.seed !== seed)
      return `has ${there} as run ${index}; arm ${arm} with seed ${seed} was asked for`;
  }
  if (runs.length !== asked.runs.length)
    return `has ${runs.length} runs; ${asked.runs.length} were asked for`;
  if (timings.runs.length !== runs.length)
    return `has the times of ${timings.runs.length} runs, and ${runs.length} runs`;
  return null;
}
