/** What a stored model says beside its layers and weights, in the user-defined metadata that every tfjs loader keeps. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Standardisation } from '../data/standardise.ts';
import { DataError, OptionError, type OptionProblem, ShapeError } from '../errors.ts';
import { layerAndModelPaths, parameterPaths, trainablePaths } from '../layers/paths.ts';
import { classesOf } from '../metrics/class-outputs.ts';

/** What inputs and outputs of a model mean; `predict` applies it. */
export interface ModelMeaning {
  /** What training did to the inputs. @default null: they go in as they come */
  readonly standardisation?: Standardisation | null;
  /** One name a class. @default null */
  readonly classNames?: readonly string[] | null;
}

/** A model read from a folder, with what the folder says about it. */
export interface LoadedModel {
  readonly model: tf.LayersModel;
  readonly standardisation: Standardisation | null;
  readonly classNames: readonly string[] | null;
}

/** The entry of this package among the user-defined metadata. */
const KEY = 'tfjsRecipes';

const numbers = z.array(z.number()).min(1);
const meaningFields = {
  standardisation: z.strictObject({ mean: numbers, standardDeviation: numbers }).nullable(),
  classNames: z.array(z.string()).min(1).nullable(),
};

/** The options of what writes a model. */
export const meaningSchema = z.strictObject({
  standardisation: meaningFields.standardisation.default(null),
  classNames: meaningFields.classNames.default(null),
});

const metadataSchema = z.object({
  ...meaningFields,
  frozen: z.object({ models: z.array(z.string()), trainable: z.array(z.string()) }).optional(),
});

export type ModelMetadata = z.output<typeof metadataSchema>;

/** Throws an OptionError or ShapeError where constants and names do not fit the model's inputs and outputs. */
export function checkMeaning(
  where: string,
  model: tf.LayersModel,
  { standardisation, classNames }: z.output<typeof meaningSchema>,
): void {
  const problems: OptionProblem[] = [];
  if (standardisation) {
    const { mean, standardDeviation } = standardisation;
    const features = model.inputs[0]?.shape.at(-1);
    const path = 'standardisation';
    if (model.inputs.length !== 1)
      problems.push({ path, rule: `is for models with one input, this one has ${model.inputs.length}` });
    else if (typeof features === 'number' && mean.length !== features)
      throw new ShapeError(`${where}: ${path}.mean`, `[${features}], one number a feature`, [mean.length]);
    if (standardDeviation.length !== mean.length || standardDeviation.some((value) => value <= 0))
      problems.push({
        path: `${path}.standardDeviation`,
        rule: `must hold ${mean.length} numbers > 0`,
        received: standardDeviation,
      });
  }
  const width = model.outputs[0]?.shape.at(-1);
  if (classNames && typeof width === 'number' && classNames.length !== classesOf(width)) {
    const rule = `must hold ${classesOf(width)} names, as many as the model tells classes apart`;
    problems.push({ path: 'classNames', rule, received: classNames });
  }
  if (problems.length > 0) throw new OptionError(where, problems);
}

/** The user-defined metadata of a model, with ours in their place. */
export function withMetadata(model: tf.LayersModel, metadata: ModelMetadata): Record<string, object> {
  const own: unknown = model.getUserDefinedMetadata();
  return { ...(typeof own === 'object' && own !== null ? own : {}), [KEY]: metadata };
}

/** Ours among user-defined metadata; null where a model was not written by this package. Throws a DataError. */
export function readMetadata(where: string, userDefined: unknown): ModelMetadata | null {
  const found: unknown =
    typeof userDefined === 'object' && userDefined !== null ? Reflect.get(userDefined, KEY) : undefined;
  if (found === undefined) return null;
  const parsed = metadataSchema.safeParse(found);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = ['userDefinedMetadata', KEY, ...(issue?.path ?? [])].join('.');
  throw new DataError(
    `${where}: ${place} is damaged (${issue?.message ?? 'unreadable'}); write the model again`,
  );
}

/** What of a model is frozen: tfjs itself keeps that of layers, not that of nested models. Undefined where nothing is. */
export function frozenParts(model: tf.LayersModel): ModelMetadata['frozen'] {
  const paths = layerAndModelPaths(model).set(model, '');
  const isFrozen = [...paths.keys()].some(
    (layer) => !layer.trainable || (layer.weights.length > 0 && layer.trainableWeights.length === 0),
  );
  if (!isFrozen) return undefined;
  const models = [...paths].filter(([layer]) => layer instanceof tf.LayersModel && !layer.trainable);
  return { models: models.map(([, path]) => path), trainable: [...trainablePaths(model).keys()] };
}

/** Freezes what was frozen when the model was written. */
export function freeze(
  model: tf.LayersModel,
  { models, trainable }: NonNullable<ModelMetadata['frozen']>,
): void {
  const frozenModels = new Set(models);
  for (const [layer, path] of layerAndModelPaths(model).set(model, ''))
    if (layer instanceof tf.LayersModel && frozenModels.has(path)) layer.trainable = false;
  const learnt = new Set(trainable);
  const weights = new Map<unknown, tf.LayerVariable>(model.weights.map((weight) => [weight.read(), weight]));
  for (const [path, variable] of parameterPaths(model)) {
    const weight = weights.get(variable);
    if (weight && !learnt.has(path)) weight.trainable = false;
  }
}
