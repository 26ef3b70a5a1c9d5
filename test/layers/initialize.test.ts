import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { ModelError } from '../../src/errors.ts';
import {
  initialize,
  kaimingNormalWeights,
  torchDefault,
  xavierUniformWeights,
} from '../../src/layers/initialize.ts';
import { parameterPaths } from '../../src/layers/paths.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { readReference } from '../reference/read-reference.ts';
import { SINGLE } from '../tolerances.ts';

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

const reference = readReference('initializers') as {
  readonly layers: Readonly<
    Record<string, { readonly shape: number[]; readonly kernelBound: number; readonly biasBound: number }>
  >;
  readonly recurrentBounds: Readonly<Record<'simple_rnn' | 'lstm' | 'gru', number[]>>;
  readonly embedding: readonly [mean: number, standardDeviation: number];
};

/** The tfjs layers of the PyTorch layers in `reference.layers`. */
const LAYERS: Readonly<Record<string, { readonly inputShape: number[]; readonly layer: tf.layers.Layer }>> = {
  dense: { inputShape: [50], layer: tf.layers.dense({ units: 20 }) },
  conv1d: { inputShape: [9, 4], layer: tf.layers.conv1d({ filters: 16, kernelSize: 5 }) },
  conv2d: { inputShape: [9, 9, 4], layer: tf.layers.conv2d({ filters: 16, kernelSize: [3, 2] }) },
  conv3d: { inputShape: [4, 4, 4, 4], layer: tf.layers.conv3d({ filters: 6, kernelSize: [3, 2, 2] }) },
  conv2dTranspose: {
    inputShape: [4, 4, 4],
    layer: tf.layers.conv2dTranspose({ filters: 16, kernelSize: [2, 3] }),
  },
  conv3dTranspose: {
    inputShape: [3, 3, 3, 4],
    layer: tf.layers.conv3dTranspose({ filters: 6, kernelSize: [2, 3, 2] }),
  },
  depthwise: {
    inputShape: [5, 5, 4],
    layer: tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
  },
};

