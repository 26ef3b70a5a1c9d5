/** How many processes make the runs, and what becomes of runs that fail in them. */
import { expect, test } from 'vitest';
import type { BackendInfo } from '../../src/backend/backend-info.ts';
import { exitCodeOf } from '../../src/cli/exit-codes.ts';
import type { RunJob, RunMessage } from '../../src/cli/run-job.ts';
import { makeInPool, measuresTime, mostProcesses, type RunPool } from '../../src/cli/run-pool.ts';
import { WorkerDeath } from '../../src/pool/worker-process.ts';
import type { FinishedRun, RunKey } from '../../src/recipe/run-store.ts';
import { tiny } from './fixtures/tiny.ts';

const backend = (name: BackendInfo['name'], threads: number | null = 1, isGpu = false): BackendInfo => ({
  name,
  threads,
  isGpu,
  device: 'CPU',
  simd: null,
  versions: {},
  others: [],
});

test.each([
  ['one for each processor', undefined, backend('cpu'), 2, 2],
  ['not more than eight', undefined, backend('cpu'), 64, 8],
  ['with threads as many as have processors for them', undefined, backend('wasm', 4), 15, 3],
  ['one where the threads take all', undefined, backend('wasm', 4), 2, 1],
  ['one where nobody says how many threads', undefined, backend('tensorflow', null), 16, 1],
  ['one on a GPU', undefined, backend('tensorflow', null, true), 16, 1],
  ['what is asked for', 3, backend('wasm', 4), 16, 3],
  ['what is asked for, on any backend', 2, backend('tensorflow', null, true), 16, 2],
  ['never more than processors', 64, backend('cpu'), 4, 4],
  ['one where one is asked for', 1, backend('cpu'), 16, 1],
])('processes: %s', (_, asked, on, processors, expected) => {
  expect(mostProcesses(asked, on, processors)).toBe(expected);
});

test('a claim by the clock makes a recipe one that measures time', () => {
  expect(measuresTime(tiny)).toBe(false);
  expect(measuresTime({ ...tiny, claims: tiny.claims.map((claim) => ({ ...claim, clock: true })) })).toBe(
    true,
  );
});

const RUNS: RunKey[] = ['a', 'b'].flatMap((arm) => [1, 2].map((seed) => ({ arm, seed })));
const finished = (run: RunKey): FinishedRun => ({ ...run, data: {}, seconds: 1 });
const nameOf = ({ arm, seed }: RunKey): string => `${arm}${seed}`;

interface Made {
  readonly runs: string[];
  readonly error: unknown;
  readonly seen: unknown[];
  readonly groups: (string | undefined)[];
}

/** What becomes of the runs when each ends as the pool's `run` says. */
async function make(run: RunPool['run'], signal = new AbortController().signal): Promise<Made> {
  const made = {
    runs: [] as string[],
    error: undefined as unknown,
    seen: [] as unknown[],
    groups: [] as string[],
  };
  const of: Omit<RunJob, 'run'> = {
    recipe: 'tiny',
    options: {},
    quick: true,
    backend: backend('cpu'),
    trainings: { folder: '/nowhere', modelOf: undefined, track: false },
  };
  const pool: Pick<RunPool, 'run'> = {
    run(job, options) {
      made.groups.push(options.group);
      return run(job, options);
    },
  };
  const onNote = (text: string): void => void made.seen.push(text);
  const makeRuns = makeInPool(pool, of, { signal, onNote });
  try {
    for await (const next of makeRuns(RUNS, (key, { step }) => made.seen.push([nameOf(key), step])))
      made.runs.push(nameOf(next));
  } catch (error) {
    made.error = error;
  }
  return made;
}

/** Resolves after so many turns of the event loop. */
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++)
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
};

/** A run that goes on until it is stopped. */
const untilStopped = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error));
  });

test('runs come as they end, in groups of one arm; steps and notes are passed on', async () => {
  const { runs, error, seen, groups } = await make(async ({ run }, { onMessage }) => {
    await turns({ a1: 40, a2: 20, b1: 30, b2: 10 }[nameOf(run)] ?? 0);
    const progress = { name: 'net', step: run.seed, steps: 2, made: 1 };
    const messages: RunMessage[] = [
      { kind: 'step', progress },
      { kind: 'note', text: nameOf(run) },
    ];
    for (const message of messages) onMessage?.(message);
    return finished(run);
  });
  expect({ runs, error }).toEqual({ runs: ['b2', 'a2', 'b1', 'a1'], error: undefined });
  expect(seen.slice(0, 2)).toEqual([['b2', 2], 'b2']);
  expect(groups).toEqual(['tiny a', 'tiny a', 'tiny b', 'tiny b']);
});

test('the first failure stops the others, is what is thrown, and loses nothing that ended', async () => {
  const { runs, error } = await make(async ({ run }, { signal }) => {
    if (nameOf(run) === 'a1') {
      await turns(10);
      throw new RangeError('the first');
    }
    // The answer of one comes although it was asked to stop.
    if (nameOf(run) !== 'b1') return untilStopped(signal);
    await untilStopped(signal).catch(() => turns(5));
    return finished(run);
  });
  expect(error).toEqual(new RangeError('the first'));
  expect(runs).toEqual(['b1']);
});

test('an interruption is thrown as it is', async () => {
  const controller = new AbortController();
  const reason = new Error('Ctrl-C');
  const ending = make((_, { signal }) => untilStopped(signal), controller.signal);
  controller.abort(reason);
  expect((await ending).error).toBe(reason);
});

test('whoever takes no more runs stops them', async () => {
  let stopped = 0;
  const run: RunPool['run'] = async ({ run: key }, { signal }) => {
    if (nameOf(key) === 'a1') return finished(key);
    await untilStopped(signal).catch(() => stopped++);
    return finished(key);
  };
  const of = { recipe: 'tiny', options: {}, quick: true, backend: backend('cpu') };
  const trainings = { folder: '/nowhere', modelOf: undefined, track: false };
  const around = { signal: new AbortController().signal, onNote: () => undefined };
  for await (const _ of makeInPool({ run }, { ...of, trainings }, around)(RUNS, () => undefined)) break;
  expect(stopped).toBe(3);
});

const V8 =
  '<--- Last few GCs --->\n[1] 200 ms\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n 1: 0xb8 node\n';

test.each([
  [
    new WorkerDeath(null, 'SIGABRT', V8),
    7,
    'ran out of memory (FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory): use a smaller',
  ],
  [
    new WorkerDeath(null, 'SIGKILL', ''),
    7,
    'was killed (SIGKILL), as systems do that run out of memory: use a smaller model, batch or data set, or fewer --jobs',
  ],
  [new WorkerDeath(null, 'SIGSEGV', 'a word\n'), 1, 'crashed with SIGSEGV (a word)'],
  [new WorkerDeath(3, null, ''), 1, 'ended with exit code 3 before the run did'],
  [
    new WorkerDeath(1, null, 'x.js:3\n\nTypeError: no\n    at x\n\nNode.js v20\n'),
    1,
    'ended with exit code 1 before the run did (TypeError: no)',
  ],
])('the death of a process is told with its run and its cause (%o)', async (death, code, line) => {
  const { error } = await make(({ run }, { signal }) =>
    nameOf(run) === 'b2' ? Promise.reject(death) : untilStopped(signal),
  );
  expect((error as Error).message).toContain(`b · seed 2: its process ${line}`);
  expect((error as Error).cause).toBe(death);
  expect(exitCodeOf(error)).toBe(code);
});
