/** The layers of a model that have weights, each as a PyTorch module, and where they stand in the model's graph. */
import type * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.ts';
import { layerPaths, parameterPaths } from '../layers/paths.ts';
import type { TorchEntry, Weights } from './form.ts';
import { type Place, placesOf } from './places.ts';
import { formOf } from './torch-forms.ts';

/** A layer as a module. */
export interface TorchModule {
  readonly path: string;
  /** See {@link Place}. */
  readonly depth: number;
  readonly entries: readonly ModuleEntry[];
}

/** An entry and the variable that holds its numbers. */
export interface ModuleEntry extends TorchEntry {
  readonly variable: tf.Variable;
}

/** The modules in the order of the model's layers, or a ModelError that names the layer that cannot be one. */
export function torchModules(model: tf.LayersModel): TorchModule[] {
  if (model.inputs.length === 0)
    throw new ModelError(
      `model ${model.name} has no weights yet: give its first layer an inputShape, or call it on an input`,
    );
  const variables = parameterPaths(model);
  const paths = layerPaths(model);
  const places = placesOf(model, (layer) => layer.weights.length > 0);
  const modules: TorchModule[] = [];
  for (const [layer, path] of paths) {
    if (Reflect.get(layer, 'dataFormat') === 'channelsFirst')
      throw new ModelError(`layer ${path}: dataFormat 'channelsFirst' has no form; use tfjs's channels last`);
    const place = places.get(layer);
    // Layers without weights, and those that a wrapper calls: the wrapper speaks for them.
    if (place !== undefined && layer.weights.length > 0)
      modules.push(moduleOf(layer, path, place, variables));
  }
  return modules;
}

function moduleOf(
  layer: tf.layers.Layer,
  path: string,
  { depth, order, inputShape }: Place,
  variables: ReadonlyMap<string, tf.Variable>,
): TorchModule {
  if (order === 'unknown')
    throw new ModelError(
      `layer ${path}: the order of its input's features in PyTorch cannot be told, as layers before it (reshape, permute, concatenate …) move what PyTorch has elsewhere; put tf.layers.flatten() straight before a dense layer`,
    );
  const weights: Weights = {
    shapeOf: (weight) => variables.get(`${path}/${weight}`)?.shape,
    inputShape,
    featureOrder: order instanceof Int32Array ? order : undefined,
  };
  const form = formOf(layer)(layer, weights);
  if (typeof form === 'string') throw new ModelError(`layer ${path} has no PyTorch form: ${form}`);
  const entries = form.flatMap((entry) => {
    const variable = variables.get(`${path}/${entry.weight}`);
    return variable ? [{ ...entry, variable }] : [];
  });
  const known = new Set(form.map(({ weight }) => `${path}/${weight}`));
  const left = [...variables.keys()].find((weight) => weight.startsWith(`${path}/`) && !known.has(weight));
  if (left !== undefined)
    throw new ModelError(`layer ${path} has no PyTorch form: no module has such a weight as ${left}`);
  return { path, depth, entries };
}
