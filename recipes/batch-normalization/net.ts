/** The nets of `batch-normalization`: dense layers for rows, convolutions for images, each with the norm asked for. */
import * as tf from '@tensorflow/tfjs';
import {
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  spectralNormalization,
  weightNormalization,
} from 'tfjs-recipes';

export interface Net {
  /** Units of each hidden layer; of an image, channels. */
  readonly hidden: readonly number[];
  readonly activation: 'relu' | 'sigmoid';
  readonly norm: 'none' | 'batch' | 'layer' | 'instance' | 'group' | 'weight' | 'spectral';
  /** Whether activations are normalised before or after the activation function. */
  readonly place: 'before' | 'after';
  /** The share of each new batch in the running statistics: 1 − p of the lecture. */
  readonly share: number;
}

/** Channels that share their statistics in group normalisation. */
const GROUP = 4;

/** Ends in logits, without a softmax. */
export function netOf(net: Net, inputShape: readonly number[], classes: number): tf.Sequential {
  const isImage = inputShape.length === 3;
  return tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [...inputShape] }),
      ...net.hidden.flatMap((units, index) => blockOf(net, weightedOf(net, units, isImage, index), units)),
      ...(isImage ? [tf.layers.flatten()] : []),
      tf.layers.dense({ units: classes }),
    ],
  });
}

/** A dense layer or a convolution; no bias where the norm would take it away again. */
function weightedOf({ norm, place }: Net, units: number, isImage: boolean, index: number): tf.layers.Layer {
  const useBias = place === 'after' || ['none', 'weight', 'spectral'].includes(norm);
  const size = { kernelSize: 3, padding: 'same', strides: index === 1 ? 2 : 1 } as const;
  const layer = isImage
    ? tf.layers.conv2d({ filters: units, useBias, ...size })
    : tf.layers.dense({ units, useBias });
  if (norm === 'weight') return weightNormalization({ layer });
  return norm === 'spectral' ? spectralNormalization({ layer }) : layer;
}

function blockOf({ norm, place, share, activation }: Net, weighted: tf.layers.Layer, units: number) {
  const norms: Partial<Record<Net['norm'], () => tf.layers.Layer>> = {
    batch: () => batchNormalization({ momentum: share }),
    layer: () =>
      weighted.getClassName() === 'Dense' ? layerNormalization() : groupNormalization({ groups: 1 }),
    instance: () => instanceNormalization({ affine: true }),
    group: () => groupNormalization({ groups: units / GROUP }),
  };
  const normalized = norms[norm] === undefined ? [] : [norms[norm]()];
  const activated = tf.layers.activation({ activation });
  return place === 'before' ? [weighted, ...normalized, activated] : [weighted, activated, ...normalized];
}
