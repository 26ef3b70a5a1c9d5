/** The house stands as its map says: arrows point left, no cycles, tfjs and `node:` only where they may be. */
import { describe, expect, it } from 'vitest';
import { readImports, readSources } from './read-imports.ts';
import { violations } from './rules.ts';

/** The breaches of one file that imports one thing. */
const breaches = (path: string, imported: string) => violations([{ path, imports: [imported] }]);

describe('this repository', () => {
  const sources = readSources(['src', 'recipes']);

  it('is read', () => {
    expect(sources.find(({ path }) => path === 'src/random/rng.ts')?.imports).toContain(
      'src/random/philox.ts',
    );
  });

  it('breaks no rule', () => {
    expect(violations(sources)).toEqual([]);
  });
});

describe('readImports', () => {
  it('leaves out what the compiler erases and finds what it keeps', () => {
    const source = `
      import type { A } from './a.ts';
      export type { B } from './b.ts';
      import { type C } from './c.ts';
      import * as d from 'd';
      import 'e';
      export * from '../f.ts';
      const g = () => import('g');
      const h = (name: string) => import(name);
      let i: import('./i.ts').I;`;
    expect(readImports('src/x/y.ts', source)).toEqual(['src/x/c.ts', 'd', 'e', 'src/f.ts', 'g']);
  });
});

describe('the rules', () => {
  it.each([
    ['src/training/train.ts', 'src/optimizers/adam.ts'],
    ['src/training/train.ts', 'src/training/loop.ts'],
    ['src/report/page.ts', 'src/result/figure.ts'],
    ['src/report/report-file.ts', 'node:fs'],
    ['src/training/node-heap.ts', 'node:v8'],
    ['src/cli/io.ts', 'tfjs-recipes/recipes'],
    ['src/node.ts', 'node:fs'],
    ['src/index.ts', 'src/recipe/recipe.ts'],
    ['recipes/index.ts', 'recipes/momentum/recipe.ts'],
    ['recipes/momentum/recipe.ts', 'tfjs-recipes'],
  ])('%s may import %s', (path, imported) => {
    expect(breaches(path, imported)).toEqual([]);
  });

  it.each([
    ['src/random/rng.ts', 'src/data/dataset.ts', 'the arrow points right'],
    ['src/errors.ts', 'src/text.ts', 'the arrow points right'],
    ['src/report/page.ts', 'src/training/train.ts', 'report knows nothing of tfjs, training does'],
    ['src/data/load.ts', '@tensorflow/tfjs', 'data knows nothing of tfjs'],
    ['src/schedules/profile.ts', 'node:fs', 'must run in a browser'],
    ['src/index.ts', 'node:fs', 'must run in a browser'],
    ['src/helpers/x.ts', 'zod', 'no room "helpers"'],
    ['src/cli/run.ts', 'recipes/index.ts', 'src never imports recipes'],
    ['src/cli/run.ts', 'src/index.ts', 'import the file that it gathers'],
    ['src/cli/run.ts', 'tfjs-recipes', 'own name'],
    ['src/sweep/run.ts', 'tfjs-recipes/recipes', 'own name'],
    ['recipes/momentum/recipe.ts', 'src/index.ts', 'a recipe imports only'],
    ['recipes/momentum/recipe.ts', 'recipes/adam/text.ts', 'a recipe imports only'],
    ['recipes/momentum/recipe.ts', 'node:fs', 'a recipe imports only'],
  ])('%s may not import %s', (path, imported, reason) => {
    expect(breaches(path, imported)).toEqual([expect.stringContaining(reason)]);
  });

  it('finds a cycle however long', () => {
    const round = [
      { path: 'src/data/a.ts', imports: ['src/data/b.ts'] },
      { path: 'src/data/b.ts', imports: ['src/data/c.ts'] },
      { path: 'src/data/c.ts', imports: ['src/data/b.ts'] },
    ];
    expect(violations(round)).toEqual(['cycle: src/data/b.ts -> src/data/c.ts -> src/data/b.ts']);
  });

  it('finds node: behind a browser entry however far', () => {
    const chain = [
      { path: 'src/index.ts', imports: ['src/training/a-file.ts'] },
      { path: 'src/training/a-file.ts', imports: ['node:fs'] },
    ];
    expect(violations(chain)).toEqual([
      'src/index.ts -> src/training/a-file.ts -> node:fs: src/index.ts must run in a browser',
    ]);
  });
});
