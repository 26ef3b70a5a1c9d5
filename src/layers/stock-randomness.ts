/** tfjs's own random layers, drawing from the streams of a step while a training runs. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.ts';
import { bernoulli, normal } from './draws.ts';
import { oneTensor } from './layer.ts';
import { layerPaths } from './paths.ts';
import type { CallOptions } from './step-random.ts';

/** What a random layer does in training: its input and a key to its output. */
type Noise = (input: tf.Tensor, key: tf.Tensor1D) => tf.Tensor;

/**
 * Lets the model's own Dropout, SpatialDropout1D, GaussianNoise, GaussianDropout and AlphaDropout layers draw from
 * the step's streams (tfjs draws from `Math.random`, or repeats one mask when the layer has a seed). The replaced
 * `call` stands on the instances; the returned function takes it away again.
 *
 * Throws a ModelError for a recurrent layer with dropout: tfjs passes no randomness to its cell.
 */
export function seedStockLayers(model: tf.LayersModel): () => void {
  const paths = layerPaths(model);
  for (const [layer, path] of paths) refuseRecurrentDropout(layer, path);
  const undo = [...paths.keys()].flatMap((layer) => {
    const noise = noiseOf(layer);
    return noise === undefined ? [] : [replaceCall(layer, noise)];
  });
  return () => {
    for (const putBack of undo) putBack();
  };
}

function replaceCall(layer: tf.layers.Layer, noise: Noise): () => void {
  const before = Object.getOwnPropertyDescriptor(layer, 'call');
  const stock = layer.call.bind(layer);
  layer.call = (inputs: tf.Tensor | tf.Tensor[], options: CallOptions): tf.Tensor | tf.Tensor[] => {
    const { training = false, random } = options;
    if (!training || random === undefined) return stock(inputs, options);
    return tf.tidy(() => noise(oneTensor(inputs), random.key(layer)));
  };
  return () => {
    if (before === undefined) Reflect.deleteProperty(layer, 'call');
    else Object.defineProperty(layer, 'call', before);
  };
}

function noiseOf(layer: tf.layers.Layer): Noise | undefined {
  const rate = numberField(layer, 'rate');
  const inactive = rate <= 0 || rate >= 1;
  switch (layer.getClassName()) {
    case 'Dropout':
    case 'SpatialDropout1D':
      return inactive
        ? undefined
        : (input, key) => input.mul(bernoulli(key, maskShape(layer, input), 1 - rate)).mul(1 / (1 - rate));
    case 'GaussianNoise': {
      const standardDeviation = numberField(layer, 'stddev');
      return (input, key) => input.add(normal(key, input.shape).mul(standardDeviation));
    }
    case 'GaussianDropout': {
      const standardDeviation = Math.sqrt(rate / (1 - rate));
      return inactive
        ? undefined
        : (input, key) => input.mul(normal(key, input.shape).mul(standardDeviation).add(1));
    }
    case 'AlphaDropout':
      return inactive
        ? undefined
        : (input, key) => alphaDropout(input, bernoulli(key, maskShape(layer, input), 1 - rate), rate);
    default:
      return undefined;
  }
}

/** Klambauer et al. 2017 (arXiv:1706.02515): dropped entries become SELU's −αλ, then mean and variance are restored. */
function alphaDropout(input: tf.Tensor, kept: tf.Tensor, rate: number): tf.Tensor {
  const floor = -1.6732632423543772 * 1.0507009873554805;
  const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * floor * floor));
  const dropped = input.mul(kept).add(kept.sub(1).mul(-floor));
  return dropped.mul(scale).add(-scale * floor * rate);
}

/** The layer's own noise shape; an unknown dimension in it is the input's. */
function maskShape(layer: tf.layers.Layer, input: tf.Tensor): number[] {
  if (layer.getClassName() === 'SpatialDropout1D') return [input.shape[0] ?? 1, 1, input.shape[2] ?? 1];
  const own: unknown = Reflect.get(layer, 'noiseShape');
  return input.shape.map((size, axis) =>
    Array.isArray(own) && typeof own[axis] === 'number' ? own[axis] : size,
  );
}

function refuseRecurrentDropout(layer: tf.layers.Layer, path: string): void {
  const cell: unknown = Reflect.get(layer, 'cell');
  if (typeof cell !== 'object' || cell === null) return;
  const nested: unknown = Reflect.get(cell, 'cells');
  const cells: unknown[] = Array.isArray(nested) ? nested : [cell];
  if (cells.some((one) => numberField(one, 'dropout') > 0 || numberField(one, 'recurrentDropout') > 0)) {
    throw new ModelError(
      `layer ${path} has dropout inside its recurrent cell, which tfjs cannot seed; ` +
        'set dropout and recurrentDropout to 0 and put a dropout layer before or after it',
    );
  }
}

function numberField(owner: unknown, field: string): number {
  const value: unknown = typeof owner === 'object' && owner !== null ? Reflect.get(owner, field) : undefined;
  return typeof value === 'number' ? value : 0;
}
