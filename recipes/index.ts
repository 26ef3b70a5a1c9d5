/** The curriculum, in lecture order. */
import type { AnyRecipe } from 'tfjs-recipes';
import { adaptiveLearningRate } from './adaptive-learning-rate/recipe.ts';
import { batchSize } from './batch-size/recipe.ts';
import { batchNormalization } from './batch-normalization/recipe.ts';
import { classification } from './classification/recipe.ts';
import { gradientDescent } from './gradient-descent/recipe.ts';
import { modelBias } from './model-bias/recipe.ts';
import { momentum } from './momentum/recipe.ts';

export { adaptiveLearningRate } from './adaptive-learning-rate/recipe.ts';
export { batchSize } from './batch-size/recipe.ts';
export { batchNormalization } from './batch-normalization/recipe.ts';
export { classification } from './classification/recipe.ts';
export { gradientDescent } from './gradient-descent/recipe.ts';
export { modelBias } from './model-bias/recipe.ts';
export { momentum } from './momentum/recipe.ts';

/** Every recipe, in lecture order. */
export const recipes: readonly AnyRecipe[] = [
  gradientDescent,
  modelBias,
  batchSize,
  momentum,
  adaptiveLearningRate,
  batchNormalization,
  classification,
];