/** All within ±bound; and past the share of it that n draws all stay within with probability e^-20. */
function expectFills(drawn: readonly number[], bound: number): void {
  expect(largest(drawn)).toBeLessThanOrEqual(bound * (1 + SINGLE));
  expect(largest(drawn)).toBeGreaterThan(bound * Math.exp(-20 / drawn.length));
}

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

  test('each kernel and bias fills the bounds of the same layer of PyTorch', () => {
    for (const [name, { inputShape, layer }] of Object.entries(LAYERS)) {
      const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape }), layer] });
      initialize(model, torchDefault, Rng.fromSeed(1));
      const golden = reference.layers[name];
      const [kernel, bias] = [...parameterPaths(model).values()];
      expect(kernel?.shape, name).toEqual(golden?.shape);
      expectFills([...(kernel?.dataSync() ?? [])], golden?.kernelBound ?? 0);
      expectFills([...(bias?.dataSync() ?? [])], golden?.biasBound ?? 0);
    }
  });

  test('a separable convolution is a depthwise one and a pointwise one, whose fan-in the bias has', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.separableConv2d({ filters: 40, kernelSize: 3, depthMultiplier: 2, inputShape: [5, 5, 8] }),
      ],
    });
    initialize(model, torchDefault, Rng.fromSeed(1));
    expectFills(values(model, 'separable_conv2d:0/depthwise_kernel'), 1 / 3);
    expectFills(values(model, 'separable_conv2d:0/pointwise_kernel'), 1 / Math.sqrt(16));
    expectFills(values(model, 'separable_conv2d:0/bias'), 1 / Math.sqrt(16));
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

  test('the same rng gives the same weights, whatever was built before, drawn from it or stands beside', () => {
    const [one, two] = [dense(), dense()];
    const wider = tf.sequential({
      layers: [
        tf.layers.conv1d({ filters: 50, kernelSize: 1, inputShape: [1, 3] }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 200 }),
        tf.layers.batchNormalization(),
        tf.layers.dense({ units: 10 }),
      ],
    });
    const rng = Rng.fromSeed(3);
    for (const model of [one, two, wider]) initialize(model, torchDefault, rng);
    for (const path of ['dense:0/kernel', 'dense:1/kernel', 'dense:1/bias']) {
      expect(values(two, path)).toEqual(values(one, path));
      expect(values(wider, path)).toEqual(values(one, path));
    }
    expect(values(one, 'dense:0/kernel').slice(0, 10)).not.toEqual(
      values(one, 'dense:1/kernel').slice(0, 10),
    );
  });

  test.each(['simple_rnn', 'lstm', 'gru'] as const)(
    'torchDefault: %s as PyTorch, its two biases as their sum',
    (kind) => {
      const makers = { simple_rnn: tf.layers.simpleRNN, lstm: tf.layers.lstm, gru: tf.layers.gru };
      const model = tf.sequential({
        layers: [tf.layers.inputLayer({ inputShape: [4, 5] }), makers[kind]({ units: 9 })],
      });
      initialize(model, torchDefault, Rng.fromSeed(4));
      const [bound = 0, ...others] = reference.recurrentBounds[kind];
      expect(others).toEqual([bound, bound, bound]);
      expectFills(values(model, `${kind}:0/kernel`), bound);
      expectFills(values(model, `${kind}:0/recurrent_kernel`), bound);
      const bias = values(model, `${kind}:0/bias`);
      expect(largest(bias)).toBeLessThanOrEqual(2 * bound);
      expect(new Set(bias.map((x) => Math.sign(x)))).toEqual(new Set([-1, 1]));
    },
  );

  test('torchDefault: the variance of a recurrent bias is that of two draws', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: [2, 1] }),
        tf.layers.lstm({ units: 200, recurrentInitializer: 'zeros' }),
      ],
    });
    initialize(model, torchDefault, Rng.fromSeed(4));
    const bias = values(model, 'lstm:0/bias');
    // Four standard errors of a variance from 800 draws of the triangular distribution, whose kurtosis is 2.4.
    const expected = 2 / (3 * 200);
    expect(Math.abs(deviation(bias) ** 2 / expected - 1)).toBeLessThan(4 * Math.sqrt(1.4 / bias.length));
  });

  test('torchDefault: an embedding is N(0, 1)', () => {
    const model = tf.sequential({
      layers: [tf.layers.embedding({ inputDim: 500, outputDim: 20, inputLength: 3 })],
    });
    initialize(model, torchDefault, Rng.fromSeed(4));
    const vectors = values(model, 'embedding:0/embeddings');
    const [mean, standardDeviation] = reference.embedding;
    const average = vectors.reduce((sum, x) => sum + x, 0) / vectors.length;
    expect(Math.abs(average - mean)).toBeLessThan(4 / Math.sqrt(vectors.length));
    expect(Math.abs(deviation(vectors) - standardDeviation)).toBeLessThan(4 / Math.sqrt(2 * vectors.length));
  });

  test('the two directions of a bidirectional layer differ', () => {
    const layer = tf.layers.lstm({ units: 3, returnSequences: true });
    const model = tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: [4, 5] }),
        tf.layers.bidirectional({ layer, mergeMode: 'concat' }),
      ],
    });
    initialize(model, torchDefault, Rng.fromSeed(4));
    expect(values(model, 'bidirectional:0/forward/kernel')).not.toEqual(
      values(model, 'bidirectional:0/backward/kernel'),
    );
  });

  test('the cells of a stack are drawn each by its own number of units', () => {
    const cell = [4, 60].map((units) => tf.layers.simpleRNNCell({ units, recurrentInitializer: 'zeros' }));
    const model = tf.sequential({ layers: [tf.layers.rnn({ cell, inputShape: [3, 30] })] });
    initialize(model, torchDefault, Rng.fromSeed(4));
    expectFills(values(model, 'rnn:0/RNNCell_0/kernel'), 1 / 2);
    expectFills(values(model, 'rnn:0/RNNCell_1/recurrent_kernel'), 1 / Math.sqrt(60));
  });

  test('refuses a recurrent layer that the scheme does not describe, before it changes anything', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }), inputShape: [3, 2] }),
        tf.layers.gru({ units: 2 }),
      ],
    });
    const before = values(model, 'time_distributed:0/layer/kernel');
    const work = (): void => initialize(model, xavierUniformWeights, Rng.fromSeed(0));
    expect(work).toThrow(ModelError);
    expect(work).toThrow(
      'how gru:0 starts; add that part, e.g. { ...scheme, recurrent: torchDefault.recurrent }',
    );
    expect(values(model, 'time_distributed:0/layer/kernel')).toEqual(before);
  });

  test('refuses an embedding or a convolutional LSTM that the scheme does not describe; the cure works', () => {
    const words = tf.sequential({
      layers: [tf.layers.embedding({ inputDim: 5, outputDim: 2, inputLength: 3 })],
    });
    expect(() => initialize(words, kaimingNormalWeights, Rng.fromSeed(0))).toThrow(
      'embedding: torchDefault.embedding',
    );
    const { embedding } = torchDefault;
    if (embedding) initialize(words, { ...kaimingNormalWeights, embedding }, Rng.fromSeed(0));
    const films = tf.sequential({
      layers: [tf.layers.convLstm2d({ filters: 2, kernelSize: 2, inputShape: [3, 4, 4, 1] })],
    });
    expect(() => initialize(films, torchDefault, Rng.fromSeed(0))).toThrow('not the convolutional conv_lst');
  });

  test('a layer without bias, and no leak', async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, useBias: false, inputShape: [3] })],
    });
    await withoutLeak(() => initialize(model, torchDefault, Rng.fromSeed(0)));
  });
});
