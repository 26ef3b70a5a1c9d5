/** Runs one random layer as a step of `train` would, and measures what it drew. */
import * as tf from '@tensorflow/tfjs';
import { stepRandom } from '../../src/layers/step-random.ts';
import { Rng } from '../../src/random/rng.ts';

/** A model of one layer. */
export const modelOf = (layer: tf.layers.Layer, inputShape: tf.Shape): tf.LayersModel =>
  tf.sequential({ layers: [tf.layers.inputLayer({ inputShape }), layer] });

export interface Step {
  /** @default 0 */
  readonly seed?: number;
  /** @default 0 */
  readonly step?: number;
}

/** A model's outputs in one training step. */
export const forwardAll = (
  model: tf.LayersModel,
  input: tf.Tensor,
  { seed = 0, step = 0 }: Step = {},
): tf.Tensor[] =>
  tf.tidy(() => {
    const random = stepRandom(model, Rng.fromSeed(seed), step);
    return [model.apply(input, { training: true, random })].flat() as tf.Tensor[];
  });

/** The output of a model that has one. */
export function forward(model: tf.LayersModel, input: tf.Tensor, step: Step = {}): tf.Tensor {
  const [output] = forwardAll(model, input, step);
  if (output === undefined) throw new RangeError('a model has an output');
  return output;
}

/** The numbers that a layer makes of `values` in one training step. */
export function inTraining(
  layer: tf.layers.Layer,
  values: ArrayLike<number>,
  shape: number[],
  step: Step = {},
): Float32Array {
  return tf.tidy(() => {
    const input = tf.tensor(Float32Array.from(values), shape);
    return forward(modelOf(layer, shape.slice(1)), input, step).dataSync<'float32'>();
  });
}

/** An array cut into rows of one length, one for each example. */
export const rowsOf = (values: ArrayLike<number>, length: number): number[][] =>
  Array.from({ length: values.length / length }, (_, row) =>
    Array.from({ length }, (_entry, i) => values[row * length + i] ?? Number.NaN),
  );

/** `count` examples, all of them `example`. */
export const repeated = (example: ArrayLike<number>, count: number): number[] =>
  Array.from({ length: count }, () => Array.from(example)).flat();

/** Four standard errors of a share of n draws of probability p: with fixed seeds, never exceeded by chance on some machines only. */
export const shareLimit = (p: number, n: number): number => 4 * Math.sqrt((p * (1 - p)) / n);

/** Pearson's χ² of counts against equally likely places. */
export function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** The 0.9999 quantile of χ² with the given degrees of freedom, by Wilson & Hilferty 1931 (within 1 % from 3 degrees on). */
export const chiSquareLimit = (degreesOfFreedom: number): number => {
  const spread = 2 / (9 * degreesOfFreedom);
  return degreesOfFreedom * (1 - spread + 3.719 * Math.sqrt(spread)) ** 3;
};

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
