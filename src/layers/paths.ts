/** Names for layers and weights that depend on the model alone, not on tfjs's process-wide counters. */
import * as tf from '@tensorflow/tfjs';

/** Layer path and weight name: `dense:0/kernel`, `block1/conv2d:2/bias`, `bidirectional:0/forward/kernel`. */
export type ParameterPath = string;

/**
 * The path of every layer of a model, in the order of first use. A layer that the user named keeps its name, others
 * are their class and its ordinal among that class in their model; a shared layer has the path of its first use;
 * a layer inside a nested model or a wrapper comes after the path of its owner. tfjs keeps names unique in a model and
 * without colons, so no two layers have one path.
 */
export function layerPaths(model: tf.LayersModel): Map<tf.layers.Layer, string> {
  return new Map([...layerAndModelPaths(model)].filter(([layer]) => !(layer instanceof tf.LayersModel)));
}

/** The same with the models inside the model, each after its layers. */
export function layerAndModelPaths(model: tf.LayersModel): Map<tf.layers.Layer, string> {
  const paths = new Map<tf.layers.Layer, string>();
  visitModel(model, '', paths);
  return paths;
}

/**
 * The variables of a model by path: trainable and frozen weights, norm statistics too, in the order of the layers.
 */
export function parameterPaths(model: tf.LayersModel): Map<ParameterPath, tf.Variable> {
  const variables = new Map<ParameterPath, tf.Variable>();
  const seen = new Set<unknown>();
  for (const [layer, layerPath] of layerPaths(model)) {
    for (const weight of layer.weights) {
      if (seen.has(weight)) continue;
      seen.add(weight);
      const path = freePath(`${layerPath}/${weightName(weight.originalName, layer.name)}`, variables);
      variables.set(path, weight.read() as tf.Variable);
    }
  }
  return variables;
}

/** What a parameter is, for choosing parameter groups. */
export interface ParameterInfo {
  /** Undefined where only the variable is known: under `model.compile`, `minimize`, `applyGradients`. */
  readonly path: ParameterPath | undefined;
  /** `kernel`, `bias`, `gamma` …: the last part of the path or of the variable's name. */
  readonly weight: string;
  /** The layer's class: `dense`, `conv2d`; undefined where only the variable is known. */
  readonly layer: string | undefined;
  readonly shape: readonly number[];
}

/** The variables of a model with what they are. */
export function parameterInfos(model: tf.LayersModel): Map<tf.Variable, ParameterInfo> {
  const classes = new Map([...layerPaths(model)].map(([layer, path]) => [path, classToken(layer)]));
  return new Map(
    [...parameterPaths(model)].map(([path, variable]) => {
      const owner = path.slice(0, path.lastIndexOf('/'));
      const weight = path.slice(owner.length + 1).replace(/:\d+$/, '');
      return [variable, { path, weight, layer: classes.get(owner), shape: variable.shape }];
    }),
  );
}

/** What a variable's own name tells: tfjs ends it with the weight's name, and a count where the name was taken. */
export function infoOfVariable(variable: tf.Variable): ParameterInfo {
  const last = variable.name.slice(variable.name.lastIndexOf('/') + 1);
  return { path: undefined, weight: last.replace(/_\d+$/, ''), layer: undefined, shape: variable.shape };
}

/** The paths of the weights that training changes now: those of `model.trainableWeights`. */
export function trainablePaths(model: tf.LayersModel): Map<ParameterPath, tf.Variable> {
  const trainable = new Set<unknown>(model.trainableWeights.map((weight) => weight.read()));
  return new Map([...parameterPaths(model)].filter(([, variable]) => trainable.has(variable)));
}

/** A layer's class as the path shows it: `dense`, `conv2d`, `batch_normalization`; without this package's prefix. */
export function classToken(layer: tf.layers.Layer): string {
  return snakeCase(layer.getClassName().replace(/^TfjsRecipes/, ''));
}

/** The layers that a wrapper owns, by their role in it. Models own theirs too, but those are visited as models. */
function ownedLayers(layer: tf.layers.Layer): readonly (readonly [role: string, layer: tf.layers.Layer])[] {
  return ['forwardLayer', 'backwardLayer', 'layer'].flatMap((field) => {
    const owned: unknown = Reflect.get(layer, field);
    return owned instanceof tf.layers.Layer ? [[field.replace(/(?<=.)Layer$/, ''), owned] as const] : [];
  });
}

function visitModel(model: tf.LayersModel, prefix: string, paths: Map<tf.layers.Layer, string>): void {
  const ordinals = new Map<string, number>();
  for (const layer of model.layers) {
    const token = classToken(layer);
    const ordinal = ordinals.get(token) ?? 0;
    ordinals.set(token, ordinal + 1);
    const local = hasDefaultName(layer, token) ? `${token}:${ordinal}` : layer.name;
    visitLayer(layer, `${prefix}${local}`, paths);
  }
}

function visitLayer(layer: tf.layers.Layer, path: string, paths: Map<tf.layers.Layer, string>): void {
  if (paths.has(layer)) return;
  if (layer instanceof tf.LayersModel) visitModel(layer, `${path}/`, paths);
  // Owned layers first: their weights carry the role, and are not listed again under the wrapper itself.
  else for (const [role, owned] of ownedLayers(layer)) visitLayer(owned, `${path}/${role}`, paths);
  paths.set(layer, path);
}

/** tfjs names a layer `dense_Dense1` and a nested model `sequential_1` or `model1`, this package `dropout_1`: all counted per process. */
function hasDefaultName(layer: tf.layers.Layer, token: string): boolean {
  const className = layer.getClassName();
  if (layer instanceof tf.LayersModel) return /^(sequential_|model|functional)\d+$/.test(layer.name);
  const counted = className.startsWith('TfjsRecipes') ? `${token}_` : `${token}_${className}`;
  return layer.name.startsWith(counted) && /^\d+$/.test(layer.name.slice(counted.length));
}

function weightName(originalName: string, layerName: string): string {
  const owner = originalName.lastIndexOf(`${layerName}/`);
  // A wrapper builds its layer in a name scope of its own: the name of the layer is then not part of it.
  const start = owner < 0 ? originalName.lastIndexOf('/') + 1 : owner + layerName.length + 1;
  return originalName.slice(start);
}

/** Stacked recurrent cells give several weights one name in one layer: the later ones are numbered. */
function freePath(path: ParameterPath, taken: ReadonlyMap<ParameterPath, unknown>): ParameterPath {
  let free = path;
  for (let ordinal = 1; taken.has(free); ordinal++) free = `${path}:${ordinal}`;
  return free;
}

/** As tfjs makes layer names of class names: `Conv2D` → `conv2d`, `BatchNormalization` → `batch_normalization`. */
function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
