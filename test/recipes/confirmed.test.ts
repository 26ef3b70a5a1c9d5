/** The committed results belong to the recipes as they are, and the READMEs show them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recipes } from 'tfjs-recipes/recipes';
import { CHAPTERS, recipeFile } from '../../scripts/chapters.ts';
import { readConfirmed, withTable } from '../../scripts/verdict-table.ts';
import { recipeOptions } from '../../src/recipe/run-recipe.ts';

describe.each(recipes.map((recipe) => [recipe.id, recipe] as const))('%s', (id, recipe) => {
  const result = readConfirmed(id);

  test('is a full run with the options and seeds of today', () => {
    expect(result.mode).toBe('full');
    expect(result.options).toEqual(recipeOptions(recipe, {}, false));
    expect(result.seeds).toEqual(Array.from({ length: recipe.seeds.full }, (_, index) => 1000 + index));
    expect(result).not.toHaveProperty('timings');
  });

  test('judged the claims of today by the thresholds of today', () => {
    const claims = recipe.claims
      .filter(({ clock }) => clock !== true)
      .map((claim) => [claim.id, claim.arm, claim.control, claim.expect, recipe.text.claims[claim.id]]);
    expect(
      result.verdicts.map((verdict) => [
        verdict.claim,
        verdict.arm,
        verdict.control.arm,
        verdict.threshold,
        verdict.text,
      ]),
    ).toEqual(claims);
  });

  test.each(CHAPTERS)('stands in $file', ({ file, language }) => {
    const chapter = readFileSync(recipeFile(id, file), 'utf8');
    expect(withTable(chapter, result, language)).toBe(chapter);
  });
});
