/** Jobs in processes: who does which, what comes back, and what the death of one means to the others. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { FileError, OptionError } from '../../src/errors.ts';
import { Pool, type PoolJobOptions } from '../../src/pool/pool.ts';
import { WorkerDeath } from '../../src/pool/worker-process.ts';
import type { Job } from './fixtures/worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'tfjs-recipes-pool-'));
const bundled = async (name: string): Promise<string> => {
  const outfile = join(folder, `${name}.mjs`);
  const entryPoints = [`test/pool/fixtures/${name}.ts`];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' });
  return outfile;
};
let module: URL;
beforeAll(async () => {
  module = pathToFileURL(await bundled('worker'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type AnyPool = Pool<Job, unknown, unknown>;
let pool: AnyPool;

/** A pool for one test. */
const openPool = (size: number, onText?: (text: string) => void): void => {
  const own: AnyPool = new Pool({ module, size, ...(onText && { onText }) });
  onTestFinished(() => own.close());
  pool = own;
};

/** A pool of one process for all tests of a group: none of them ends it. */
function shareOnePool(onText: (text: string) => void = () => undefined): void {
  let own: AnyPool;
  beforeAll(() => {
    own = new Pool({ module, size: 1, onText });
  });
  beforeEach(() => {
    pool = own;
  });
  afterAll(() => own.close());
}
const run = (
  act: Job['act'],
  value?: unknown,
  options: Partial<PoolJobOptions<unknown>> = {},
): Promise<unknown> => pool.run({ act, value }, { group: 'all', ...options });

/** The processes that did the jobs of these groups, in the order of the groups. */
async function workersOf(groups: readonly string[]): Promise<{ pid: number; job: number }[]> {
  const answers = await Promise.all(groups.map((group) => run('who', undefined, { group })));
  return answers as { pid: number; job: number }[];
}

/** One that has ended counts for nothing, though nobody has asked for its exit code yet (state Z). */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Until a process is gone; one that stays is a test that does not end. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(5);
}

