/** A stage: one stock layer of the few that a layer of this package becomes, one after the other. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../../errors.ts';

/** A layer and the values its weights are to have, in their order. */
export interface StockPart {
  readonly layer: tf.layers.Layer;
  readonly weights: readonly tf.Tensor[];
}

/** One of a row of layers. The last has the name of the layer that they stand for, others also that of their role. */
export interface Stage {
  readonly role: string;
  readonly make: (name: string) => StockPart;
  /** tfjs's Reshape refuses a mask. */
  readonly dropsMask?: boolean;
}

type Sizes = readonly (number | null)[];

/** Another shape of each example; one size at most may be unknown. */
export function reshape(role: string, path: string, sizes: Sizes): Stage {
  if (sizes.filter((size) => size === null).length > 1) {
    throw new ModelError(
      `${path} cannot be exported for inputs with several unknown sizes, which tfjs's Reshape cannot restore; ` +
        'give the model an inputShape with at most one',
    );
  }
  return {
    role,
    make: (name) => ({ layer: tf.layers.reshape({ targetShape: [...sizes], name }), weights: [] }),
    dropsMask: true,
  };
}

/** To mean 0 and variance 1 over some axes; scale and shift, if given, have the sizes of these axes. */
export function normalizeAxes(
  axes: readonly number[],
  epsilon: number,
  affine: readonly tf.Tensor[] = [],
): Stage {
  const [scale, center] = [affine.length > 0, affine.length > 0];
  return {
    role: 'normalize',
    make: (name) => ({
      layer: tf.layers.layerNormalization({ axis: [...axes], epsilon, scale, center, name }),
      weights: affine,
    }),
  };
}

/** x · scale + shift for each channel: a batch norm of mean 0 and variance 1, which tfjs computes without rounding more. */
export function scaleAndShift(role: string, values: { scale?: tf.Tensor; shift?: tf.Tensor }): Stage {
  const { scale, shift } = values;
  const given = [scale, shift].filter((tensor) => tensor !== undefined);
  const [one] = given;
  return {
    role,
    make: (name) => ({
      layer: tf.layers.batchNormalization({
        epsilon: 0,
        scale: scale !== undefined,
        center: shift !== undefined,
        name,
      }),
      weights: one ? [...given, tf.zerosLike(one), tf.onesLike(one)] : [],
    }),
  };
}

/** The product of sizes, null where one is unknown. */
export function productOf(sizes: Sizes): number | null {
  return sizes.reduce((total, size) => (total === null || size === null ? null : total * size), 1);
}

/**
 * tfjs normalises tensors of two to four axes: of those with more, the axes before the channels become one, and what
 * they were afterwards.
 */
export function withFewAxes(
  path: string,
  shape: tf.Shape,
  stages: (shape: tf.Shape) => readonly Stage[],
): readonly Stage[] {
  if (shape.length <= 4) return stages(shape);
  const [batch = null, ...sizes] = shape;
  const channels = sizes.at(-1) ?? null;
  const flat = [productOf(sizes.slice(0, -1)), channels];
  return [reshape('flat', path, flat), ...stages([batch, ...flat]), reshape('positions', path, sizes)];
}
