/** The curriculum, in lecture order. */
import type { AnyRecipe } from 'tfjs-recipes';
import { classification } from './classification/recipe.ts';
import { gradientDescent } from './gradient-descent/recipe.ts';

export { classification } from './classification/recipe.ts';
export { gradientDescent } from './gradient-descent/recipe.ts';

/** Every recipe, in lecture order. */
export const recipes: readonly AnyRecipe[] = [gradientDescent, classification];
