/** What the sides train: problems made from a seed, so that every side gets the same numbers and the same start. */
import * as tf from '@tensorflow/tfjs';
import { initialize, Rng, torchDefault } from '../src/index.ts';

/** A classifier with one hidden ReLU layer, and the data it is trained on. */
export interface Problem {
  readonly inputs: number;
  readonly hidden: number;
  readonly classes: number;
  readonly batchSize: number;
  /** A multiple of `batchSize`: all batches are full. */
  readonly rows: number;
}

export const MLP_784: Problem = { inputs: 784, hidden: 128, classes: 10, batchSize: 128, rows: 2048 };
/** As large as the digits data set. */
export const MLP_64: Problem = { inputs: 64, hidden: 64, classes: 10, batchSize: 64, rows: 1792 };

export const LEARNING_RATE = 1e-3;

/** Inputs `[rows, inputs]` and class indices `[rows]`. */
export interface ProblemData {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
}

/** Points about one centre per class, which overlap: the loss stays well above 0. */
export function dataOf({ inputs, classes, rows }: Problem): ProblemData {
  const rng = Rng.fromSeed(0);
  const centres = rng.split('centres').normal(classes * inputs, 0, 2 / Math.sqrt(inputs));
  const labels = Int32Array.from({ length: rows }, (_, row) => row % classes);
  const noise = rng.split('noise').normal(rows * inputs);
  const centreOf = (place: number): number =>
    centres[(labels[Math.floor(place / inputs)] ?? 0) * inputs + (place % inputs)] ?? 0;
  return { inputs: noise.map((value, place) => value + centreOf(place)), labels };
}

/** The classifier with the weights that all sides start from. Without an activation of the output it gives logits. */
export function modelOf(
  { inputs, hidden, classes }: Problem,
  outputActivation: 'linear' | 'softmax' = 'linear',
): tf.Sequential {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [inputs], units: hidden, activation: 'relu' }),
      tf.layers.dense({ units: classes, activation: outputActivation }),
    ],
  });
  initialize(model, torchDefault, Rng.fromSeed(1));
  return model;
}

/** For the update alone: parameters and gradients, `[count]` each. */
export const UPDATED_PARAMETERS = 100_000;

export function parametersAndGradients(): { parameters: tf.Variable; gradients: tf.Tensor } {
  return { parameters: tf.variable(drawn('parameters')), gradients: drawn('gradients') };
}

function drawn(label: string): tf.Tensor {
  return tf.tensor1d(Rng.fromSeed(0).split(label).normal(UPDATED_PARAMETERS));
}
