/** Every recipe, small (one of them in `npm test` too): its claims can be decided, and each control fails its claim. */
import { withoutLeak } from '../no-leak.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { runRecipe, useBackend } from 'tfjs-recipes';
import type { RecipeResult } from 'tfjs-recipes';
import {
  adaptiveLearningRate,
  batchNormalization,
  batchSize,
  classification,
  gradientDescent,
  modelBias,
  momentum,
} from 'tfjs-recipes/recipes';
import { partsOf, rowsOfPart } from '../../src/report/parts.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

/** Seeds below 1000 are for tuning; these never decide a published verdict. */
const SMALL: Record<string, () => Promise<RecipeResult>> = {
  'gradient-descent': () =>
    runRecipe(gradientDescent, { seeds: 6, firstSeed: 100, options: { starts: 20, steps: 101 } }),
  'batch-size': () => runRecipe(batchSize, { seeds: 2, firstSeed: 100, options: { epochs: 2 } }),
  'adaptive-learning-rate': () =>
    runRecipe(adaptiveLearningRate, { seeds: 2, firstSeed: 100, options: { netUpdates: 30 } }),
  'model-bias': () =>
    runRecipe(modelBias, {
      seeds: 2,
      firstSeed: 100,
      options: { rows: 40, steps: 150, days: 320, seriesSteps: 100 },
    }),
  momentum: () =>
    runRecipe(momentum, {
      seeds: 2,
      firstSeed: 100,
      options: { balls: 5, narrowest: 30, updates: 20, smallUpdates: 20 },
    }),
  'batch-normalization': () =>
    runRecipe(batchNormalization, {
      seeds: 2,
      firstSeed: 100,
      options: { depth: 3, units: 8, steps: 20, epochs: 0.05 },
    }),
  classification: () =>
    runRecipe(classification, { seeds: 2, firstSeed: 100, options: { steps: 60, cornerSteps: 60 } }),
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
