/** What a model says about new rows, in evaluation mode. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { type NestedNumbers, toArray } from '../data/dataset-from.ts';
import { Dataset } from '../data/dataset.ts';
import { finiteArray, type NumberArray, takeRows, type UncheckedArray } from '../data/number-array.ts';
import { applyStandardisation } from '../data/standardise.ts';
import { DataError, ModelError, ShapeError } from '../errors.ts';
import { describe, fits } from '../losses/check-targets.ts';
import {
  classesOf,
  type ClassMetricOptions,
  classMetricOptions,
  type OutputKind,
  predictedClasses,
} from '../metrics/class-outputs.ts';
import { parseOptions } from '../options.ts';
import { turnKeeper } from './loop.ts';
import type { LoadedModel } from './model-metadata.ts';
import { requireBuilt } from './named-weights.ts';
import { applyModel } from './trainable-model.ts';

/** Rows to predict: `[[1, 2], [3, 4]]`, numbers with a shape, a tensor, or the inputs of a data set. */
export type PredictInputs = NestedNumbers | UncheckedArray | tf.Tensor | Dataset;

export interface PredictOptions extends ClassMetricOptions {
  /** Rows per forward pass. @default 1024 */
  readonly batchSize?: number;
}

/** The model's outputs [rows, …]. */
export interface Predictions extends NumberArray {
  readonly values: Float32Array;
  /**
   * The name of each example's class: that of its largest output, of equal ones the first; null where an output is NaN.
   * Null where the model was not loaded with class names.
   */
  readonly labels: readonly (string | null)[] | null;
}

const schema = z.strictObject({ ...classMetricOptions, batchSize: z.int().positive().default(1024) });

/**
 * The outputs of a model with one input and one output, dropout and norms in evaluation mode; the model stays as it
 * is. What `loadModel` gives is predicted with all that its folder says: rows as they came are standardised as in
 * training, and outputs get the names of their classes. A bare model takes the rows as they are.
 *
 * @example
 * ```ts
 * const { values, shape } = await predict(model, data); // [rows, classes]: logits, where the model ends in none
 * ```
 */
export async function predict(
  model: tf.LayersModel | LoadedModel,
  inputs: PredictInputs,
  options: PredictOptions = {},
): Promise<Predictions> {
  const { batchSize, from } = parseOptions('predict', schema, options);
  const loaded: LoadedModel =
    model instanceof tf.LayersModel ? { model, standardisation: null, classNames: null } : model;
  checkModel(loaded.model);
  const rows = finiteArray('predict: inputs', await readInputs(inputs));
  const wanted = loaded.model.inputs[0]?.shape.slice(1) ?? [];
  if (!fits(wanted, rows.shape.slice(1)))
    throw new ShapeError('predict: inputs', describe(wanted), rows.shape);
  const scaled = loaded.standardisation ? applyStandardisation(rows, loaded.standardisation) : rows;
  const outputs = await outputsOf(loaded.model, scaled, batchSize);
  return { ...outputs, labels: loaded.classNames && labelsOf(outputs, loaded.classNames, from) };
}

function checkModel(model: tf.LayersModel): void {
  requireBuilt(model);
  if (model.inputs.length === 1 && model.outputs.length === 1) return;
  throw new ModelError(
    `the model has ${model.inputs.length} inputs and ${model.outputs.length} outputs, and predict takes one of each; call model.predict`,
  );
}

async function readInputs(inputs: PredictInputs): Promise<UncheckedArray> {
  if (inputs instanceof Dataset) return inputs.inputs;
  if (inputs instanceof tf.Tensor) return { values: await inputs.data(), shape: inputs.shape };
  return toArray('predict: inputs', inputs);
}

async function outputsOf(
  model: tf.LayersModel,
  rows: NumberArray,
  batchSize: number,
): Promise<{ values: Float32Array; shape: number[] }> {
  const [count = 0] = rows.shape;
  const parts: Float32Array[] = [];
  let rowShape: number[] = [];
  const turn = turnKeeper();
  for (let first = 0; first < count; first += batchSize) {
    const size = Math.min(batchSize, count - first);
    const indices = Int32Array.from({ length: size }, (_, row) => first + row);
    const { values, shape } = takeRows(rows, indices);
    const outputs = tf.tidy(() =>
      applyModel(model, [tf.tensor(values, [...shape])], { training: false }).toFloat(),
    );
    try {
      parts.push(await outputs.data<'float32'>());
      rowShape = outputs.shape.slice(1);
    } finally {
      outputs.dispose();
    }
    await turn();
  }
  const values = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { values, shape: [count, ...rowShape] };
}

function labelsOf(
  { values, shape }: NumberArray,
  classNames: readonly string[],
  from: OutputKind,
): (string | null)[] {
  const width = shape.at(-1) ?? 1;
  const classes = classesOf(width);
  if (classNames.length !== classes) {
    throw new DataError(
      `predict: the model was loaded with ${classNames.length} class names, and gives ${width} outputs`,
    );
  }
  const targets = new Int32Array(values.length / width);
  const predicted = predictedClasses({ targets, outputs: values, width, classes, from });
  return Array.from(predicted, (index) => classNames[index] ?? null);
}
