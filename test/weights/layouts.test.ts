/** The layouts by hand. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoredTensor } from '../../src/formats/safetensors.ts';
import { transformerBlock } from '../../src/layers/blocks/transformer-block.ts';
import { loadStateDict, toStateDict } from '../../src/weights/state-dict.ts';
import { chain, ones } from './small-models.ts';

const { dense, conv2d, flatten } = tf.layers;

beforeAll(() => tf.setBackend('cpu'));

/** An entry of the model when its weights are 0, 1, 2, … in tfjs's order. */
function entry(model: tf.LayersModel, name: string): StoredTensor | undefined {
  const weights = model.getWeights();
  model.setWeights(weights.map((weight) => tf.range(0, weight.size).reshapeAs(weight)));
  return toStateDict(model).get(name);
}

describe('by hand', () => {
  it('transposes a dense kernel: [[0, 1], [2, 3], [4, 5]] has the columns [0, 2, 4] and [1, 3, 5]', () => {
    expect(entry(chain(dense({ inputShape: [3], units: 2 })), 'dense:0.weight')).toEqual({
      shape: [2, 3],
      values: Float32Array.of(0, 2, 4, 1, 3, 5),
    });
  });

  it('puts the window of a convolution last: place in · 2 + out of [1, 2, 2, 2] with window at 4', () => {
    const model = chain(conv2d({ inputShape: [1, 2, 2], filters: 2, kernelSize: [1, 2] }));
    expect(entry(model, 'conv2d:0.weight')).toEqual({
      shape: [2, 2, 1, 2],
      values: Float32Array.of(0, 4, 2, 6, 1, 5, 3, 7),
    });
  });

  it('puts the outputs of a depthwise convolution in the order input, multiple', () => {
    const model = chain(
      tf.layers.depthwiseConv2d({ inputShape: [1, 2, 2], kernelSize: [1, 2], depthMultiplier: 2 }),
    );
    expect(entry(model, 'depthwise_conv2d:0.weight')).toEqual({
      shape: [4, 1, 1, 2],
      values: Float32Array.of(0, 4, 1, 5, 2, 6, 3, 7),
    });
  });

  it('takes the rows behind a flattened image channel by channel', () => {
    // Rows of [height 1, width 2, channels 2]: (x0, c0), (x0, c1), (x1, c0), (x1, c1).
    const model = chain(flatten({ inputShape: [1, 2, 2] }), dense({ units: 1 }));
    expect(entry(model, 'dense:0.weight')?.values).toEqual(Float32Array.of(0, 2, 1, 3));
  });

  it.each([
    ['of one channel', [flatten({ inputShape: [2, 2, 1] })]],
    ['of a sequence', [flatten({ inputShape: [2, 2] })]],
    ['of repeated features', [tf.layers.repeatVector({ inputShape: [2], n: 2 }), flatten()]],
    ['after pooling over all positions', [tf.layers.globalMaxPooling2d({ inputShape: [2, 2, 4] })]],
    [
      'behind a reshape to one channel',
      [tf.layers.reshape({ inputShape: [4], targetShape: [2, 2, 1] }), flatten()],
    ],
    [
      'of tokens made of an image',
      [tf.layers.reshape({ inputShape: [1, 2, 2], targetShape: [2, 2] }), flatten()],
    ],
  ])('leaves the rows %s', (_, layers) => {
    expect(entry(chain(...layers, dense({ units: 1 })), 'dense:0.weight')?.values).toEqual(
      Float32Array.of(0, 1, 2, 3),
    );
  });

  it('joins the two biases of an LSTM, and gives back one of them', () => {
    const model = chain(tf.layers.lstm({ inputShape: [2, 1], units: 1, recurrentActivation: 'sigmoid' }));
    const state = ones({
      'a.weight_ih_l0': [4, 1],
      'a.weight_hh_l0': [4, 1],
      'a.bias_ih_l0': [4],
      'a.bias_hh_l0': [4],
    });
    loadStateDict(model, state);
    const back = toStateDict(model);
    expect(back.get('lstm:0.bias_ih_l0')?.values).toEqual(Float32Array.of(2, 2, 2, 2));
    expect(back.get('lstm:0.bias_hh_l0')?.values).toEqual(new Float32Array(4));
  });

  it('has a block as the layers that it is made of', () => {
    const x = tf.input({ shape: [3, 4] });
    const outputs = transformerBlock(x, { heads: 2, hidden: 8, norm: 'before', name: 'block' });
    const names = [...toStateDict(tf.model({ inputs: x, outputs })).keys()];
    const layers = [
      'norm1',
      'attention_query',
      'attention_key',
      'attention_value',
      'attention_output',
    ].concat(['norm2', 'hidden', 'output']);
    expect(names.toSorted()).toEqual(
      layers.flatMap((layer) => [`block_${layer}.bias`, `block_${layer}.weight`]).toSorted(),
    );
  });

  it('has a shared layer once', () => {
    const x = tf.input({ shape: [2] });
    const layer = dense({ units: 2 });
    const outputs = layer.apply(layer.apply(x)) as tf.SymbolicTensor;
    expect([...toStateDict(tf.model({ inputs: x, outputs })).keys()]).toEqual([
      'dense:0.weight',
      'dense:0.bias',
    ]);
  });
});
