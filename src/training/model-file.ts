/** Models in folders: with this package's layers, to go on with, or in stock layers, to take away. */
import * as tf from '@tensorflow/tfjs';
import { DataError, didYouMean } from '../errors.ts';
import { registerLayers } from '../layers/register.ts';
import { parseOptions } from '../options.ts';
import { disposeWeights, toStockModel } from './export/stock-model.ts';
import { modelArtifacts } from './model-artifacts.ts';
import { modelFolder, topologyFile } from './model-folder-file.ts';
import {
  checkMeaning,
  freeze,
  frozenParts,
  type LoadedModel,
  meaningSchema,
  type ModelMeaning,
  readMetadata,
} from './model-metadata.ts';
import { requireBuilt } from './named-weights.ts';

/**
 * Writes a model as it is, every weight to the last bit, with this package's layers and their seeds, norm statistics,
 * and what of it is frozen. {@link loadModel} reads it in Node; where this package's layers are registered
 * (`registerLayers`), tfjs's own `tf.loadLayersModel` does too. The state of an optimizer is not part of it: a
 * training that is to go on needs a checkpoint.
 */
export async function saveModel(
  model: tf.LayersModel,
  folder: string,
  options: ModelMeaning = {},
): Promise<void> {
  requireBuilt(model);
  const meaning = parseOptions('saveModel', meaningSchema, options);
  checkMeaning('saveModel', model, meaning);
  const frozen = frozenParts(model);
  const artifacts = await modelArtifacts(model, { ...meaning, ...(frozen && { frozen }) });
  await modelFolder(folder).save(artifacts);
}

/**
 * Writes a model that stock `tf.loadLayersModel` opens in a browser and in Node without this package, with the same
 * outputs: see `toStockModel` for what becomes of each layer. Throws a ModelError that names the layers without
 * a stock form before anything is written.
 *
 * @example
 * ```ts
 * await exportModel(model, 'out', { standardisation: data.standardisation, classNames: data.classNames });
 * ```
 */
export async function exportModel(
  model: tf.LayersModel,
  folder: string,
  options: ModelMeaning = {},
): Promise<void> {
  requireBuilt(model);
  const meaning = parseOptions('exportModel', meaningSchema, options);
  checkMeaning('exportModel', model, meaning);
  const stock = toStockModel(model);
  try {
    await modelFolder(folder).save(await modelArtifacts(stock, meaning));
  } finally {
    disposeWeights([stock]);
  }
}

/**
 * Reads what {@link saveModel}, {@link exportModel} or tfjs wrote. Throws a FileError or DataError that names the file
 * and what is wrong with it.
 */
export async function loadModel(folder: string): Promise<LoadedModel> {
  registerLayers();
  const path = topologyFile(folder);
  const artifacts = await modelFolder(folder).load();
  refuseUnknownClasses(path, artifacts.modelTopology);
  const metadata = readMetadata(path, artifacts.userDefinedMetadata);
  const model = await build(path, artifacts);
  if (metadata?.frozen) freeze(model, metadata.frozen);
  return {
    model,
    standardisation: metadata?.standardisation ?? null,
    classNames: metadata?.classNames ?? null,
  };
}

/** tfjs builds the model without a pause, so that what appears meanwhile is the model's; half of one is freed. */
async function build(path: string, artifacts: tf.io.ModelArtifacts): Promise<tf.LayersModel> {
  let before = new Set<string>();
  const load = async (): Promise<tf.io.ModelArtifacts> => {
    before = new Set(Object.keys(tf.engine().registeredVariables));
    return artifacts;
  };
  try {
    return await tf.loadLayersModel({ load });
  } catch (error) {
    for (const [name, variable] of Object.entries(tf.engine().registeredVariables))
      if (!before.has(name)) variable.dispose();
    throw new DataError(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function refuseUnknownClasses(path: string, topology: unknown): void {
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  for (const { className, name } of classesIn(topology)) {
    if (Object.hasOwn(known, className)) continue;
    const where = name === undefined ? '' : ` (layer ${name})`;
    const near = didYouMean(className, Object.keys(known));
    throw new DataError(
      `${path}: the class ${className}${where} is not known${near === undefined ? '' : `; ${near}`}; load the package ` +
        'that defines it, or register it: tf.serialization.registerClass',
    );
  }
}

/** Every layer, initializer and regularizer of a topology, however deep. */
function classesIn(value: unknown): { className: string; name: string | undefined }[] {
  if (typeof value !== 'object' || value === null) return [];
  const className: unknown = Reflect.get(value, 'class_name');
  const config: unknown = Reflect.get(value, 'config');
  const within = Object.values(value).flatMap(classesIn);
  if (typeof className !== 'string' || config === undefined) return within;
  const name: unknown =
    typeof config === 'object' && config !== null ? Reflect.get(config, 'name') : undefined;
  return [{ className, name: typeof name === 'string' ? name : undefined }, ...within];
}
