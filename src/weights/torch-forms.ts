/** The table: for each class of layer, what PyTorch calls its weights and how it lays them out. */
import type * as tf from '@tensorflow/tfjs';
import { classOf, entryOf, type Form, REORDERED, type TorchEntry, type Weights } from './form.ts';
import {
  KERNEL_LAYERS,
  kernelForm,
  spectralNormalizationForm,
  weightNormalizationForm,
} from './kernel-forms.ts';
import { arrangeFeatures, channelsFirst, type Layout, unchanged } from './layout.ts';
import { bidirectionalForm, NO_GRU, recurrentForm } from './recurrent-forms.ts';

/** The form of a layer with weights; a class that is not in the table has none. */
export function formOf(layer: tf.layers.Layer): Form {
  const name = classOf(layer);
  return FORMS.get(name) ?? (() => `no module of PyTorch is known for the class ${name}; ${BY_HAND}`);
}

const BY_HAND = 'copy the weights of its model by hand, with getWeights and setWeights';

/** `weight`, `bias`, `running_mean`, `running_var`; a cumulative batch norm counts in `num_batches_tracked` too. */
function norm(weights: Weights, layoutOf: (shape: readonly number[]) => Layout): TorchEntry[] {
  return [
    ...entryOf(weights, 'weight', 'gamma', layoutOf),
    ...entryOf(weights, 'bias', 'beta', layoutOf),
    ...entryOf(weights, 'running_mean', 'moving_mean', layoutOf),
    ...entryOf(weights, 'running_var', 'moving_variance', layoutOf),
    ...entryOf(weights, 'num_batches_tracked', 'batches', unchanged),
  ];
}

const eachFeature =
  ({ featureOrder }: Weights) =>
  (shape: readonly number[]): Layout =>
    arrangeFeatures(shape, featureOrder);

/** In groups of neighbours, which another order of the features would change. */
const groupNorm: Form = (_, weights) => (weights.featureOrder ? REORDERED : norm(weights, unchanged));

const layerNorm: Form = (layer, weights) => {
  const axes = weights.shapeOf('gamma')?.length ?? weights.shapeOf('beta')?.length ?? 1;
  const rank = weights.inputShape.length;
  const own: unknown = Reflect.get(layer, 'axis');
  const trails = !Array.isArray(own) || own.every((axis, i) => axis === rank - axes + i);
  if (trails && axes === 1) return norm(weights, eachFeature(weights));
  if (trails && axes === rank - 1 && rank >= 4) return norm(weights, channelsFirst);
  return 'PyTorch has a layer norm over the last axis, or over all axes of an image; choose one of these axes';
};

/** One slope for each channel, or one for all. */
const prelu: Form = (_, weights) => {
  const shape = weights.shapeOf('alpha') ?? [];
  if (shape.slice(0, -1).some((size) => size !== 1))
    return 'PyTorch has no slope for each position; share the axes of the positions: prelu({ sharedAxes: [1, 2] })';
  const order = shape.at(-1) === 1 ? undefined : weights.featureOrder;
  return entryOf(weights, 'weight', 'alpha', () => arrangeFeatures(shape.slice(-1), order));
};

const FORMS = new Map<string, Form>([
  ...KERNEL_LAYERS.map((name) => [name, kernelForm] as const),
  ['WeightNormalization', weightNormalizationForm],
  ['SpectralNormalization', spectralNormalizationForm],
  ['BatchNormalization', (_, weights) => norm(weights, eachFeature(weights))],
  ['LayerNormalization', layerNorm],
  ['GroupNormalization', groupNorm],
  ['InstanceNormalization', groupNorm],
  ['PReLU', prelu],
  ['Embedding', (_, weights) => entryOf(weights, 'weight', 'embeddings', unchanged)],
  ['LSTM', recurrentForm],
  ['SimpleRNN', recurrentForm],
  ['Bidirectional', bidirectionalForm],
  ['GRU', () => NO_GRU],
  [
    'SeparableConv2D',
    () =>
      'PyTorch has two modules for it; use depthwiseConv2d({ useBias: false }) and conv2d({ kernelSize: 1 })',
  ],
  ['FeatureNormalization', () => 'PyTorch has no module for it; standardise the data before the model'],
]);
