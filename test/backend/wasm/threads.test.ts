/** The threaded build in Node, each number of threads in processes of its own. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mustRun, runProcess, type Ended } from '../../run-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tfjs-recipes-threads-'));
const program = join(folder, 'program.mjs');
/** Where the program would put temporary files. */
const temporary = join(folder, 'temporary');
const env = { TMPDIR: temporary, TEMP: temporary };

beforeAll(async () => {
  mkdirSync(temporary);
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'junction');
  await build({
    entryPoints: [fileURLToPath(new URL('threads-program.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (task: string, threads: number): Promise<Ended> =>
  runProcess(process.execPath, [program, task, String(threads)], { env });
/** What the task reported, which is the last line: tfjs advertises tfjs-node first. */
async function reportOf(task: string, threads: number): Promise<object> {
  const stdout = await mustRun(process.execPath, [program, task, String(threads)], { env });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as object;
}

test('one, two and four threads train a dense and a convolutional net to the same bits', async () => {
  const one = await reportOf('train', 1);
  expect(one).toEqual({ threads: 1, dense: expect.any(String), convolutional: expect.any(String) });
  expect(await reportOf('train', 2)).toEqual({ ...one, threads: 2 });
  expect(await reportOf('train', 4)).toEqual({ ...one, threads: 4 });
});

test('tensors are whole wherever memory has grown since they were made', async () => {
  const count = Array.from({ length: 8 }, (_, index) => index);
  expect(await reportOf('grow', 2)).toEqual({
    mebibytes: expect.toSatisfy((mebibytes: number) => mebibytes > 640),
    early: [7, 7],
    late: [8, 8],
    large: count.map((value) => [value, value]),
    squares: count.map((value) => [value ** 2, value ** 2]),
  });
});

describe.concurrent('a process with threads', () => {
  test('has the globals and listeners that it had, while they start and after', async () => {
    expect(await reportOf('globals', 2)).toMatchObject({ threads: 2, during: true, after: true });
  });

  test('ends by an error as any other', async () => {
    const { code, stderr } = await run('throw', 2);
    expect(code).toBe(1);
    expect(stderr).toContain('Error: thrown on purpose');
  });

  test('ends by process.exit', async () => {
    expect(await run('exit', 2)).toMatchObject({ code: 5, stderr: '' });
  });
});

test('no temporary files are left behind', () => {
  expect(readdirSync(temporary)).toEqual([]);
});
