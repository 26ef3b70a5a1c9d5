/** What the sides train: problems made from a seed, so that every side gets the same numbers and the same start. */
import * as tf from '@tensorflow/tfjs';
import { initialize, Rng, torchDefault } from '../src/index.ts';

/** The normalisation layers that a side puts into a net. */
export interface Norms {
  readonly batch: () => tf.layers.Layer;
  readonly layer: () => tf.layers.Layer;
}

/** A classifier, and the data it is trained on. */
export interface Problem {
  readonly inputShape: readonly number[];
  readonly classes: number;
  readonly batchSize: number;
  /** A multiple of `batchSize`: all batches are full. */
  readonly rows: number;
  /** The layers but the last, which gives the classes. */
  readonly layers: (norms: Norms) => tf.layers.Layer[];
}

const dense = (inputs: number, hidden: number): Pick<Problem, 'inputShape' | 'classes' | 'layers'> => ({
  inputShape: [inputs],
  classes: 10,
  layers: () => [tf.layers.dense({ inputShape: [inputs], units: hidden, activation: 'relu' })],
});

export const MLP_784: Problem = { ...dense(784, 128), batchSize: 128, rows: 2048 };
export const MLP_784_512: Problem = { ...dense(784, 128), batchSize: 512, rows: 2048 };
/** As large as the digits data set. */
export const MLP_64: Problem = { ...dense(64, 64), batchSize: 64, rows: 1792 };

/** Two hidden layers, each normalised. */
export const LAYER_NORM: Problem = {
  inputShape: [64],
  classes: 10,
  batchSize: 128,
  rows: 1792,
  layers: ({ layer }) => [
    tf.layers.dense({ inputShape: [64], units: 128, useBias: false }),
    layer(),
    tf.layers.reLU(),
    tf.layers.dense({ units: 128, useBias: false }),
    layer(),
    tf.layers.reLU(),
  ],
};

const convolutions = (norm: (norms: Norms) => tf.layers.Layer[]): Problem => ({
  inputShape: [28, 28, 1],
  classes: 10,
  batchSize: 32,
  rows: 64,
  layers: (norms) => [
    tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 3, padding: 'same', useBias: false }),
    ...norm(norms),
    tf.layers.reLU(),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.conv2d({ filters: 16, kernelSize: 3, padding: 'same', useBias: false }),
    ...norm(norms),
    tf.layers.reLU(),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
  ],
});

export const CNN = convolutions(() => []);
export const CNN_BATCH_NORM = convolutions(({ batch }) => [batch()]);

export const LEARNING_RATE = 1e-3;

/** Inputs `[rows, …]` and class indices `[rows]`. */
export interface ProblemData {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
}

/** Points about one centre per class, which overlap: the loss stays well above 0. */
export function dataOf({ inputShape, classes, rows }: Problem): ProblemData {
  const inputs = tf.util.sizeFromShape([...inputShape]);
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
  { layers, classes }: Problem,
  norms: Norms,
  outputActivation: 'linear' | 'softmax' = 'linear',
): tf.Sequential {
  const model = tf.sequential({
    layers: [...layers(norms), tf.layers.dense({ units: classes, activation: outputActivation })],
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
