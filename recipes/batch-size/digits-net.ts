/** The data and the net that every arm of `batch-size` begins with. */
import * as tf from '@tensorflow/tfjs';
import { initialize, loadDigits, type Rng, xavierUniformWeights } from 'tfjs-recipes';

/** Images to train on: every batch size of the recipe divides them. */
export const ROWS = 1500;

/** 1500 and 297 digits with pixels in [0, 1], split by class. */
export async function loadPixels(rng: Rng) {
  const digits = await loadDigits();
  const { shape, values } = digits.inputs;
  const pixels = digits.withInputs({ shape, values: values.map((pixel) => pixel / 16) });
  return pixels.split({ test: 1 - ROWS / digits.rows }, rng);
}

/** 64 pixels, 32 tanh units, 10 logits. */
export function digitsNet(rng: Rng): tf.Sequential {
  const hidden = tf.layers.dense({ inputShape: [64], units: 32, activation: 'tanh' });
  const model = tf.sequential({ layers: [hidden, tf.layers.dense({ units: 10 })] });
  initialize(model, xavierUniformWeights, rng);
  return model;
}
