/** Every recipe, small (one of them in `npm test` too): its claims can be decided, and each control fails its claim. */
import { beforeAll } from 'vitest';
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
import { describeRecipe, FIRST_SEED } from '../recipes/describe-recipe.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

const SMALL: Record<string, () => Promise<RecipeResult>> = {
  'gradient-descent': () =>
    runRecipe(gradientDescent, { seeds: 6, firstSeed: FIRST_SEED, options: { starts: 20, steps: 101 } }),
  'batch-size': () => runRecipe(batchSize, { seeds: 2, firstSeed: FIRST_SEED, options: { epochs: 2 } }),
  'adaptive-learning-rate': () =>
    runRecipe(adaptiveLearningRate, { seeds: 2, firstSeed: FIRST_SEED, options: { netUpdates: 30 } }),
  'model-bias': () =>
    runRecipe(modelBias, {
      seeds: 2,
      firstSeed: FIRST_SEED,
      options: { rows: 40, steps: 150, days: 320, seriesSteps: 100 },
    }),
  momentum: () =>
    runRecipe(momentum, {
      seeds: 2,
      firstSeed: FIRST_SEED,
      options: { balls: 5, narrowest: 30, updates: 20, smallUpdates: 20 },
    }),
  'batch-normalization': () =>
    runRecipe(batchNormalization, {
      seeds: 2,
      firstSeed: FIRST_SEED,
      options: { depth: 3, units: 8, steps: 20, epochs: 0.05 },
    }),
  classification: () =>
    runRecipe(classification, { seeds: 2, firstSeed: FIRST_SEED, options: { steps: 60, cornerSteps: 60 } }),
};

for (const [id, run] of Object.entries(SMALL)) describeRecipe(id, run);
