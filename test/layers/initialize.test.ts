import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import {
  initialize,
  kaimingNormalWeights,
  torchDefault,
  xavierUniformWeights,
} from '../../src/layers/initialize.ts';
import { parameterPaths } from '../../src/layers/paths.ts';
import { Rng } from '../../src/random/rng.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

const values = (model: tf.LayersModel, path: string): number[] => [
  ...(parameterPaths(model).get(path)?.dataSync() ?? []),
];
const dense = (): tf.Sequential =>
  tf.sequential({
    layers: [tf.layers.dense({ units: 200, inputShape: [50] }), tf.layers.dense({ units: 10 })],
  });
const largest = (numbers: readonly number[]): number => Math.max(...numbers.map(Math.abs));
const deviation = (numbers: readonly number[]): number =>
  Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0) / numbers.length);

describe('initialize', () => {
  test('torchDefault: kernel and bias fill ±1/√fanIn', () => {
    const model = dense();
    initialize(model, torchDefault, Rng.fromSeed(0));
    const limit = 1 / Math.sqrt(50);
    expect(largest(values(model, 'dense:0/kernel'))).toBeLessThanOrEqual(limit);
    expect(largest(values(model, 'dense:0/kernel'))).toBeGreaterThan(0.999 * limit);
    expect(largest(values(model, 'dense:0/bias'))).toBeLessThanOrEqual(limit);
    expect(largest(values(model, 'dense:0/bias'))).toBeGreaterThan(0.95 * limit);
    expect(largest(values(model, 'dense:1/bias'))).toBeLessThanOrEqual(1 / Math.sqrt(200));
  });

  test('xavierUniformWeights: ±√(6/(fanIn + fanOut)), bias 0; convolutions count their window', () => {
    const model = tf.sequential({
      layers: [tf.layers.conv2d({ filters: 16, kernelSize: 3, inputShape: [8, 8, 4] })],
    });
    initialize(model, xavierUniformWeights, Rng.fromSeed(1));
    const limit = Math.sqrt(6 / (9 * 4 + 9 * 16));
    expect(largest(values(model, 'conv2d:0/kernel'))).toBeLessThanOrEqual(limit);
    expect(largest(values(model, 'conv2d:0/kernel'))).toBeGreaterThan(0.99 * limit);
    expect(values(model, 'conv2d:0/bias')).toEqual(Array.from({ length: 16 }, () => 0));
  });

  test('a transposed convolution has its inputs in the last axis', () => {
    const model = tf.sequential({
      layers: [tf.layers.conv2dTranspose({ filters: 16, kernelSize: 2, inputShape: [4, 4, 2] })],
    });
    initialize(model, torchDefault, Rng.fromSeed(1));
    const limit = 1 / Math.sqrt(4 * 2);
    expect(largest(values(model, 'conv2d_transpose:0/kernel'))).toBeLessThanOrEqual(limit);
    expect(largest(values(model, 'conv2d_transpose:0/kernel'))).toBeGreaterThan(0.9 * limit);
  });

  test('kaimingNormalWeights: standard deviation √(2/fanIn), not truncated', () => {
    const model = dense();
    initialize(model, kaimingNormalWeights, Rng.fromSeed(2));
    const kernel = values(model, 'dense:0/kernel');
    const expected = Math.sqrt(2 / 50);
    // Four standard errors of a standard deviation from 10 000 draws.
    expect(Math.abs(deviation(kernel) - expected)).toBeLessThan(
      (4 * expected) / Math.sqrt(2 * kernel.length),
    );
    expect(largest(kernel)).toBeGreaterThan(3 * expected);
  });

  test('the same rng gives the same weights, whatever was built before or stands beside', () => {
    const [one, two] = [dense(), dense()];
    const wider = tf.sequential({
      layers: [
        tf.layers.dense({ units: 200, inputShape: [50] }),
        tf.layers.batchNormalization(),
        tf.layers.dense({ units: 10 }),
      ],
    });
    for (const model of [one, two, wider]) initialize(model, torchDefault, Rng.fromSeed(3));
    for (const path of ['dense:0/kernel', 'dense:1/kernel', 'dense:1/bias']) {
      expect(values(two, path)).toEqual(values(one, path));
      expect(values(wider, path)).toEqual(values(one, path));
    }
    expect(values(one, 'dense:0/kernel').slice(0, 10)).not.toEqual(
      values(one, 'dense:1/kernel').slice(0, 10),
    );
  });

  test('refuses layers that no scheme describes, before it changes anything', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }), inputShape: [3, 2] }),
        tf.layers.gru({ units: 2 }),
      ],
    });
    const before = values(model, 'time_distributed:0/layer/kernel');
    expect(() => initialize(model, torchDefault, Rng.fromSeed(0))).toThrow(
      'gru:0/recurrent_kernel needs an initializer of its own',
    );
    expect(values(model, 'time_distributed:0/layer/kernel')).toEqual(before);
  });
});
