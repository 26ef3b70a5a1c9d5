/** What PyTorch has no form of: an error that names the layer and the way out. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../src/errors.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { featureNormalization } from '../../src/layers/feature-normalization.ts';
import { LayerNormalization } from '../../src/layers/layer-normalization.ts';
import { groupNormalization } from '../../src/layers/group-normalization.ts';
import { loadStateDict, toStateDict } from '../../src/weights/state-dict.ts';
import { chain } from './small-models.ts';

class ShiftedNorm extends LayerNormalization {
  override build(inputShape: tf.Shape): void {
    super.build(inputShape);
    this.addWeight('offset', [1], 'float32', tf.initializers.zeros());
  }
}

const { dense, conv1d, conv2d, flatten } = tf.layers;

describe('no form', () => {
  const image = { inputShape: [4, 4, 2] };
  const series = { inputShape: [4, 2] };
  const last = () => dense({ units: 1 });
  it.each<[string, () => tf.LayersModel, RegExp]>([
    ['a GRU', () => chain(tf.layers.gru({ ...series, units: 2 })), /^layer gru:0 .* use tf\.layers\.lstm/],
    [
      "tfjs's default LSTM",
      () => chain(tf.layers.lstm({ ...series, units: 2 })),
      /^layer lstm:0 .* make it with \{ recurrentActivation: 'sigmoid' \}/,
    ],
    [
      'a GRU in two directions',
      () =>
        chain(
          tf.layers.bidirectional({
            ...series,
            layer: tf.layers.gru({ units: 2 }),
            mergeMode: 'concat',
          }),
        ),
      /^layer bidirectional:0 .*no weights make them equal/,
    ],
    [
      'a separable convolution',
      () => chain(tf.layers.separableConv2d({ ...image, filters: 2, kernelSize: 2 })),
      /^layer separable_conv2d:0 .*depthwiseConv2d/,
    ],
    [
      'feature normalisation',
      () => chain(featureNormalization({ inputShape: [1], mean: [0], standardDeviation: [1] })),
      /^layer feature_normalization:0 .*standardise/,
    ],
    [
      'a stack of cells',
      () => chain(tf.layers.rnn({ ...series, cell: tf.layers.lstmCell({ units: 2 }) })),
      /^layer rnn:0 .*class RNN/,
    ],
    [
      'slopes for each position',
      () => chain(tf.layers.prelu({ ...image })),
      /^layer p_?re_?lu:0 .*sharedAxes/,
    ],
    [
      'a norm over some axes of an image',
      () => chain(tf.layers.layerNormalization({ ...image, axis: [2, 3] })),
      /^layer layer_normalization:0 .*all axes of an image/,
    ],
    [
      'channels first',
      () => chain(conv2d({ ...image, filters: 2, kernelSize: 2, dataFormat: 'channelsFirst' })),
      /^layer conv2d:0: dataFormat/,
    ],
    [
      'groups of flattened features',
      () => chain(flatten(image), groupNormalization({ groups: 2 }), last()),
      /^layer group_normalization:0 .*dense layer between/,
    ],
    [
      'an image made of features',
      () =>
        chain(
          dense({ inputShape: [3], units: 8 }),
          tf.layers.reshape({ targetShape: [2, 2, 2] }),
          conv2d({ filters: 1, kernelSize: 1 }),
        ),
      /^layer conv2d:0: the order/,
    ],
    [
      'a permuted image',
      () => chain(tf.layers.permute({ ...image, dims: [3, 1, 2] }), flatten(), dense({ units: 1 })),
      /^layer dense:0: the order/,
    ],
    [
      'a series that may have been turned back',
      () =>
        chain(
          conv1d({ ...series, filters: 2, kernelSize: 1 }),
          dense({ units: 2 }),
          flatten(),
          dense({ units: 1 }),
        ),
      /^layer dense:1: the order/,
    ],
    [
      'a sequence that a norm may have turned',
      () =>
        chain(
          tf.layers.embedding({ inputDim: 3, outputDim: 2, inputLength: 2 }),
          batchNormalization(),
          flatten(),
          last(),
        ),
      /^layer dense:0: the order/,
    ],
    [
      'a weight that a subclass adds',
      () => chain(new ShiftedNorm({ inputShape: [2] })),
      /^layer layer_normalization:0 .*no module has such a weight as layer_normalization:0\/offset/,
    ],
    ['a model without weights yet', () => tf.sequential(), /has no weights yet/],
  ])('for %s: a ModelError with the way out', (_, make, message) => {
    const model = make();
    expect(() => toStateDict(model)).toThrow(ModelError);
    expect(() => toStateDict(model)).toThrow(message);
    expect(() => loadStateDict(model, new Map())).toThrow(message);
  });

  it('for a layer behind features in two orders', () => {
    const [pixels, vector] = [tf.input({ shape: [2, 2, 2] }), tf.input({ shape: [8] })];
    const layer = dense({ units: 1 });
    const outputs = [flatten().apply(pixels) as tf.SymbolicTensor, vector].map(
      (x) => layer.apply(x) as tf.SymbolicTensor,
    );
    const model = tf.model({ inputs: [pixels, vector], outputs });
    expect(() => toStateDict(model)).toThrow(/^layer dense:0: the order/);
  });

  it('for a sum of features in two orders', () => {
    const x = tf.input({ shape: [2, 2, 2] });
    const flat = flatten().apply(x) as tf.SymbolicTensor;
    const sum = tf.layers.add().apply([flat, dense({ units: 8 }).apply(flat) as tf.SymbolicTensor]);
    const model = tf.model({ inputs: x, outputs: dense({ units: 1 }).apply(sum) as tf.SymbolicTensor });
    expect(() => toStateDict(model)).toThrow(/^layer dense:1: the order/);
  });
});
