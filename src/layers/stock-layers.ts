/** What `train` changes in the layers of a model while it runs: stock randomness, and norms that are frozen. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.ts';
import { BatchNormalization } from './batch-normalization.ts';
import { bernoulli, normal } from './draws.ts';
import { oneTensor } from './layer.ts';
import { layerPaths } from './paths.ts';
import type { CallOptions } from './step-random.ts';

/** What a random layer does in training: its input and a key to its output. */
type Noise = (input: tf.Tensor, key: tf.Tensor1D) => tf.Tensor;

/**
 * Lets the model's own Dropout, SpatialDropout1D, GaussianNoise, GaussianDropout and AlphaDropout layers draw from
 * the step's streams (tfjs draws from `Math.random`, or repeats one mask when the layer has a seed), and lets frozen
 * batch norms, tfjs's and ours, normalise by their running statistics and leave them (tfjs's moves them on). The
 * replaced `call` stands on the instances; the returned function takes it away again.
 *
 * Throws a ModelError for a recurrent layer with dropout: tfjs passes no randomness to its cell.
 */
export function adaptStockLayers(model: tf.LayersModel): () => void {
  const paths = layerPaths(model);
  for (const [layer, path] of paths) refuseRecurrentDropout(layer, path);
  const frozen = new Set(frozenLayers(model));
  const undo = [...paths.keys()].flatMap((layer) => {
    const noise = noiseOf(layer);
    if (noise !== undefined) return [replaceCall(layer, noisyCall(layer, noise))];
    return isFrozenNorm(layer, frozen) ? [replaceCall(layer, evaluationCall(layer))] : [];
  });
  return () => {
    for (const putBack of undo) putBack();
  };
}

type Call = (inputs: tf.Tensor | tf.Tensor[], options: CallOptions) => tf.Tensor | tf.Tensor[];

function replaceCall(layer: tf.layers.Layer, call: Call): () => void {
  const before = Object.getOwnPropertyDescriptor(layer, 'call');
  layer.call = call;
  return () => {
    if (before === undefined) Reflect.deleteProperty(layer, 'call');
    else Object.defineProperty(layer, 'call', before);
  };
}

function noisyCall(layer: tf.layers.Layer, noise: Noise): Call {
  const own = layer.call.bind(layer);
  return (inputs, options) => {
    const { training = false, random } = options;
    if (!training || random === undefined) return own(inputs, options);
    return tf.tidy(() => noise(oneTensor(inputs), random.key(layer)));
  };
}

function evaluationCall(layer: tf.layers.Layer): Call {
  const own = layer.call.bind(layer);
  return (inputs, options) => own(inputs, { ...options, training: false });
}

/** The layers that are frozen or inside a frozen model or wrapper, at any depth. */
export function frozenLayers(layer: tf.layers.Layer, isOwnerFrozen = false): tf.layers.Layer[] {
  const isFrozen = isOwnerFrozen || !layer.trainable;
  const wrapped: unknown = Reflect.get(layer, 'layer');
  const owned = layer instanceof tf.LayersModel ? layer.layers : [wrapped];
  return [
    ...(isFrozen ? [layer] : []),
    ...owned.flatMap((each) => (each instanceof tf.layers.Layer ? frozenLayers(each, isFrozen) : [])),
  ];
}

/** Layers taken out of a frozen model into another have its mark on their weights alone; ours look for it themselves. */
function isFrozenNorm(layer: tf.layers.Layer, frozen: ReadonlySet<tf.layers.Layer>): boolean {
  if (layer instanceof BatchNormalization) return frozen.has(layer);
  if (layer.getClassName() !== 'BatchNormalization') return false;
  const hasScaleOrShift = layer.weights.length > 2;
  return frozen.has(layer) || (hasScaleOrShift && layer.trainableWeights.length === 0);
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
