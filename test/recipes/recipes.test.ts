/** A recipe, small: its claims can be decided, and each control fails its claim. */
import { withoutLeak } from '../no-leak.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { runRecipe, useBackend } from 'tfjs-recipes';
import type { RecipeResult } from 'tfjs-recipes';
import { gradientDescent } from 'tfjs-recipes/recipes';
import { partsOf, rowsOfPart } from '../../src/report/parts.ts';
import { gradientDescent as alone } from 'tfjs-recipes/recipes/gradient-descent';

beforeAll(async () => {
  await useBackend('wasm');
});

/** Seeds below 1000 are for tuning; these never decide a published verdict. All recipes: test/full/recipes.test.ts. */
const SMALL: Record<string, () => Promise<RecipeResult>> = {
  'gradient-descent': () =>
    runRecipe(gradientDescent, { seeds: 6, firstSeed: 100, options: { starts: 20, steps: 101 } }),
};

describe.each(Object.keys(SMALL))('%s', (id) => {
  let result: RecipeResult;
  beforeAll(async () => {
    result = await withoutLeak(SMALL[id] ?? (() => Promise.reject(new Error(id))));
  });

  test('no control shows the effect of its claim', () => {
    expect(result.verdicts.filter(({ control }) => control.status === 'held')).toEqual([]);
  });

  test('every measure, interval and threshold is a number', () => {
    for (const { claim, values, interval, measured } of result.verdicts) {
      expect([claim, [...values, ...interval, measured].every((value) => Number.isFinite(value))]).toEqual([
        claim,
        true,
      ]);
    }
  });

  test('figures have rows, words in both languages, and no series without a name', () => {
    for (const figure of [...result.figures, ...(result.timings.figures ?? [])]) {
      const rows = partsOf(figure).flatMap(rowsOfPart);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.filter(({ series }) => !(series in figure.names))).toEqual([]);
      expect(
        [figure.title.en, figure.title.zh, figure.caption?.en, figure.caption?.zh].every(
          (text) => (text?.length ?? 0) > 0,
        ),
      ).toBe(true);
    }
  });
});

test('the entry of one recipe gives the same object as the entry of all', () => {
  expect(alone).toBe(gradientDescent);
});
