/** What the augmentation layers share: their input's shape, a few draws for each example, and maps between images. */
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../../errors.ts';
import { uniform } from '../draws.ts';

/** Throws a ShapeError unless the shape is [batch, height, width, channels]. */
export function checkImages(layer: string, shape: tf.Shape): void {
  if (shape.length !== 4) throw new ShapeError(layer, '[batch, height, width, channels]', shape);
}

/** `count` columns, each [batch, 1], uniform on [0, 1). An example's draws do not depend on how many others there are. */
export function drawColumns(key: tf.Tensor1D, batch: number, count: number): tf.Tensor[] {
  return tf.split(uniform(key, [batch, count]), count, 1);
}

/**
 * The maps start + Σ column · direction, [batch, 6], for `warpImages`. Only products and sums of single numbers, which
 * have the same bits on every backend.
 *
 * @param terms - Columns [batch, 1], each with its direction, six numbers.
 */
export function combineMaps(
  start: readonly number[],
  terms: readonly (readonly [column: tf.Tensor, direction: readonly number[]])[],
): tf.Tensor {
  return terms.reduce<tf.Tensor>(
    (sum, [column, direction]) => sum.add(column.mul(tf.tensor1d([...direction]))),
    tf.tensor1d([...start]),
  );
}

/** The map that shows an image as it is. */
export const IDENTITY_MAP = [1, 0, 0, 0, 1, 0];
