/** Models in which every layer stands that can be exported, with weights and statistics that no default hides. */
import * as tf from '@tensorflow/tfjs';
import { randomCrop } from '../../../src/layers/augmentation/random-crop.ts';
import { randomErasing } from '../../../src/layers/augmentation/random-erasing.ts';
import { randomFlip } from '../../../src/layers/augmentation/random-flip.ts';
import { randomRotation } from '../../../src/layers/augmentation/random-rotation.ts';
import { batchNormalization } from '../../../src/layers/batch-normalization.ts';
import { residualBlock } from '../../../src/layers/blocks/residual-block.ts';
import { dropConnect } from '../../../src/layers/drop-connect.ts';
import { dropout } from '../../../src/layers/dropout.ts';
import { featureNormalization } from '../../../src/layers/feature-normalization.ts';
import { gaussianNoise } from '../../../src/layers/gaussian-noise.ts';
import { groupNormalization } from '../../../src/layers/group-normalization.ts';
import { kaimingUniform, orthogonal, truncatedNormal } from '../../../src/layers/initializers.ts';
import { instanceNormalization } from '../../../src/layers/instance-normalization.ts';
import { KernelWrapper } from '../../../src/layers/kernel-wrapper.ts';
import { layerNormalization } from '../../../src/layers/layer-normalization.ts';
import { layerPaths, parameterPaths } from '../../../src/layers/paths.ts';
import { spatialDropout } from '../../../src/layers/spatial-dropout.ts';
import { spectralNormalization } from '../../../src/layers/spectral-normalization.ts';
import { weightNormalization } from '../../../src/layers/weight-normalization.ts';
import { Rng } from '../../../src/random/rng.ts';

export interface ModelCase {
  readonly name: string;
  readonly make: () => tf.LayersModel;
  /** Sizes of one example where the model leaves them open. */
  readonly example?: readonly number[];
}

const sequential = (inputShape: tf.Shape, ...layers: tf.layers.Layer[]): tf.LayersModel =>
  tf.sequential({ layers: [tf.layers.inputLayer({ inputShape }), ...layers] });
const seeded = () => ({ rng: Rng.fromSeed(3) });
const dense = (units: number): tf.layers.Layer => tf.layers.dense({ units, activation: 'tanh' });

