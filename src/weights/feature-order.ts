/** How PyTorch orders the features of a tensor, from layer to layer: what `Flatten` makes of channels-first images. */
import type * as tf from '@tensorflow/tfjs';
import { channelsFirst } from './layout.ts';

/**
 * PyTorch's version of a tensor that tfjs has as `[batch, …, features]`:
 *
 * - `same`: the same axes in the same order.
 * - `channels first`: the features on axis 1, in the same order.
 * - `either`: one of these; its Python code decides.
 * - an array: the last axis in another order, in which feature j is tfjs's feature `order[j]`.
 * - `unknown`: the last axis in an order that cannot be told.
 */
export type FeatureOrder = 'same' | 'channels first' | 'either' | 'unknown' | Int32Array;

/** A tensor of a model's graph. */
export interface Flow {
  readonly shape: tf.Shape;
  readonly order: FeatureOrder;
}

/** The order of a tensor that comes from outside: images have their channels first. */
export const orderOfInput = (shape: tf.Shape): FeatureOrder =>
  shape.length >= 4 ? 'channels first' : 'same';

/** The order of what a layer, `className` without this package's prefix, makes of its inputs. */
export function orderAfter(className: string, inputs: readonly Flow[], output: tf.Shape): FeatureOrder {
  const [input = { shape: [], order: 'same' }] = inputs;
  if (className === 'Flatten') return flattened(input);
  if (className === 'Reshape') return reshaped(input, output);
  if (className === 'Permute') return input.order === 'same' ? 'same' : 'unknown';
  if (/^(Depthwise)?Conv\dD/.test(className)) return 'channels first';
  if (SEQUENCE_LAYERS.has(className)) return orderOfInput(output);
  if (className === 'Dense') return output.length > 2 && input.order !== 'same' ? 'either' : 'same';
  const order = inputs.map((each) => each.order).reduce(joined);
  if (order === 'unknown' || order instanceof Int32Array)
    return output.at(-1) === input.shape.at(-1) ? order : 'unknown';
  if (className.startsWith('Global')) return 'same';
  // PyTorch's twin of these wants channels first; whether a series is turned back after it is not known.
  const turns = output.length === 3 && /Pooling1D$|^(Batch|Group|Instance)Normalization$/.test(className);
  if (order === 'same' && output.length < 4) return turns ? 'either' : 'same';
  if (output.length === input.shape.length) return order;
  return output.length === 2 || input.shape.length === 2 ? 'unknown' : 'either';
}

/** PyTorch has these as tfjs, `[batch, time, features]`. */
const SEQUENCE_LAYERS = new Set([
  'Embedding',
  'SimpleRNN',
  'LSTM',
  'GRU',
  'Bidirectional',
  'ScaledDotProductAttention',
]);

/** Of one order with another, where a layer has several inputs. */
function joined(one: FeatureOrder, other: FeatureOrder): FeatureOrder {
  if (sameOrder(one, other)) return one;
  return [one, other].some((order) => order === 'unknown' || order instanceof Int32Array)
    ? 'unknown'
    : 'either';
}

/** Whether two orders are one. */
export function sameOrder(one: FeatureOrder, other: FeatureOrder): boolean {
  if (!(one instanceof Int32Array && other instanceof Int32Array)) return one === other;
  return one.length === other.length && one.every((feature, i) => feature === other[i]);
}

function flattened({ shape, order }: Flow): FeatureOrder {
  if (order === 'same') return 'same';
  const sizes = shape.slice(1).filter((size) => size !== null);
  if (sizes.length < shape.length - 1 || order === 'unknown' || order instanceof Int32Array) return 'unknown';
  const { source } = channelsFirst(sizes);
  // One channel or one position: nothing moves.
  if (source.every((place, i) => place === i)) return 'same';
  return order === 'channels first' ? source : 'unknown';
}

function reshaped(input: Flow, output: tf.Shape): FeatureOrder {
  const isVector = input.shape.length === 2;
  const hasOrder = input.order === 'unknown' || input.order instanceof Int32Array;
  if (!isVector && !hasOrder && output.at(-1) === input.shape.at(-1)) return orderOfInput(output);
  const features = isVector ? input.order : flattened(input);
  if (output.length === 2) return features;
  if (features !== 'same') return 'unknown';
  const order = orderOfInput(output);
  return flattened({ shape: output, order }) === 'same' ? order : 'unknown';
}
