/** A model as tfjs's own format has it: topology, weights, metadata. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.ts';
import { layerPaths } from '../layers/paths.ts';
import { type ModelMetadata, withMetadata } from './model-metadata.ts';
import { namedWeights, requireBuilt } from './named-weights.ts';

/**
 * What tfjs's `model.save` would hand to its handler, the optimizer left out. Throws a ModelError, before the weights
 * are read, for a model that could not be read back.
 */
export async function modelArtifacts(
  model: tf.LayersModel,
  metadata: ModelMetadata,
): Promise<tf.io.ModelArtifacts> {
  requireBuilt(model);
  refuseUnreadable(model);
  const weights = [...namedWeights(model)].map(([name, weight]) => ({ name, tensor: weight.read() }));
  const { data, specs } = await tf.io.encodeWeights(weights);
  return {
    modelTopology: model.toJSON(null, false) as object,
    format: 'layers-model',
    generatedBy: `TensorFlow.js tfjs-layers v${tf.version['tfjs-layers']}`,
    convertedBy: null,
    weightSpecs: specs,
    weightData: data,
    userDefinedMetadata: withMetadata(model, metadata),
  };
}

/** tfjs writes option values in Python's spelling and reads them in JavaScript's, which not every one survives. */
function refuseUnreadable(model: tf.LayersModel): void {
  for (const [layer, path] of layerPaths(model)) {
    const broken = brokenValue(layer.getConfig());
    if (broken === undefined) continue;
    throw new ModelError(
      `${path} cannot be read back from a file: tfjs's format makes ${broken.after} of its option ${broken.option}, ${broken.before}`,
    );
  }
}

interface BrokenValue {
  readonly option: string;
  readonly before: string;
  readonly after: string;
}

/** Entries of a model's configuration in which tfjs knows the names of layers, and leaves them as they are. */
const LAYER_NAMES = new Set(['inboundNodes', 'inputLayers', 'outputLayers']);

function brokenValue(value: unknown, option = ''): BrokenValue | undefined {
  if (typeof value === 'number' && !Number.isFinite(value))
    return { option, before: String(value), after: 'null' };
  if (typeof value === 'string') {
    const after = camelCase(lastPart(option) === 'className' ? value : snakeCase(value));
    return after === value || lastPart(option) === 'name' ? undefined : { option, before: value, after };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    if (LAYER_NAMES.has(key)) continue;
    const found = brokenValue(item, option === '' ? key : `${option}.${key}`);
    if (found) return found;
  }
  return undefined;
}

const lastPart = (option: string): string => option.slice(option.lastIndexOf('.') + 1);

/** As tfjs writes strings. */
function snakeCase(text: string): string {
  const parted = text.replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2').replace(/([a-z])([A-Z])/g, '$1_$2');
  return parted.startsWith('_') ? `private${parted.toLowerCase()}` : parted.toLowerCase();
}

/** As tfjs reads them. */
function camelCase(text: string): string {
  return text.length <= 1 ? text : text.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());
}
