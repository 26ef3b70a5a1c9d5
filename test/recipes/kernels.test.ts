/** The tables of kernels in the chapters are those of today: counts and bytes, not what the clock says. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { recipes } from 'tfjs-recipes/recipes';
import { type BackendInfo, useBackend } from 'tfjs-recipes';
import { CHAPTERS, recipeFile } from '../../scripts/chapters.ts';
import { timelessRows, withKernelTable } from '../../scripts/kernel-table.ts';
import { type RecipeKernels, recipeKernels } from '../../src/recipe/recipe-kernels.ts';
import { trainingOf } from '../../src/result/training-kernels.ts';
import { withoutLeak } from '../no-leak.ts';

let backend: BackendInfo;
beforeAll(async () => {
  backend = await useBackend('wasm');
});

const withEquations = recipes.filter(({ equations = [] }) => equations.length > 0);

describe.each(withEquations.map((recipe) => [recipe.id, recipe] as const))('%s', (id, recipe) => {
  let kernels: RecipeKernels;
  beforeAll(async () => {
    kernels = await withoutLeak(() => recipeKernels(recipe, { backend, warmUp: 1, updates: 3 }));
  });

  test('every equation has a training with its part', () => {
    const { equations, trainings } = kernels;
    expect(equations.filter((equation) => trainingOf(equation, trainings) === undefined)).toEqual([]);
  });

  test.each(CHAPTERS)('$file shows them', ({ file, language }) => {
    const chapter = readFileSync(recipeFile(id, file), 'utf8');
    expect(timelessRows(chapter)).toEqual(timelessRows(withKernelTable(chapter, kernels, language)));
  });
});
