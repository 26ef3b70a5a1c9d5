import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AnyRecipe } from '../../src/recipe/recipe.ts';
import { parseRecipeResult } from '../../src/result/schema.ts';
import type { RecipeResult } from '../../src/result/recipe-result.ts';
import { PACKAGE } from '../../src/version.ts';
import { fixture, useFakeProcess } from './harness.ts';
import { tiny } from './fixtures/tiny.ts';

const cli = useFakeProcess();

const FOLDER = ['config.json', 'figures', 'figures/values.svg', 'report.html', 'result.json'];

async function resultIn(folder: string): Promise<RecipeResult> {
  return parseRecipeResult(await readFile(join(cli.io.cwd, folder, 'result.json'), 'utf8'), folder);
}

function stubRecipe(runArm: (context: { signal: AbortSignal }) => Promise<{ value: number }>): void {
  const recipe: AnyRecipe = { ...tiny, runArm };
  Object.assign(cli.io, { course: { ...cli.io.course, load: async () => [recipe] } });
}

test('a run leaves a whole folder, says where it ran on stderr and what it found on stdout', async () => {
  expect(await cli.run('run', 'tiny')).toBe(0);
  expect(await cli.files()).toEqual(['runs', 'runs/tiny', ...FOLDER.map((name) => `runs/tiny/${name}`)]);
  expect(cli.io.stderr.text).toBe('backend cpu: CPU (JavaScript), 1 thread\n');
  // value = arm · rate · steps + (seed − 1000): 2, 3, 4 and 200, 201, 202; the difference is 198 for each seed.
  expect(cli.io.stdout.lines).toEqual([
    'Two numbers',
    'Arm    the value',
    'small  3 [2, 4]',
    'large  201 [200, 202]',
    'Median over the seeds, in brackets the lowest and the highest.',
    '✓ held       The large number is larger',
    '             large against small: 198 [198, 198] · Expected: at least 1',
    '             Control small: 0 [0, 0] · fails, as it must',
    'Report: runs/tiny/report.html',
  ]);
});

test('what is not held, undecided or not finite is said', async () => {
  let calls = 0;
  stubRecipe(() => Promise.resolve({ value: [1, 2, Number.NaN, 3, 1, Number.NaN][calls++] ?? 0 }));
  expect(await cli.run('run', 'tiny')).toBe(0);
  expect(cli.io.stdout.text).toContain('small  1.5 [1, 2], 1 not finite\n');
  expect(cli.io.stdout.text).toContain('? undecided  The large number is larger\n');
});

test('--json prints one document, the stored one, and JSON lines beside it', async () => {
  expect(await cli.run('run', 'tiny', '--json', '--quick')).toBe(0);
  const printed = cli.io.stdout.text;
  expect(printed.endsWith('}\n')).toBe(true);
  expect(printed).toBe(await readFile(join(cli.io.cwd, 'runs/tiny/result.json'), 'utf8'));
  const result = parseRecipeResult(printed, 'stdout');
  expect(result.mode).toBe('quick');
  expect(result.runs[0]?.data).toEqual({ value: 1, lost: Number.NaN });
  const lines = cli.io.stderr.lines.map((line) => JSON.parse(line) as object);
  expect(lines[0]).toHaveProperty('backend.name', 'cpu');
  expect(lines.at(-1)).toEqual({ recipe: 'tiny', done: 4, total: 4, message: 'large · seed 1001' });
});

test('defaults < quick < config file < --set', async () => {
  await writeFile(join(cli.io.cwd, 'c.json'), '{"rate": 2, "steps": 5, "label": "7"}');
  expect(
    await cli.run('run', 'tiny', '--quick', '--config', 'c.json', '--set', 'rate=3', '--set', 'sizes=[1,2]'),
  ).toBe(0);
  const { options, environment } = await resultIn('runs/tiny');
  expect(options).toEqual({ rate: 3, steps: 5, kind: 'plain', label: '7', fast: true, sizes: [1, 2] });
  const config = JSON.parse(await readFile(join(cli.io.cwd, 'runs/tiny/config.json'), 'utf8')) as unknown;
  expect(config).toEqual({
    recipe: 'tiny',
    options,
    seed: 1000,
    seeds: 2,
    quick: true,
    track: false,
    backend: 'cpu',
    device: 'CPU (JavaScript)',
    threads: 1,
    versions: { ...environment.versions, [PACKAGE.name]: PACKAGE.version },
    platform: `${process.platform} ${process.arch}`,
  });
});

