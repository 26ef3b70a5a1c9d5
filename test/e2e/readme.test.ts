/** The shell blocks of the READMEs, line by line, and the recipe file that the README writes. */
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { codeBlocks } from '../docs/code-blocks.ts';
import { emptyFolder, inPipe } from './command.ts';

const readmes = [
  'README.md',
  ...readdirSync('recipes', { recursive: true }).map((path) => `recipes/${String(path)}`),
].filter((path) => path.endsWith('README.md'));
const lines = readmes.flatMap((path) =>
  codeBlocks(readFileSync(path, 'utf8'), 'sh').flatMap((block) => block.trim().split('\n')),
);
const commands = [...new Set(lines.filter((line) => line.startsWith('npx tfjs-recipes ')))];

/** Minutes and gigabytes: .ci/run has parts for these. */
const BY_CI = ['npx tfjs-recipes compare --all', 'npx tfjs-recipes compare --setup'];

/** The Python with PyTorch; the README's stands in .venv. */
const python = process.env['TFJS_RECIPES_PYTHON'];
if (python === undefined)
  process.stderr.write('TFJS_RECIPES_PYTHON names no Python with PyTorch: `compare` is not run\n');

test('every line of a shell block is run: here, or as one of the two commands by .ci/run', () => {
  const others = lines.filter((line) => !commands.includes(line));
  expect(others).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  const ci = readFileSync('.ci/run', 'utf8');
  for (const line of others) expect(ci).toContain(line);
  expect(commands).toEqual(expect.arrayContaining(BY_CI));
  for (const part of ['compare --all', 'compare -- --setup']) expect(ci).toContain(part);
});

test('the commands, in order, in one folder', { timeout: 600_000 }, async () => {
  const cwd = emptyFolder();
  if (python !== undefined)
    symlinkSync(statSync(python).isDirectory() ? python : resolve(python, '../..'), join(cwd, '.venv'));
  for (const command of commands) {
    if (BY_CI.includes(command) || (python === undefined && command.includes(' compare '))) continue;
    const { code, stderr } = await inPipe(command.split(' ').slice(2), { cwd });
    expect([command, code, code === 0 ? '' : stderr]).toEqual([command, 0, '']);
  }
});

test('the recipe that the README writes runs from a file', async () => {
  const cwd = emptyFolder();
  const recipe = codeBlocks(readFileSync('README.md', 'utf8'), 'ts').find((code) =>
    code.includes('defineRecipe({'),
  );
  writeFileSync(join(cwd, 'my-recipe.ts'), recipe ?? '');
  mkdirSync(join(cwd, 'node_modules'));
  for (const name of ['zod', '@tensorflow'])
    symlinkSync(resolve('node_modules', name), join(cwd, 'node_modules', name));
  symlinkSync(resolve('.'), join(cwd, 'node_modules/tfjs-recipes'));
  const { code, stdout, stderr } = await inPipe(['run', './my-recipe.ts', '--quick'], { cwd });
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  expect(stdout).toContain('✓ held       Momentum passes the bump');
});
