/** `run --jobs`: the result of one process, whatever happens to the others; and none of them stays behind. */
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { emptyFolder, inPipe } from '../e2e/command.ts';
import type { Ended, RunOptions } from '../run-process.ts';

const RECIPE = resolve('test/full/jobs-recipe.ts');
const JOBS = ['run', RECIPE, '--backend', 'cpu'];
/** One of its runs goes on for a minute. */
const WAITING = [...JOBS, '--jobs', '2', '--json'];
const DIGITS = ['run', 'classification', '--quick', '--seeds', '2', '--track', '--json'];

if (availableParallelism() < 2) process.stderr.write('one processor: there is never more than one process\n');
if (process.platform !== 'linux') process.stderr.write('no /proc: nobody knows the processes of a process\n');
const several = describe.skipIf(availableParallelism() < 2 || process.platform !== 'linux');

/** All that the clock does not decide. */
function outcome(folder: string): unknown {
  const { timings, ...result } = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as {
    timings: unknown;
  };
  expect(timings).toBeDefined();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl') || name.endsWith('.bin'))
    .toSorted();
  return { result, files: files.map((name) => [name, readFileSync(join(folder, name)).toString('base64')]) };
}

const pidsIn = (cwd: string): Set<number> =>
  new Set(readFileSync(join(cwd, 'pids'), 'utf8').trim().split('\n').map(Number));

const run = (cwd: string, parameters: readonly string[], options: RunOptions = {}): Promise<Ended> =>
  inPipe(parameters, { ...options, cwd, env: { PIDS: join(cwd, 'pids'), ...options.env } });

/** One that has ended counts for nothing, though nobody has asked for its exit code yet (state Z). */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** A process that stays is a test that does not end. */
async function allGone(pids: Iterable<number>): Promise<void> {
  for (const pid of pids) while (isAlive(pid)) await sleep(10);
}

several('with two processes', () => {
  test.each([
    ['a cheap recipe', JOBS],
    ['digits, tracked', DIGITS],
  ])('the result is that of one: %s', async (_, command) => {
    const cwd = emptyFolder();
    for (const jobs of ['1', '2'])
      expect(await run(cwd, [...command, '--jobs', jobs, '--out', jobs])).toMatchObject({ code: 0 });
    expect(outcome(join(cwd, '2'))).toEqual(outcome(join(cwd, '1')));
  });

  test('they are two, and as many by themselves; one run needs none', async () => {
    const processes = async (...flags: string[]): Promise<number> => {
      const cwd = emptyFolder();
      expect((await run(cwd, [...JOBS, ...flags])).code).toBe(0);
      return pidsIn(cwd).size;
    };
    expect(await processes('--jobs', '2')).toBe(2);
    expect(await processes('--jobs', '1')).toBe(1);
    if (availableParallelism() < 6) expect(await processes()).toBe(availableParallelism());
  });

  test.each(['throw', 'option', 'allocation'])(
    'what a run throws (%s) ends as in one process, and what is done is kept',
    async (FAULT) => {
      const [alone, pooled] = [emptyFolder(), emptyFolder()];
      const one = await run(alone, [...JOBS, '--jobs', '1'], { env: { FAULT } });
      const two = await run(pooled, [...JOBS, '--jobs', '2'], { env: { FAULT } });
      const lastLine = ({ stderr }: Ended): string | undefined => stderr.trimEnd().split('\n').at(-1);
      expect({ code: two.code, line: lastLine(two) }).toEqual({ code: one.code, line: lastLine(one) });
      expect(two.code).toBe({ throw: 1, option: 2, allocation: 7 }[FAULT]);
    },
  );

  test.each([
    ['exit', 1, /its process ended with exit code 3 before the run did$/],
    [
      'rejection',
      1,
      /its process ended with exit code 1 before the run did \(TypeError: nobody waits for this\)$/,
    ],
    ['SIGSEGV', 1, /its process crashed with SIGSEGV$/],
    ['SIGKILL', 7, /its process was killed \(SIGKILL\), as systems do that run out of memory: use a smaller/],
    ['memory', 7, /its process ran out of memory \(FATAL ERROR: .*heap out of memory\): use a smaller model/],
  ])('a process that dies (%s): one line, exit %i; what is done is kept', async (FAULT, code, line) => {
    const cwd = emptyFolder();
    const env = { FAULT, NODE_OPTIONS: '--max-old-space-size=200' };
    const ended = await run(cwd, [...JOBS, '--jobs', '2'], { env });
    expect(ended).toMatchObject({ code, stdout: '' });
    const lines = ended.stderr.trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(/^error: fast · seed 1001: its process /);
    expect(lines.at(-1)).toMatch(line);
    expect(lines.at(-2)).toMatch(/^[1-5] runs? done; go on with --resume, or delete/);
    // Where it ran, the progress, and these two: nothing of what a dying process prints.
    expect(lines.filter((text) => !/^(backend|jobs) |^ {2}not /.test(text))).toHaveLength(2);
    await allGone(pidsIn(cwd));

    expect((await run(cwd, [...JOBS, '--jobs', '2', '--resume'])).code).toBe(0);
    expect((await run(cwd, [...JOBS, '--jobs', '1', '--out', 'whole'])).code).toBe(0);
    expect(outcome(join(cwd, 'runs/jobs'))).toEqual(outcome(join(cwd, 'whole')));
  });

  test('killed while they run, it leaves none of them', async () => {
    const cwd = emptyFolder();
    let workers: number[] = [];
    const act = (child: ChildProcess): void => {
      workers = childrenOf(child);
      child.kill('SIGKILL');
    };
    const { code } = await run(cwd, WAITING, { env: { FAULT: 'wait' }, when: { stderr: /"done":/, act } });
    expect(code).toBeNull();
    expect(workers).toHaveLength(2);
    await allGone(workers);
    expect((await run(cwd, [...JOBS, '--resume'])).code).toBe(0);
  });

  test('Ctrl-C, which a terminal sends to all: it goes on where it was', async () => {
    const cwd = emptyFolder();
    const long = [...DIGITS, '--set', 'steps=450', '--jobs', '2'];
    let workers: number[] = [];
    const act = (child: ChildProcess): void => {
      workers = childrenOf(child);
      for (const pid of [child.pid ?? 0, ...workers]) process.kill(pid, 'SIGINT');
    };
    const stopped = await run(cwd, [...long, '--out', 'o'], { when: { stderr: /"done":[^0]/, act } });
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toMatch(/\nerror: stopped by SIGINT; \d runs? done; go on with --resume\n$/);
    expect(workers).toHaveLength(2);
    await allGone(workers);
    for (const [out, ...flags] of [['o', '--resume'], ['whole']] as const)
      expect((await run(cwd, [...long, '--out', out, ...flags])).code).toBe(0);
    expect(outcome(join(cwd, 'o'))).toEqual(outcome(join(cwd, 'whole')));
  });

  test('a second signal ends all at once, also a run that does not end when it is asked to', async () => {
    const cwd = emptyFolder();
    let workers: number[] = [];
    const act = (child: ChildProcess): void => {
      workers = childrenOf(child);
      child.kill('SIGINT');
      child.kill('SIGTERM');
    };
    const { code } = await run(cwd, WAITING, { env: { FAULT: 'wait' }, when: { stderr: /"done":/, act } });
    expect(code).toBe(143);
    expect(workers).toHaveLength(2);
    await allGone(workers);
  });
});

/** On Linux. */
function childrenOf({ pid = 0 }: ChildProcess): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
