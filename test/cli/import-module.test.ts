import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRecipe } from '../../src/cli/find-recipe.ts';
import { importModule } from '../../src/cli/import-module.ts';
import { useFakeProcess } from './harness.ts';

const cli = useFakeProcess();

/** The enum is what Node's own TypeScript refuses. */
const SOURCE = `
enum Kind { Plain = 'plain' }
export const answer: number = 42;
export const recipe = { id: String(Kind.Plain), runArm: async (): Promise<object> => ({}) };
`;

test.each(['recipe.ts', 'recipe.mts'])(
  'TypeScript in %s is loaded, enums too, and no file is left beside it',
  async (name) => {
    await writeFile(join(cli.io.cwd, name), SOURCE);
    expect(await importModule(join(cli.io.cwd, name))).toMatchObject({ answer: 42 });
    const found = await findRecipe(`./${name}`, { ...cli.io, importModule });
    expect(found.id).toBe('plain');
    expect(await readdir(cli.io.cwd)).toEqual([name]);
  },
);

test('JavaScript is loaded by Node itself', async () => {
  const path = join(cli.io.cwd, 'recipe.mjs');
  await writeFile(path, 'export const here = import.meta.url;');
  expect(await importModule(path)).toMatchObject({ here: expect.stringContaining('recipe.mjs') as string });
});

test('a file that is not TypeScript after all is refused in one line', async () => {
  await writeFile(join(cli.io.cwd, 'bad.ts'), 'export const a: = 1;');
  Object.assign(cli.io, { importModule });
  expect(await cli.run('run', './bad.ts')).toBe(2);
  expect(cli.io.stderr.text).toMatch(/^error: run: \.\/bad\.ts cannot be loaded [^\n]+\n$/);
});