test('a text option keeps its text, whatever it looks like', async () => {
  expect(
    await cli.run('run', 'tiny', '--set', 'label=1e3', '--set', 'kind=fancy', '--set', 'fast=false'),
  ).toBe(0);
  expect((await resultIn('runs/tiny')).options).toMatchObject({ label: '1e3', kind: 'fancy', fast: false });
});

test('--seed, --seeds and --out', async () => {
  expect(await cli.run('run', 'tiny', '--seed', '1007', '--seeds', '4', '--out', 'a/b')).toBe(0);
  expect((await resultIn('a/b')).seeds).toEqual([1007, 1008, 1009, 1010]);
  expect(cli.io.stdout.text).toContain('Report: a/b/report.html');
});

test('the command line goes over the environment', async () => {
  cli.io.env = { TFJS_RECIPES_LANGUAGE: 'zh', TFJS_RECIPES_BACKEND: 'tensorflow' };
  expect(await cli.run('run', 'tiny', '--backend', 'cpu')).toBe(0);
  expect(cli.io.stdout.lines[0]).toBe('Two numbers（中文）');
  expect(await cli.run('run', 'tiny', '--backend', 'cpu', '--language', 'en')).toBe(0);
  expect(cli.io.stdout.text).toContain('Two numbers\n');
});

test('a backend that is asked for and cannot be used exits 2 with the cure', async () => {
  expect(await cli.run('run', 'tiny', '--backend', 'tensorflow')).toBe(2);
  expect(cli.io.stderr.text).toMatch(/^error: backend "tensorflow": [^\n]+npm [^\n]+\n$/);
  expect(await cli.files()).toEqual([]);
});

test("a user's own recipe runs by its file", async () => {
  expect(await cli.run('run', fixture('tiny.ts'), '--quick')).toBe(0);
  expect(await cli.files()).toContain('runs/tiny/result.json');
});

test('--all writes a folder for each recipe and one report over them', async () => {
  const second: AnyRecipe = { ...tiny, id: 'second' };
  Object.assign(cli.io, { course: { entries: [], load: async () => [tiny, second] } });
  expect(await cli.run('run', '--all', '--quick', '--out', 'o', '--json')).toBe(0);
  const folders = ['second', 'tiny'].flatMap((id) => [`o/${id}`, ...FOLDER.map((name) => `o/${id}/${name}`)]);
  expect(await cli.files()).toEqual(['o', 'o/report.html', ...folders].toSorted());
  expect(JSON.parse(cli.io.stdout.text)).toMatchObject([
    { recipe: { id: 'tiny' } },
    { recipe: { id: 'second' } },
  ]);
  const page = await readFile(join(cli.io.cwd, 'o/report.html'), 'utf8');
  expect(page.match(/<article/g)).toHaveLength(2);
});

test('an older result is replaced, what is not ours stays, nothing is left beside', async () => {
  await mkdir(join(cli.io.cwd, 'o/figures'), { recursive: true });
  await writeFile(join(cli.io.cwd, 'o/result.json'), 'old');
  await writeFile(join(cli.io.cwd, 'o/notes.txt'), 'mine');
  await writeFile(join(cli.io.cwd, 'o/figures/old.svg'), 'old');
  expect(await cli.run('run', 'tiny', '--out', 'o')).toBe(0);
  expect(await cli.files()).toEqual(['o', ...[...FOLDER, 'notes.txt'].map((name) => `o/${name}`)].toSorted());
  expect((await resultIn('o')).recipe.id).toBe('tiny');
});

