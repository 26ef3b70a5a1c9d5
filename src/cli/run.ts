/** `run`: trains one recipe, or all, and writes a folder for each. Everything is checked before anything is made. */
import { join, relative } from 'node:path';
import type { BackendInfo } from '../backend/backend-info.ts';
import { useBackend } from '../backend/use-backend.ts';
import { recipeOptions, runRecipe } from '../recipe/run-recipe.ts';
import { writeReport } from '../report/report-file.ts';
import { stringifyJson } from '../result/json.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import { backendText } from './backend-text.ts';
import { coloursFor } from './colours.ts';
import { Interruption } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { createProgress, type Progress } from './progress.ts';
import { writeRunFolder } from './run-folder.ts';
import { makePlans, outFolder, type Plan, type RunFlags } from './run-plan.ts';
import { makeInPool, measuresTime, mostProcesses, openRunPool, type RunPool } from './run-pool.ts';
import { type RunSettings, settingsOf } from './run-settings.ts';
import { findStart, type Start } from './run-start.ts';
import { withStopSignals } from './signals.ts';
import { summaryText } from './summary.ts';
import { doneText } from './unfinished-files.ts';
import { UnfinishedRun } from './unfinished-run.ts';

/** A plan, and what its folder says about it. */
interface Ready {
  readonly plan: Plan;
  readonly settings: RunSettings;
  readonly start: Start;
}

interface Running {
  readonly backend: BackendInfo;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Of more than one process, where runs may be made in several. */
  readonly pool: RunPool | undefined;
}

export async function runCommand(name: string | undefined, flags: RunFlags, io: CliIo): Promise<void> {
  const plans = await makePlans(name, flags, io);
  const { threads } = flags;
  const backend = await useBackend(flags.backend, threads === undefined ? {} : { threads });
  const ready: Ready[] = [];
  for (const plan of plans) {
    const settings = await settingsOf({ ...flags, ...plan, seeds: flags.seeds, backend });
    const start = await findStart({ folder: plan.folder, cwd: io.cwd }, settings, flags.resume);
    ready.push({ plan, settings, start });
  }
  io.stderr.write(backendText(backend, flags.json));
  const progress = createProgress(io.stderr, { json: flags.json, now: io.now });
  const onNote = (text: string): void => progress.note(text);
  const results = await withStopSignals(io, onNote, async (signal) => {
    const finished: RecipeResult[] = [];
    const processes = mostProcesses(flags.jobs, backend, io.processors);
    const pool = processes > 1 ? openRunPool(processes, onNote) : undefined;
    try {
      for (const next of ready) {
        const result = await resultOf(next, { backend, progress, signal, pool }, flags, io);
        if (!flags.json) io.stdout.write(resultText(result, next.plan.folder, flags, io));
        finished.push(result);
      }
    } finally {
      await pool?.close();
    }
    return finished;
  });
  if (flags.all) {
    const path = join(outFolder(flags, io), 'report.html');
    await writeReport(path, results, { language: flags.language });
    if (!flags.json) io.stdout.write(`All in one report: ${relative(io.cwd, path)}\n`);
  }
  if (flags.json) io.stdout.write(`${stringifyJson(flags.all ? results : results[0])}\n`);
}

/** Makes the runs that are not done, and writes the folder; an interruption leaves what can be taken up again. */
async function resultOf(
  { plan, settings, start }: Ready,
  { backend, progress, signal, pool }: Running,
  { seed, seeds, quick, track, jobs, language }: RunFlags,
  { cwd }: CliIo,
): Promise<RecipeResult> {
  const { recipe, options, folder, file } = plan;
  const onNote = (text: string): void => progress.note(text);
  if (start.note !== undefined) progress.note(start.note);
  if (start.kind === 'finished') return start.result;
  const arm = recipe.claims[0]?.arm;
  const store = await UnfinishedRun.open(folder, {
    settings,
    resume: start.kind === 'unfinished',
    modelOf: arm === undefined ? undefined : { arm, seed },
    track,
    onNote,
  });
  try {
    progress.begin(recipe.id, store.count);
    const isAlone =
      runsOf(plan, settings, quick) - store.count === 1 || (jobs === undefined && measuresTime(recipe));
    const job = { recipe: file ?? recipe.id, options, quick, backend, trainings: store.trainings };
    const result = await runRecipe(recipe, {
      options,
      ...(seeds === undefined ? {} : { seeds }),
      firstSeed: seed,
      quick,
      backend,
      signal,
      store,
      ...(pool && !isAlone ? { makeRuns: makeInPool(pool, job, { signal, onNote }) } : {}),
      onProgress: (state) => progress.update(state),
    }).finally(() => progress.end());
    await writeRunFolder(folder, { result, config: settings, language });
    await store.remove();
    return result;
  } catch (error) {
    if (!(await store.leave())) throw error;
    const kept = `${doneText(store.count)}; go on with --resume`;
    if (error instanceof Interruption) throw new Interruption(error.signal, kept);
    progress.note(`${kept}, or delete ${relative(cwd, store.folder)} to begin anew`);
    throw error;
  }
}

/** Arms × seeds. */
function runsOf({ recipe, options }: Plan, { seeds }: RunSettings, quick: boolean): number {
  return Object.keys(recipe.arms(recipeOptions(recipe, options, quick) as never)).length * Number(seeds);
}

function resultText(result: RecipeResult, folder: string, { language }: RunFlags, io: CliIo): string {
  const report = relative(io.cwd, join(folder, 'report.html'));
  return `${summaryText(result, language, coloursFor(io.stdout, io.env))}\nReport: ${report}\n\n`;
}