describe('who does what', () => {
  test('there are never more processes than its size, nor more than jobs; they stay for the next job', async () => {
    openPool(2);
    const [only] = await workersOf(['a']);
    const all = await workersOf(['a', 'a', 'b', 'b', 'c']);
    const pids = new Set(all.map(({ pid }) => pid));
    expect(pids.size).toBe(2);
    expect(pids).toContain(only?.pid);
    expect(Math.max(...all.map(({ job }) => job))).toBeGreaterThan(1);
  });

  test('jobs of a group go to one process while the others have work; one that has nothing of its own helps', async () => {
    openPool(2);
    const begun: string[] = [];
    let hear = (): void => undefined;
    /** A job that goes on until it is released. */
    const start = (name: string): { pid: Promise<unknown>; release: () => void } => {
      const controller = new AbortController();
      const onMessage = (): void => {
        begun.push(name);
        hear();
      };
      const options = { group: name.slice(0, 1), signal: controller.signal, onMessage };
      return { pid: run('hold', undefined, options), release: () => controller.abort() };
    };
    const begin = async (count: number): Promise<void> => {
      while (begun.length < count)
        await new Promise<void>((resolve) => {
          hear = resolve;
        });
    };
    const [a1, a2, a3, b1, b2] = ['a1', 'a2', 'a3', 'b1', 'b2'].map(start);
    await begin(2);
    expect(begun.toSorted()).toEqual(['a1', 'b1']);
    b1?.release();
    await begin(3);
    expect(begun.at(-1)).toBe('b2');
    b2?.release();
    await begin(4);
    expect(begun.at(-1)).toBe('a2');
    a1?.release();
    await begin(5);
    a2?.release();
    a3?.release();
    const pids = await Promise.all([a1, a2, a3, b1, b2].map(async (job) => job?.pid));
    const [a, , , b] = pids;
    expect(a).not.toBe(b);
    expect(pids).toEqual([a, b, a, b, b]);
  });

  test('closed, it leaves no process and no listener', async () => {
    const before = process.listenerCount('exit');
    openPool(2);
    const workers = await workersOf(['a', 'b']);
    await pool.close();
    expect(workers.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
    expect(process.listenerCount('exit')).toBe(before);
  });
});

describe('what comes back', () => {
  const seen: unknown[] = [];
  shareOnePool((text) => seen.push(...text.split('\n')));
  beforeEach(() => void seen.splice(0));

  test('plain data as they are', async () => {
    const value = {
      numbers: [Number.NaN, Number.NEGATIVE_INFINITY, -0, 0.1 + 0.2],
      text: 'NaN',
      bytes: new Uint8Array([1, 2]),
      none: undefined,
    };
    expect(await run('echo', value)).toEqual(value);
  });

  test('messages in their order, all before the answer', async () => {
    await run('messages', 5, { onMessage: (message) => seen.push(message) });
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  test('what a process prints, at its next sign of life', async () => {
    await run('print', 'a word', { onMessage: () => seen.push('message') });
    expect(seen.at(-1)).toBe('message');
    expect(new Set(seen.slice(0, -1))).toEqual(new Set(['a word', 'and more']));
  });
});

describe('what a job throws', () => {
  shareOnePool();

  const thrown = async (value: string): Promise<unknown> =>
    run('throw', value).catch((error: unknown) => error);

  test.each([
    ['option', OptionError, 'OptionError', 'sgd: momentum must be a number, received a function'],
    ['file', FileError, 'FileError', 'cannot write /x: full'],
    ['own', RangeError, 'OwnError', 'too much'],
    ['system', Error, 'Error', 'ENOENT: no such file or directory, chdir'],
  ])('%s: its class, name, message and stack', async (value, parent, name, message) => {
    const error = (await thrown(value)) as Error;
    expect(error).toBeInstanceOf(parent);
    expect(error.name).toBe(name);
    expect(error.message).toContain(message);
    expect(error.stack).toContain('worker.mjs');
    // The process goes on.
    expect(await run('echo', 1)).toBe(1);
  });

  test('its fields as far as they are plain, and its cause', async () => {
    expect(await thrown('file')).toMatchObject({
      code: 'input-output',
      path: '/x',
      cause: new RangeError('full'),
    });
    expect(await thrown('system')).toMatchObject({ code: 'ENOENT', syscall: 'chdir', errno: -2 });
    const own = await thrown('own');
    expect(own).toMatchObject({ part: { of: ['it'] } });
    expect(own).not.toHaveProperty('call');
    expect(await thrown('text')).toBe('only text');
  });

  test('an answer that cannot be sent is an error too', async () => {
    await expect(run('function')).rejects.toThrow('could not be cloned');
  });
});

describe('a process that dies', () => {
  const death = async (act: Job['act'], value?: unknown): Promise<WorkerDeath> => {
    const error: unknown = await run(act, value).catch((reason: unknown) => reason);
    if (error instanceof WorkerDeath) return error;
    throw error;
  };

  test.each([
    [
      'exit',
      0,
      { exitCode: 0, signal: null, message: 'the process ended with exit code 0 before its job did' },
    ],
    ['exit', 3, { exitCode: 3, signal: null }],
    ['kill', 'SIGKILL', { exitCode: null, signal: 'SIGKILL', lastWords: 'no last words but these\n' }],
    ['kill', 'SIGSEGV', { signal: 'SIGSEGV', message: 'the process ended by SIGSEGV before its job did' }],
  ] as const)('by %s %s: only its job fails, and another takes its place', async (act, value, expected) => {
    const printed: string[] = [];
    openPool(1, (text) => printed.push(text));
    const dying = death(act, value);
    const others = [run('echo', 1), run('echo', 2)];
    expect(await dying).toMatchObject(expected);
    expect(await Promise.all(others)).toEqual([1, 2]);
  });

  test('of memory: the last words tell it', async () => {
    const before = process.env['NODE_OPTIONS'];
    process.env['NODE_OPTIONS'] = '--max-old-space-size=30';
    openPool(1);
    await run('echo');
    process.env['NODE_OPTIONS'] = before ?? '';
    expect((await death('memory')).lastWords).toContain('JavaScript heap out of memory');
  });

  test('before it could do anything: each job fails, none hangs', async () => {
    pool = new Pool({ module: new URL('missing.mjs', module), size: 2 });
    onTestFinished(() => pool.close());
    const ends = await Promise.allSettled([run('echo', 1), run('echo', 2), run('echo', 3)]);
    expect(ends.map((end) => end.status === 'rejected' && end.reason instanceof WorkerDeath)).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('while it waits for work: the next job gets another', async () => {
    openPool(1);
    const [first] = await workersOf(['a']);
    process.kill(first?.pid ?? 0, 'SIGKILL');
    await gone(first?.pid ?? 0);
    // Until this process has heard of it.
    await sleep(20);
    expect((await workersOf(['a']))[0]?.job).toBe(1);
  });
});

describe('an abort', () => {
  test('asks the running job to end and takes its answer; what waits is not begun', async () => {
    openPool(1);
    const controller = new AbortController();
    const { signal } = controller;
    const abort = (): void => controller.abort(new Error('enough'));
    const running = run('wait', 'finished', { signal, onMessage: abort });
    const waiting = run('wait', 'never', { signal });
    await expect(waiting).rejects.toThrow('enough');
    expect(await running).toBe('finished');
    await expect(run('echo', 1, { signal })).rejects.toThrow('enough');
    expect(await run('echo', 1)).toBe(1);
  });

  test('is the reason, whatever the job throws or dies of then', async () => {
    openPool(2);
    const controller = new AbortController();
    const { signal } = controller;
    const failing = run('wait', 'fail', { signal, onMessage: () => controller.abort(new Error('enough')) });
    await expect(failing).rejects.toThrow('enough');
    const second = new AbortController();
    const dying = run('forever', undefined, {
      signal: second.signal,
      onMessage(pid) {
        second.abort(new Error('enough of that'));
        process.kill(Number(pid), 'SIGKILL');
      },
    });
    await expect(dying).rejects.toThrow('enough of that');
  });

  test('leaves no listener at its signal', async () => {
    openPool(1);
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await Promise.all([run('echo', 1, { signal }), run('echo', 2, { signal })]);
    const listeners = (spy: typeof added | typeof removed): unknown[] =>
      spy.mock.calls.map(([, listener]) => listener);
    expect(added).toHaveBeenCalled();
    expect(listeners(removed)).toEqual(expect.arrayContaining(listeners(added)));
  });
});

describe('no process stays', () => {
  /** Another process with a pool of two, that tells their ids and goes on for ever, or ends as it is told. */
  async function openElsewhere(
    end: string,
  ): Promise<{ parent: number; workers: number[]; kill: () => void }> {
    const parent = spawn(process.execPath, [await bundled('parent'), module.href, end], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    for await (const chunk of parent.stdout) {
      text += String(chunk);
      if (text.endsWith('\n')) break;
    }
    const kill = (): void => void parent.kill('SIGKILL');
    return { parent: parent.pid ?? 0, workers: JSON.parse(text) as number[], kill };
  }

  test.each(['SIGKILL', 'exit', 'throw'])(
    'after the end of the one who opened the pool, by %s',
    async (end) => {
      const { parent, workers, kill } = await openElsewhere(end);
      expect(workers).toHaveLength(2);
      if (end === 'SIGKILL') kill();
      for (const pid of [parent, ...workers]) await gone(pid);
    },
  );

  test('a signal to one of them is not for it', async () => {
    openPool(1);
    const [worker] = await workersOf(['a']);
    for (const signal of ['SIGINT', 'SIGTERM']) process.kill(worker?.pid ?? 0, signal);
    expect(await workersOf(['a'])).toEqual([{ pid: worker?.pid, job: 2 }]);
  });
});
