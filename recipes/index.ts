/** The curriculum, in lecture order. */
import { classification } from './classification/recipe.ts';
import { gradientDescent } from './gradient-descent/recipe.ts';

export { classification } from './classification/recipe.ts';
export { gradientDescent } from './gradient-descent/recipe.ts';

/** Every recipe, in lecture order. */
export const recipes = [gradientDescent, classification] as const;
