/** A recipe, small: its claims can be decided, and each control fails its claim. All recipes: test/full/recipes.test.ts. */
import { beforeAll, expect, test } from 'vitest';
import { runRecipe, useBackend } from 'tfjs-recipes';
import { gradientDescent } from 'tfjs-recipes/recipes';
import { gradientDescent as alone } from 'tfjs-recipes/recipes/gradient-descent';
import { describeRecipe, FIRST_SEED } from './describe-recipe.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

describeRecipe('gradient-descent', () =>
  runRecipe(gradientDescent, { seeds: 6, firstSeed: FIRST_SEED, options: { starts: 20, steps: 101 } }),
);

test('the entry of one recipe gives the same object as the entry of all', () => {
  expect(alone).toBe(gradientDescent);
});
