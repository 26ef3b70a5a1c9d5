/** The models of `test/reference/weights.py`, made of layers of tfjs and of this package. */
import * as tf from '@tensorflow/tfjs';
import { batchNormalization, type BatchNormalizationOptions } from '../../src/layers/batch-normalization.ts';
import { dropout } from '../../src/layers/dropout.ts';
import { groupNormalization } from '../../src/layers/group-normalization.ts';
import { instanceNormalization } from '../../src/layers/instance-normalization.ts';
import { layerNormalization } from '../../src/layers/layer-normalization.ts';
import { residualBlock } from '../../src/layers/blocks/residual-block.ts';
import { spectralNormalization } from '../../src/layers/spectral-normalization.ts';
import { weightNormalization } from '../../src/layers/weight-normalization.ts';

const { dense, conv1d, conv2d, flatten, activation } = tf.layers;
const IMAGE = [5, 7, 2];
const SERIES = [5, 3];
/** tfjs has 1e-3. */
const TORCH_EPSILON = { epsilon: 1e-5 };

const chain = (...layers: tf.layers.Layer[]): tf.LayersModel => tf.sequential({ layers });

/** A maker for each case: tfjs needs a fresh model for each test. */
export const GOLDEN_MODELS: Readonly<Record<string, () => tf.LayersModel>> = {
  dense: () =>
    chain(dense({ inputShape: [4], units: 5, activation: 'tanh' }), dense({ units: 3, useBias: false })),
  conv1d: () =>
    chain(
      conv1d({ inputShape: SERIES, filters: 4, kernelSize: 2 }),
      batchNormalization(),
      tf.layers.reLU(),
      flatten(),
      dense({ units: 2 }),
    ),
  conv2d: () => chain(...convolutions(), ...heads()),
  'conv2d, nested': () => chain(chain(...convolutions()), chain(...heads())),
  conv3d: () =>
    chain(
      tf.layers.conv3d({ inputShape: [2, 3, 4, 2], filters: 3, kernelSize: [1, 2, 3] }),
      flatten(),
      dense({ units: 2 }),
    ),
  transposed: () =>
    chain(
      tf.layers.conv2dTranspose({
        inputShape: [3, 4, 2],
        filters: 3,
        kernelSize: [2, 3],
        strides: 2,
        activation: 'tanh',
      }),
      conv2d({ filters: 1, kernelSize: 2 }),
    ),
  depthwise: () =>
    chain(
      tf.layers.depthwiseConv2d({
        inputShape: [5, 4, 3],
        kernelSize: 3,
        depthMultiplier: 2,
        activation: 'relu',
      }),
      conv2d({ filters: 4, kernelSize: 1 }),
      tf.layers.globalAveragePooling2d({}),
      dense({ units: 2 }),
    ),
  imageNorms: () =>
    chain(
      conv2d({ inputShape: IMAGE, filters: 4, kernelSize: 2, useBias: false }),
      groupNormalization({ groups: 2 }),
      activation({ activation: 'tanh' }),
      instanceNormalization({ affine: true }),
      activation({ activation: 'tanh' }),
      layerNormalization({ axes: 3 }),
      activation({ activation: 'tanh' }),
      batchNormalization({ momentum: 'cumulative' } satisfies BatchNormalizationOptions),
    ),
  stockNorms: () =>
    chain(
      dense({ inputShape: [4], units: 6 }),
      tf.layers.batchNormalization(TORCH_EPSILON),
      activation({ activation: 'tanh' }),
      tf.layers.layerNormalization(TORCH_EPSILON),
      dense({ units: 2 }),
    ),
  stockImageNorms: () =>
    chain(
      conv2d({ inputShape: IMAGE, filters: 3, kernelSize: 2 }),
      tf.layers.batchNormalization(TORCH_EPSILON),
      tf.layers.layerNormalization({ axis: [1, 2, 3], ...TORCH_EPSILON }),
    ),
  wrappers,
  embedding: () =>
    chain(tf.layers.embedding({ inputDim: 7, outputDim: 4, inputLength: 3 }), flatten(), dense({ units: 2 })),
  lstm: () => chain(lstm({ inputShape: SERIES }), tf.layers.timeDistributed({ layer: dense({ units: 2 }) })),
  rnn: () =>
    chain(
      tf.layers.simpleRNN({ inputShape: SERIES, units: 4, activation: 'relu', returnSequences: true }),
      dense({ units: 2 }),
    ),
  bidirectional: () =>
    chain(
      tf.layers.bidirectional({ inputShape: SERIES, layer: lstm({}), mergeMode: 'concat' }),
      dense({ units: 2 }),
    ),
  residual,
  flattened,
};

