/** The runs of recipes in several processes: how many, what each is told, and what the death of one means. */
import type { BackendInfo } from '../backend/backend-info.ts';
import { Pool } from '../pool/pool.ts';
import { WorkerDeath } from '../pool/worker-process.ts';
import type { MakeRuns } from '../recipe/make-run.ts';
import type { AnyRecipe } from '../recipe/recipe.ts';
import type { FinishedRun, RunKey } from '../recipe/run-store.ts';
import { EXIT, isOutOfMemory, RunFailure } from './exit-codes.ts';
import type { RunJob, RunMessage } from './run-job.ts';

export type RunPool = Pool<RunJob, RunMessage, FinishedRun>;

const MOST_BY_DEFAULT = 8;

/** A pool of so many processes; each is started when there is a run for it. */
export function openRunPool(size: number, onText: (text: string) => void): RunPool {
  // Beside this file, from the sources as from `dist`.
  const [extension] = /\.[jt]s$/.exec(import.meta.url) ?? ['.js'];
  return new Pool({ module: new URL(`./worker${extension}`, import.meta.url), size, onText });
}

/**
 * How many processes make the runs; 1: this one does. At most one for each processor, and, unless somebody asks for
 * more, one only where they would hinder each other: on backends that take the GPU or all processors for themselves.
 *
 * @param asked - The flag `--jobs`.
 */
export function mostProcesses(asked: number | undefined, backend: BackendInfo, processors: number): number {
  const isAlone = backend.isGpu || backend.name === 'tensorflow';
  const free = isAlone ? 1 : Math.min(Math.floor(processors / (backend.threads ?? 1)), MOST_BY_DEFAULT);
  return Math.max(1, Math.min(asked ?? free, processors));
}

/** Whether a recipe measures time: other processes would be in it. */
export const measuresTime = (recipe: AnyRecipe): boolean => recipe.claims.some(({ clock }) => clock === true);

/**
 * Has runs made by a pool. When one fails the others end after their running step; what they finished is given all the
 * same, and then the failure is thrown.
 */
export function makeInPool(
  pool: Pick<RunPool, 'run'>,
  of: Omit<RunJob, 'run'>,
  { signal, onNote }: { readonly signal: AbortSignal; readonly onNote: (text: string) => void },
): MakeRuns {
  return async function* (runs, onStep) {
    const stop = new AbortController();
    const options = { signal: AbortSignal.any([signal, stop.signal]) };
    let failure: { readonly reason: unknown } | undefined;
    const make = async (run: RunKey): Promise<FinishedRun | undefined> => {
      const onMessage = (message: RunMessage): void =>
        message.kind === 'step' ? onStep(run, message.progress) : onNote(message.text);
      try {
        return await pool.run({ ...of, run }, { ...options, group: `${of.recipe} ${run.arm}`, onMessage });
      } catch (error) {
        failure ??= { reason: error instanceof WorkerDeath ? failureOf(run, error) : error };
        stop.abort(failure.reason);
        return undefined;
      }
    };
    const ends = runs.map(make);
    try {
      for await (const run of asTheyEnd(ends)) if (run !== undefined) yield run;
    } finally {
      // Whoever takes the runs may have had enough.
      stop.abort();
      await Promise.all(ends);
    }
    if (failure !== undefined) throw failure.reason;
  };
}

/** What the promises resolve to, the first first. */
async function* asTheyEnd<Value>(promises: readonly Promise<Value>[]): AsyncGenerator<Value> {
  const waiting = new Map(
    promises.map((promise, index) => [index, promise.then((value) => ({ index, value }))]),
  );
  while (waiting.size > 0) {
    const { index, value } = await Promise.race(waiting.values());
    waiting.delete(index);
    yield value;
  }
}

/** One line: which run, what happened to its process, what can be done. */
function failureOf({ arm, seed }: RunKey, death: WorkerDeath): RunFailure {
  const { exitCode, signal, lastWords } = death;
  const fail = (what: string, code: number): RunFailure =>
    new RunFailure(`${arm} · seed ${seed}: its process ${what}`, code, death);
  const less = 'use a smaller model, batch or data set, or fewer --jobs';
  const words = tellingLine(lastWords);
  if (isOutOfMemory(lastWords)) return fail(`ran out of memory (${words}): ${less}`, EXIT.memory);
  if (signal === 'SIGKILL')
    return fail(`was killed (SIGKILL), as systems do that run out of memory: ${less}`, EXIT.memory);
  const why = words === '' ? '' : ` (${words})`;
  if (signal !== null) return fail(`crashed with ${signal}${why}`, EXIT.unexpected);
  return fail(`ended with exit code ${exitCode} before the run did${why}`, EXIT.unexpected);
}

/** The line of a dying process that says why, else its last one. */
function tellingLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Node.js v'));
  return lines.find((line) => /^(\w*Error\b|FATAL ERROR)/.test(line)) ?? lines.at(-1) ?? '';
}