test('a run that fails leaves the older result and nothing half written', async () => {
  await mkdir(join(cli.io.cwd, 'o'));
  await writeFile(join(cli.io.cwd, 'o/result.json'), 'old');
  stubRecipe(() => Promise.reject(new RangeError('Array buffer allocation failed')));
  expect(await cli.run('run', 'tiny', '--out', 'o')).toBe(7);
  expect(cli.io.stderr.lines.at(-1)).toContain('out of memory (Array buffer allocation failed)');
  expect(await cli.files()).toEqual(['o', 'o/result.json']);
  expect(await readFile(join(cli.io.cwd, 'o/result.json'), 'utf8')).toBe('old');
});

test('a folder that cannot be replaced exits 5 and leaves nothing beside it', async () => {
  await mkdir(join(cli.io.cwd, 'o/result.json'), { recursive: true });
  expect(await cli.run('run', 'tiny', '--out', 'o')).toBe(5);
  expect(cli.io.stderr.lines.at(-1)).toContain(`error: cannot write ${join(cli.io.cwd, 'o')}: `);
  expect((await cli.files()).filter((name) => name.includes('partial'))).toEqual([]);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s stops after the running step, says so, exits %i and writes nothing', async (name, code) => {
  let runs = 0;
  stubRecipe(async ({ signal }) => {
    runs++;
    cli.io.signals.emit(name);
    expect(signal.aborted).toBe(true);
    return { value: 0 };
  });
  expect(await cli.run('run', 'tiny')).toBe(code);
  expect(runs).toBe(1);
  const [, notice, error, ...rest] = cli.io.stderr.lines;
  expect(notice).toBe(`${name}: stopping after the running step; once more stops at once`);
  expect(error).toBe(`error: stopped by ${name}; nothing was written for the unfinished recipe`);
  expect(rest).toEqual([]);
  expect(await cli.files()).toEqual([]);
  expect(cli.io.exits).toEqual([]);
});

test('a second signal ends the process at once', async () => {
  stubRecipe(() => {
    cli.io.signals.emit('SIGTERM');
    cli.io.signals.emit('SIGINT');
    return Promise.resolve({ value: 0 });
  });
  await cli.run('run', 'tiny');
  expect(cli.io.exits).toEqual([130]);
});

test('no listener stays behind', async () => {
  await cli.run('run', 'tiny');
  expect(cli.io.signals.eventNames()).toEqual([]);
});

test('a folder with other files is refused before anything runs; files beside an earlier result stay', async () => {
  await mkdir(join(cli.io.cwd, 'thesis/figures'), { recursive: true });
  await writeFile(join(cli.io.cwd, 'thesis/figures/mine.pdf'), 'mine');
  expect(await cli.run('run', 'tiny', '--quick', '--out', 'thesis')).toBe(5);
  expect(cli.io.stderr.lines.at(-1)).toContain(
    'it holds other files (figures); choose a new folder with --out',
  );
  expect(await cli.run('run', 'tiny', '--quick', '--out', 'o')).toBe(0);
  await writeFile(join(cli.io.cwd, 'o/figures/mine.pdf'), 'mine');
  await writeFile(join(cli.io.cwd, 'o/figures/old.svg'), 'of a figure that is no more');
  expect(await cli.run('run', 'tiny', '--quick', '--out', 'o')).toBe(0);
  const files = await cli.files();
  expect(files).toContain('o/figures/mine.pdf');
  expect(files).not.toContain('o/figures/old.svg');
});

test('--threads is how many wasm has', async () => {
  expect(await cli.run('run', 'tiny', '--quick', '--backend', 'wasm', '--threads', '2')).toBe(0);
  expect(cli.io.stderr.text).toBe('backend wasm: CPU (WebAssembly, SIMD), 2 threads\n');
  expect((await resultIn('runs/tiny')).environment.backend.threads).toBe(2);
});
