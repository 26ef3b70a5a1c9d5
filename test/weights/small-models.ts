/** Small models and entries for the tests of this folder. */
import * as tf from '@tensorflow/tfjs';
import type { StoredTensor } from '../../src/formats/safetensors.ts';

export const chain = (...layers: tf.layers.Layer[]): tf.LayersModel => tf.sequential({ layers });

/** Dense layers with one weight each. */
export const oneByOne = (count: number): tf.LayersModel =>
  chain(
    ...Array.from({ length: count }, () => tf.layers.dense({ inputShape: [1], units: 1, useBias: false })),
  );

/** Entries of ones. */
export const ones = (shapes: Readonly<Record<string, readonly number[]>>): Map<string, StoredTensor> =>
  new Map(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      { shape, values: new Float32Array(shape.reduce((size, axis) => size * axis, 1)).fill(1) },
    ]),
  );