/** The module of each layer, where the order does not tell it. */
export const GOLDEN_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  residual: {
    'conv2d:0': 'stem',
    block_conv1: 'conv1',
    block_norm1: 'bn1',
    block_conv2: 'conv2',
    block_norm2: 'bn2',
    block_shortcut: 'downsample.0',
    block_shortcut_norm: 'downsample.1',
    'dense:0': 'fc',
  },
};

const convolutions = (): tf.layers.Layer[] => [
  conv2d({ inputShape: IMAGE, filters: 4, kernelSize: 3, padding: 'same' }),
  batchNormalization(),
  tf.layers.prelu({ sharedAxes: [1, 2] }),
  tf.layers.maxPooling2d({ poolSize: 2 }),
  conv2d({ filters: 3, kernelSize: [1, 2], activation: 'relu' }),
  flatten(),
];

const heads = (): tf.layers.Layer[] => [
  dropout({ rate: 0.5, inputShape: [12] }),
  batchNormalization(),
  layerNormalization(),
  tf.layers.prelu(),
  dense({ units: 5 }),
  batchNormalization(),
  dense({ units: 2 }),
];

function wrappers(): tf.LayersModel {
  const { conv2dTranspose, depthwiseConv2d } = tf.layers;
  const spectral = (layer: tf.layers.Layer): tf.layers.Layer => spectralNormalization({ layer });
  const weight = (layer: tf.layers.Layer): tf.layers.Layer => weightNormalization({ layer });
  return chain(
    weight(conv2d({ inputShape: [4, 5, 2], filters: 3, kernelSize: [2, 3] })),
    spectral(conv2dTranspose({ filters: 2, kernelSize: [2, 3], strides: 2 })),
    weight(conv2dTranspose({ filters: 3, kernelSize: 2 })),
    spectral(depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, activation: 'tanh' })),
    weight(depthwiseConv2d({ kernelSize: 2 })),
    spectral(conv2d({ filters: 2, kernelSize: 2 })),
    flatten(),
    spectral(dense({ units: 4 })),
    weight(dense({ units: 3 })),
  );
}

const lstm = (options: { inputShape?: number[] }): tf.RNN =>
  tf.layers.lstm({ ...options, units: 4, recurrentActivation: 'sigmoid', returnSequences: true });

function residual(): tf.LayersModel {
  const x = tf.input({ shape: [6, 6, 2] });
  const stem = conv2d({
    filters: 3,
    kernelSize: 3,
    padding: 'same',
    useBias: false,
    activation: 'relu',
  }).apply(x) as tf.SymbolicTensor;
  const block = residualBlock(stem, { filters: 4, stride: 2, name: 'block' });
  const pooled = tf.layers.globalAveragePooling2d({}).apply(block);
  return tf.model({ inputs: x, outputs: dense({ units: 3 }).apply(pooled) as tf.SymbolicTensor });
}

/** Its layers have the names of the modules. */
function flattened(): tf.LayersModel {
  const on = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor =>
    layer.apply(x) as tf.SymbolicTensor;
  const x = tf.input({ shape: IMAGE });
  const branch = (name: string): tf.SymbolicTensor =>
    on(flatten(), on(conv2d({ filters: 2, kernelSize: 3, name }), x));
  const total = on(tf.layers.add(), [branch('left'), branch('right')]);
  const one = on(dense({ units: 2, name: 'fc1' }), total);
  const other = on(dense({ units: 2, name: 'fc2' }), on(batchNormalization({ name: 'norm' }), total));
  return tf.model({ inputs: x, outputs: on(tf.layers.add(), [one, other]) });
}
