import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/cli/catalogue.ts';
import { fixture, useFakeProcess } from './harness.ts';

const cli = useFakeProcess();

test('list shows id, lecture and summary in the language', async () => {
  expect(await cli.run('list')).toBe(0);
  expect(cli.io.stdout.lines).toEqual(['recipe  lecture  what is learnt', 'tiny    0.1      two numbers']);
  cli.io.env = { TFJS_RECIPES_LANGUAGE: 'zh' };
  expect(await cli.run('list')).toBe(0);
  expect(cli.io.stdout.lines.slice(2)).toEqual(['实验  课程  内容', 'tiny  0.1   两个数']);
});

test('list --json is the catalogue', async () => {
  Object.assign(cli.io, { course: { entries: CATALOGUE } });
  expect(await cli.run('list', '--json')).toBe(0);
  expect(JSON.parse(cli.io.stdout.text)).toEqual(CATALOGUE);
});

test.each([
  [[]],
  [['--help']],
  [['help']],
  [['list', '--help']],
  [['run', '--help']],
  [['compare', '--help']],
  [['predict', '--help']],
  [['report', '-h']],
  [['doctor', '--help']],
])('%j is help on stdout and no error', async (argv) => {
  expect(await cli.run(...argv)).toBe(0);
  expect(cli.io.stdout.text).toMatch(/^Usage: tfjs-recipes /);
  expect(cli.io.stderr.text).toBe('');
  if (argv.length === 2) expect(cli.io.stdout.text).toContain(`Examples:\n  npx tfjs-recipes ${argv[0]}`);
});

test('run <recipe> --help lists the options with type, bounds, default and description', async () => {
  expect(await cli.run('run', 'tiny', '--help')).toBe(0);
  expect(cli.io.stdout.text.split('Seeds: ')[1]?.split('\n')).toEqual([
    '3, with --quick 2',
    'Options, each set by --set name=value:',
    '  rate: number > 0, <= 10 (default 0.5)',
    '      factor of the value',
    '  steps: whole number >= 1, <= 100 (default 4, with --quick 2)',
    '      a count',
    '  kind: plain | fancy (default "plain")',
    '      a choice',
    '  label: text (default "a")',
    '      a text',
    '  fast: true | false (default true)',
    '      a switch',
    '  sizes: [whole number >= 1, <= 64, …] (default [8])',
    '      a list',
    '',
  ]);
});

test('a file has help too; an unknown recipe has none', async () => {
  expect(await cli.run('run', fixture('tiny.ts'), '-h')).toBe(0);
  expect(cli.io.stdout.text).toContain('tiny: Two numbers');
  expect(await cli.run('run', 'tniy', '--help')).toBe(2);
});

test('--version is the one of the package', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  expect(await cli.run('--version')).toBe(0);
  expect(cli.io.stdout.text).toBe(`${version}\n`);
});

test('--debug shows where an error happened, behind its line', async () => {
  expect(await cli.run('run', 'tniy', '--debug')).toBe(2);
  expect(cli.io.stderr.lines[0]).toMatch(/^error: run: recipe must be/);
  expect(cli.io.stderr.text).toContain('find-recipe.ts');
});

/** The packages that are loaded together with a file: its imports and theirs, without import() and types. */
async function packagesOf(url: URL, seen = new Set<string>()): Promise<Set<string>> {
  const packages = new Set<string>();
  if (seen.has(url.href)) return packages;
  seen.add(url.href);
  const source = await readFile(url, 'utf8');
  for (const [, from = ''] of source.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s'([^']+)';/gm)) {
    const found = from.startsWith('.') ? await packagesOf(new URL(from, url), seen) : [from];
    for (const name of found) if (!isBuiltin(name)) packages.add(name);
  }
  return packages;
}

test('help and list load neither zod nor tfjs nor a recipe', async () => {
  const source = (name: string): URL => new URL(`../../src/cli/${name}`, import.meta.url);
  expect(await packagesOf(source('main.ts'))).toEqual(new Set(['commander', 'chalk']));
  expect(await packagesOf(source('list.ts'))).toEqual(new Set(['chalk']));
  // The same reading finds them where they are.
  expect([...(await packagesOf(source('run.ts')))]).toEqual(
    expect.arrayContaining(['@tensorflow/tfjs', 'zod']),
  );
});
