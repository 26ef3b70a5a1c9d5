/** What the functions of this folder share: they join layers on symbolic tensors. */
import * as tf from '@tensorflow/tfjs';
import { ModelError, ShapeError } from '../../errors.ts';

/** The output of a layer on symbolic inputs. */
export function connect(
  layer: tf.layers.Layer,
  inputs: tf.SymbolicTensor | tf.SymbolicTensor[],
): tf.SymbolicTensor {
  const output = layer.apply(inputs);
  if (output instanceof tf.SymbolicTensor) return output;
  throw new ModelError(`layer ${layer.name} has several outputs; a block needs layers with one`);
}

/** The size of the last axis of x, which must have the named axes. */
export function lastSize(where: string, x: tf.SymbolicTensor, axes: readonly string[]): number {
  if (!(x instanceof tf.SymbolicTensor)) {
    throw new ModelError(
      `${where} joins layers, before there are numbers: give it tf.input({ shape }) or what a layer made of one`,
    );
  }
  const size = x.shape.at(-1) ?? null;
  if (x.shape.length === axes.length && size !== null) return size;
  throw new ShapeError(where, `[${axes.join(', ')}] with a known ${axes.at(-1)}`, x.shape);
}

/** The name of one layer of a block: none, so that tfjs counts, unless the user named the block. */
export const partName = (block: string | undefined, part: string): { name?: string } =>
  block === undefined ? {} : { name: `${block}_${part}` };
