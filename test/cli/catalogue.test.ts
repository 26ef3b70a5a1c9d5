import { expect, test } from 'vitest';
import { recipes } from 'tfjs-recipes/recipes';
import { CATALOGUE } from '../../src/cli/catalogue.ts';

test('the catalogue says what the recipes are, in their order', () => {
  expect(CATALOGUE.map(({ id, lecture }) => ({ id, lecture }))).toEqual(
    recipes.map(({ id, lecture }) => ({ id, lecture })),
  );
  for (const { summary } of CATALOGUE)
    for (const text of Object.values(summary)) expect(text).toMatch(/^[^\n]{8,90}$/);
});
