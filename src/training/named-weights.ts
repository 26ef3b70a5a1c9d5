/** The weights of a model by the names under which tfjs looks for them when it has built the model from its JSON. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.ts';

/** Throws a ModelError for a model whose weights do not exist yet. */
export function requireBuilt(model: tf.LayersModel): void {
  if (model.inputs.length > 0) return;
  throw new ModelError(
    `model ${model.name} has no weights yet: give its first layer an inputShape, or call it on an input`,
  );
}

/** Throws a ModelError where two weights have one name: tfjs cannot read such a model back. */
export function namedWeights(model: tf.LayersModel): Map<string, tf.LayerVariable> {
  const weights = new Map<string, tf.LayerVariable>();
  for (const [name, weight] of weightsOf(model)) {
    const before = weights.get(name);
    if (before !== undefined && before !== weight) {
      throw new ModelError(
        `the model has two weights of the name ${name}, by which tfjs could not tell them apart in a file; ` +
          'give their layers different names, also where one is in a nested model',
      );
    }
    weights.set(name, weight);
  }
  return weights;
}

function weightsOf(layer: tf.layers.Layer): [name: string, weight: tf.LayerVariable][] {
  if (layer instanceof tf.LayersModel) return layer.layers.flatMap(weightsOf);
  const wrapped: unknown = Reflect.get(layer, 'layer');
  if (wrapped instanceof tf.LayersModel) return weightsOf(wrapped);
  return layer.weights.map((weight) => [nameInFile(weight.originalName, layer.name), weight]);
}

/** A layer that was built before a wrapper took it has its weights without the wrapper's name; read back, it has not. */
function nameInFile(originalName: string, layerName: string): string {
  if (originalName.startsWith(`${layerName}/`)) return originalName;
  return `${layerName}/${originalName.slice(originalName.lastIndexOf('/') + 1)}`;
}
