/** What a layer's weights are in PyTorch: the types of the table, and how its rows are written. */
import type * as tf from '@tensorflow/tfjs';
import type { Layout } from './layout.ts';

/** One tensor of a PyTorch module and the weight of tfjs that it is. */
export interface TorchEntry {
  /** `weight`, `running_mean`, `parametrizations.weight.original0`. */
  readonly name: string;
  /** The weight's path below the layer's: `kernel`, `layer/kernel`, `forward/bias`. */
  readonly weight: string;
  readonly layout: Layout;
  /** Where PyTorch has two terms for one weight, the second: zeros on the way out, added on the way in. */
  readonly isSecondTerm?: boolean;
}

/** What a form depends on besides the layer. */
export interface Weights {
  /** The shape of one of the layer's weights; undefined where it has none of that name. */
  readonly shapeOf: (weight: string) => readonly number[] | undefined;
  /** The shape of the layer's input. */
  readonly inputShape: tf.Shape;
  /** The order of the input's features in PyTorch, where it is not tfjs's. */
  readonly featureOrder: Int32Array | undefined;
}

/** The entries of a layer in PyTorch's order; or why it has no form, and what to do. */
export type Form = (layer: tf.layers.Layer, weights: Weights) => readonly TorchEntry[] | string;

/** The entry of a weight, if the layer has it. */
export function entryOf(
  { shapeOf }: Weights,
  name: string,
  weight: string,
  layoutOf: (shape: readonly number[]) => Layout,
): TorchEntry[] {
  const shape = shapeOf(weight);
  return shape ? [{ name, weight, layout: layoutOf(shape) }] : [];
}

/** The weights of a layer that another one owns. */
export const below = (role: string, weights: Weights): Weights => ({
  ...weights,
  shapeOf: (weight) => weights.shapeOf(`${role}/${weight}`),
});

/** A layer's class without this package's prefix. */
export const classOf = (layer: tf.layers.Layer): string => layer.getClassName().replace(/^TfjsRecipes/, '');

/** Why a layer whose features are in another order in PyTorch has no form, where it does more than weigh each. */
export const REORDERED =
  'its input is a flattened image, whose features PyTorch has in another order; put a dense layer between them';
