/** What this package's layers share. */
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { ModelError } from '../errors.ts';

/** The options that every layer of tfjs takes. */
export interface LayerOptions {
  readonly name?: string;
  /** Shape of one example, when the layer is the first of a `tf.sequential`. */
  readonly inputShape?: tf.Shape;
}

/** The fields of tfjs's own layer options, saved configurations included; tfjs checks them itself. */
export const layerOptionFields = Object.fromEntries(
  [
    'name',
    'inputShape',
    'batchInputShape',
    'batchSize',
    'dtype',
    'inputDType',
    'trainable',
    'updatable',
    'weights',
    'customObjects',
  ].map((field) => [field, z.unknown().optional()]),
);

const counts = new Map<string, number>();

/** A name that is unique in this process: `dropout_1`. Paths do not contain it (see `layerPaths`). */
export function defaultName(token: string): string {
  const count = (counts.get(token) ?? 0) + 1;
  counts.set(token, count);
  return `${token}_${count}`;
}

/** The one input of a layer that takes one; tfjs passes it alone or in an array. */
export function oneTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  const [input, ...others] = Array.isArray(inputs) ? inputs : [inputs];
  if (input === undefined || others.length > 0)
    throw new RangeError(`expected 1 input, received ${others.length + 1}`);
  return input;
}

/** Throws a ModelError while a weight does not exist. */
export function whenBuilt(layer: tf.layers.Layer, weight: tf.LayerVariable | undefined): tf.LayerVariable {
  if (weight) return weight;
  throw new ModelError(`layer ${layer.name} has no weights yet: put it in a model first`);
}
