/** Every kind of layer learns the same on wasm as on cpu. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { binaryCrossEntropy } from '../../../src/losses/binary-cross-entropy.ts';
import { crossEntropy } from '../../../src/losses/cross-entropy.ts';
import { sgd } from '../../../src/optimizers/sgd.ts';
import { Rng } from '../../../src/random/rng.ts';
import { train } from '../../../src/training/train.ts';
import { BACKENDS_STEPS, relativeError } from '../../tolerances.ts';
import { memory } from './same-as-cpu.ts';

const ROWS = 12;
const CLASSES = 3;
const STEPS = 4;

/** The layers between the input and the logits. */
type Layers = () => tf.layers.Layer[];
const { layers } = tf;

const ACTIVATIONS = [
  'relu',
  'relu6',
  'elu',
  'selu',
  'gelu',
  'swish',
  'softplus',
  'softsign',
  'tanh',
  'sigmoid',
  'hardSigmoid',
  'mish',
  'softmax',
] as const;
const VECTOR = { inputShape: [6] };
const SEQUENCE = { inputShape: [5, 3] };
const IMAGE = { inputShape: [7, 6, 2] };
const dense = () => layers.dense({ ...VECTOR, units: 5 });

/** By the shape of one row of the inputs; `places` are whole numbers. */
const KINDS: Readonly<Record<string, { readonly shape: readonly number[]; readonly layers: Layers }>> = {
  ...Object.fromEntries(
    ACTIVATIONS.map((activation) => [
      `dense, ${activation}`,
      { shape: [6], layers: () => [layers.dense({ ...VECTOR, units: 5, activation })] },
    ]),
  ),
  leakyReLU: { shape: [6], layers: () => [dense(), layers.leakyReLU({ alpha: 0.1 })] },
  prelu: { shape: [6], layers: () => [dense(), layers.prelu()] },
  'layer normalization': { shape: [6], layers: () => [dense(), layers.layerNormalization()] },
  'batch normalization': { shape: [6], layers: () => [dense(), layers.batchNormalization()] },
  dropout: { shape: [6], layers: () => [dense(), layers.dropout({ rate: 0.4 })] },
  conv1d: {
    shape: [5, 3],
    layers: () => [layers.conv1d({ ...SEQUENCE, filters: 4, kernelSize: 2, activation: 'relu' })],
  },
  'pooling 1d': {
    shape: [5, 3],
    layers: () => [
      layers.conv1d({ ...SEQUENCE, filters: 4, kernelSize: 2 }),
      layers.maxPooling1d({ poolSize: 2, padding: 'same' }),
      layers.averagePooling1d({ poolSize: 2, padding: 'valid' }),
    ],
  },
  conv2d: {
    shape: [7, 6, 2],
    layers: () => [
      layers.conv2d({ ...IMAGE, filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
      layers.conv2d({ filters: 3, kernelSize: [2, 1] }),
    ],
  },
  'depthwise conv2d': {
    shape: [7, 6, 2],
    layers: () => [
      layers.depthwiseConv2d({ ...IMAGE, kernelSize: 2, depthMultiplier: 2 }),
      layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
    ],
  },
  'separable conv2d': {
    shape: [7, 6, 2],
    layers: () => [
      layers.separableConv2d({ ...IMAGE, filters: 4, kernelSize: 3, padding: 'same' }),
      layers.separableConv2d({ filters: 3, kernelSize: 2, activation: 'relu6' }),
    ],
  },
  'conv2d transposed': {
    shape: [7, 6, 2],
    layers: () => [
      layers.conv2dTranspose({ ...IMAGE, filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
      layers.conv2dTranspose({ filters: 2, kernelSize: 2 }),
    ],
  },
  'pooling 2d': {
    shape: [7, 6, 2],
    layers: () => [
      layers.conv2d({ ...IMAGE, filters: 4, kernelSize: 2 }),
      layers.maxPooling2d({ poolSize: 2, strides: 1 }),
      layers.averagePooling2d({ poolSize: [2, 3], strides: 1 }),
    ],
  },
  'global average pooling': {
    shape: [7, 6, 2],
    layers: () => [
      layers.conv2d({ ...IMAGE, filters: 4, kernelSize: 2 }),
      layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
    ],
  },
  'global max pooling, batch normalization of images': {
    shape: [7, 6, 2],
    layers: () => [
      layers.conv2d({ ...IMAGE, filters: 4, kernelSize: 2 }),
      layers.batchNormalization(),
      layers.globalMaxPooling2d({ dataFormat: 'channelsLast' }),
    ],
  },
  SimpleRNN: { shape: [5, 3], layers: () => [layers.simpleRNN({ ...SEQUENCE, units: 4 })] },
  LSTM: { shape: [5, 3], layers: () => [layers.lstm({ ...SEQUENCE, units: 4, returnSequences: true })] },
  GRU: { shape: [5, 3], layers: () => [layers.gru({ ...SEQUENCE, units: 4 })] },
};

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
afterAll(() => restoreStock());

/** Weights after a few steps from the same start on the same data, and that no memory is left. */
async function trained(
  backend: 'cpu' | 'wasm',
  { shape, layers: make }: { shape: readonly number[]; layers: Layers },
  inputs: Float32Array,
  classes = CLASSES,
): Promise<number[]> {
  await tf.setBackend(backend);
  const before = memory();
  const model = tf.sequential({ layers: make() });
  if (model.outputShape.length > 2) model.add(layers.flatten());
  model.add(layers.dense({ units: classes === 2 ? 1 : classes }));
  const rng = Rng.fromSeed(1);
  tf.tidy(() =>
    model.setWeights(
      model.weights.map(({ originalName, shape: weight }) => {
        const size = weight.map((length) => length ?? 1);
        const isVariance = originalName.includes('variance');
        return isVariance ? tf.ones(size) : tf.tensor(rng.normal(tf.util.sizeFromShape(size), 0, 0.5), size);
      }),
    ),
  );
  const targets = Array.from({ length: ROWS }, (_, row) => row % classes);
  const data = { inputs: tf.tensor(inputs, [ROWS, ...shape]), targets };
  await train(
    model,
    { inputs: data.inputs.arraySync() as number[][], targets, task: 'classification', classes },
    {
      loss: classes === 2 ? binaryCrossEntropy() : crossEntropy(),
      optimizer: sgd({ learningRate: 0.1 }),
      rng: Rng.fromSeed(2),
      steps: STEPS,
      batchSize: 5,
    },
  );
  const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  tf.dispose(data.inputs);
  model.dispose();
  expect(memory()).toEqual(before);
  return weights;
}

test.each(Object.entries(KINDS))('%s', async (_name, kind) => {
  const inputs = Rng.fromSeed(3).normal(ROWS * tf.util.sizeFromShape([...kind.shape]));
  const cpu = await trained('cpu', kind, inputs);
  expect(relativeError(await trained('wasm', kind, inputs), cpu)).toBeLessThanOrEqual(BACKENDS_STEPS);
});

test('an embedding', async () => {
  const kind = {
    shape: [4],
    layers: () => [layers.embedding({ inputDim: 7, outputDim: 3, inputLength: 4 })],
  };
  const places = Float32Array.from(Rng.fromSeed(4).permutation(ROWS * 4), (place) => place % 7);
  const cpu = await trained('cpu', kind, places);
  expect(relativeError(await trained('wasm', kind, places), cpu)).toBeLessThanOrEqual(BACKENDS_STEPS);
});

test('one output with the sigmoid cross-entropy', async () => {
  const kind = { shape: [6], layers: () => [dense()] };
  const inputs = Rng.fromSeed(5).normal(ROWS * 6);
  const cpu = await trained('cpu', kind, inputs, 2);
  expect(relativeError(await trained('wasm', kind, inputs, 2), cpu)).toBeLessThanOrEqual(BACKENDS_STEPS);
});