/** Every form of every layer: by rank, with and without scale and shift, in wrappers, nested and shared. */
export const MODELS: readonly ModelCase[] = [
  { name: 'batch norm', make: () => sequential([5], dense(6), batchNormalization(), dense(2)) },
  {
    name: 'batch norm on images, without scale and shift, cumulative',
    make: () =>
      sequential(
        [5, 4, 3],
        batchNormalization({ affine: false }),
        batchNormalization({ momentum: 'cumulative', epsilon: 1e-2 }),
      ),
  },
  {
    name: 'norms of volumes',
    make: () =>
      sequential(
        [3, 2, 2, 4],
        batchNormalization(),
        groupNormalization({ groups: 2 }),
        instanceNormalization({ affine: true }),
        layerNormalization({ axes: 2 }),
      ),
  },
  {
    name: 'layer norm',
    make: () =>
      sequential([4, 3], layerNormalization(), layerNormalization({ axes: 2, affine: false, epsilon: 1e-2 })),
  },
  {
    name: 'group norm on images',
    make: () =>
      sequential(
        [4, 3, 6],
        groupNormalization({ groups: 3 }),
        groupNormalization({ groups: 2, affine: false }),
      ),
  },
  { name: 'group norm on vectors', make: () => sequential([6], groupNormalization({ groups: 2 })) },
  {
    name: 'group norm of one group, and of single channels',
    make: () => sequential([4, 3, 6], groupNormalization({ groups: 1 }), groupNormalization({ groups: 6 })),
  },
  {
    name: 'group norm on sequences of any length',
    make: () => sequential([null, 4], groupNormalization({ groups: 2 })),
    example: [7, 4],
  },
  {
    name: 'norms on images of any size',
    make: () =>
      sequential(
        [null, null, 4],
        tf.layers.conv2d({ filters: 4, kernelSize: 3 }),
        instanceNormalization({ affine: true }),
        groupNormalization({ groups: 1 }),
        instanceNormalization(),
      ),
    example: [6, 5, 4],
  },
  {
    name: 'feature norm of features far from 0',
    make: () =>
      sequential([2], featureNormalization({ mean: [2000, -1e-3], standardDeviation: [3, 2e-4] }), dense(3)),
  },
  {
    name: 'normalised kernels',
    make: () =>
      sequential(
        [7, 7, 2],
        weightNormalization({ layer: tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }) }),
        weightNormalization({ layer: tf.layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 }) }),
        spectralNormalization({ layer: tf.layers.conv2dTranspose({ filters: 2, kernelSize: 2 }) }),
        tf.layers.flatten(),
        dropConnect({ rate: 0.4, layer: tf.layers.dense({ units: 3 }) }),
        spectralNormalization({ layer: tf.layers.dense({ units: 2, useBias: false }) }),
      ),
  },
  {
    name: 'random layers',
    make: () =>
      sequential(
        [8, 9, 2],
        randomFlip({ axis: 'horizontal' }),
        randomRotation({ degrees: 10 }),
        randomErasing(),
        randomCrop({ padding: 1 }),
        randomCrop({ height: 5, width: 6 }),
        gaussianNoise({ standardDeviation: 1 }),
        spatialDropout({ rate: 0.5 }),
        tf.layers.flatten(),
        dropout({ rate: 0.5 }),
        dense(3),
        tf.layers.dropout({ rate: 0.5 }),
      ),
  },
  {
    name: 'an output that does nothing in evaluation',
    make: () => sequential([3], dense(2), dropout({ rate: 0.5, name: 'last' })),
  },
  {
    name: 'initializers and regularizers',
    make: () =>
      sequential(
        [4],
        tf.layers.dense({
          units: 3,
          kernelInitializer: kaimingUniform(seeded()),
          kernelRegularizer: tf.regularizers.l2({ l2: 0.1 }),
          biasInitializer: truncatedNormal({ ...seeded(), standardDeviation: 0.1 }),
        }),
        tf.layers.dense({ units: 3, kernelInitializer: orthogonal(seeded()) }),
      ),
  },
  {
    name: 'residual blocks',
    make: () => {
      const input = tf.input({ shape: [6, 6, 3], name: 'picture' });
      const norm = (options: { name?: string }) => groupNormalization({ groups: 2, ...options });
      const outputs = residualBlock(residualBlock(input, { filters: 4, stride: 2 }), { filters: 4, norm });
      return tf.model({ inputs: input, outputs, name: 'residual' });
    },
  },
  {
    name: 'wrappers of time',
    make: () =>
      sequential(
        [3, 4, 4, 4],
        tf.layers.timeDistributed({ layer: groupNormalization({ groups: 2 }) }),
        tf.layers.timeDistributed({ layer: instanceNormalization() }),
        tf.layers.timeDistributed({
          layer: weightNormalization({ layer: tf.layers.conv2d({ filters: 4, kernelSize: 2 }) }),
        }),
        tf.layers.timeDistributed({ layer: dropout({ rate: 0.5 }) }),
        tf.layers.timeDistributed({ layer: tf.layers.flatten() }),
        tf.layers.timeDistributed({
          layer: sequential([36], dense(3), batchNormalization(), dropout({ rate: 0.1 })),
        }),
        tf.layers.bidirectional({
          layer: tf.layers.lstm({ units: 2, kernelInitializer: kaimingUniform(seeded()) }),
          mergeMode: 'concat',
        }),
      ),
  },
  {
    name: 'words, masks and recurrent cells',
    make: () =>
      tf.sequential({
        layers: [
          tf.layers.embedding({ inputDim: 5, outputDim: 4, maskZero: true, inputLength: 6 }),
          dropout({ rate: 0.2 }),
          layerNormalization(),
          instanceNormalization({ affine: true }),
          tf.layers.gru({ units: 3, returnSequences: true }),
          tf.layers.rnn({ cell: [tf.layers.lstmCell({ units: 3 }), tf.layers.simpleRNNCell({ units: 2 })] }),
        ],
      }),
  },
  {
    name: 'nested and shared',
    make: () => {
      const block = tf.sequential({
        name: 'block',
        layers: [
          tf.layers.dense({ units: 4, inputShape: [3, 4] }),
          groupNormalization({ groups: 2, name: 'norm' }),
        ],
      });
      const shared = layerNormalization({ name: 'shared' });
      const input = tf.input({ shape: [3, 4] });
      const connect = (layer: tf.layers.Layer, ...from: tf.SymbolicTensor[]) =>
        layer.apply(from.length > 1 ? from : (from[0] ?? [])) as tf.SymbolicTensor;
      const twice = connect(shared, connect(block, connect(shared, connect(block, input))));
      const flat = connect(shared, connect(tf.layers.globalAveragePooling1d({}), twice));
      const outputs = connect(tf.layers.dense({ units: 2, name: 'out' }), flat);
      return tf.model({ inputs: input, outputs });
    },
  },
];

/** The model with every number of its own: kernels, scales, shifts, statistics. */
export function buildModel({ make }: ModelCase, seed = 1): tf.LayersModel {
  const model = make();
  const rng = Rng.fromSeed(seed);
  for (const [path, variable] of parameterPaths(model)) {
    const stream = rng.split(path);
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (['mean', 'standard_deviation', 'left_vector', 'right_vector', 'magnitude'].includes(name)) continue;
    const values =
      name === 'moving_variance' || name === 'gamma'
        ? stream.uniform(variable.size, 0.5, 2)
        : stream.normal(variable.size, 0, 0.4);
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  for (const layer of layerPaths(model).keys()) if (layer instanceof KernelWrapper) layer.followKernel();
  return model;
}

/** Four rows that fit the model: whole numbers from 0 for an embedding, else normal ones near its features. */
export function rowsFor(
  model: tf.LayersModel,
  { name, example }: ModelCase,
): { values: Float32Array; shape: number[] } {
  const shape = [4, ...(example ?? model.inputs[0]?.shape.slice(1).map((size) => size ?? 1) ?? [])];
  const size = shape.reduce((product, axis) => product * axis, 1);
  const rng = Rng.fromSeed(5);
  if (name.startsWith('words')) return { values: rng.uniform(size, 0, 5).map(Math.floor), shape };
  if (name.startsWith('feature'))
    return { values: rng.normal(size).map((value, i) => (i % 2 ? value * 2e-4 : 2000 + 3 * value)), shape };
  return { values: rng.normal(size), shape };
}
