/** Gradient clipping (Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063): by value, by each tensor's norm, by the norm of all. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import type { GradientTransform } from '../training/step-parts.ts';

/** Clipping as `train` takes it (`clip`), and for a loop of one's own. */
export interface Clipping extends GradientTransform {
  /** The clipped gradients by name; the caller disposes of both. */
  apply(gradients: tf.NamedTensorMap): tf.NamedTensorMap;
}

/** A clipping among options. */
export const clippingSchema = z.custom<Clipping>(
  (value) => typeof value === 'object' && value !== null && 'transform' in value,
  'must be a clipping, such as clipByGlobalNorm({ maxNorm: 1 })',
);

export interface ClipByValueOptions {
  /** Each entry is held within ±limit. */
  readonly limit: number;
}

export interface ClipByNormOptions {
  /** The largest norm that is left alone. */
  readonly maxNorm: number;
}

const bound = z.number().positive();
export const clipByValueSchema = z.strictObject({ limit: bound });
export const clipByNormSchema = z.strictObject({ maxNorm: bound });

/** Keeps a gradient of norm 0 defined, as PyTorch does. */
const TINY = 1e-6;

/** g ← min(max(g, −limit), limit), entry by entry: PyTorch's `clip_grad_value_`. Changes the direction. */
export function clipByValue(options: ClipByValueOptions): Clipping {
  const { limit } = parseOptions('clipByValue', clipByValueSchema, options);
  return clipping('clip by value', limit, (gradients, bound_) =>
    gradients.map((gradient) => gradient.minimum(bound_).maximum(bound_.neg())),
  );
}

/**
 * g ← g · min(1, maxNorm / (‖g‖ + 1e-6)), each tensor by its own norm: Keras's `clipnorm`. Keeps the direction of every
 * tensor, not that of the whole.
 */
export function clipByNorm(options: ClipByNormOptions): Clipping {
  const { maxNorm } = parseOptions('clipByNorm', clipByNormSchema, options);
  return clipping('clip by norm', maxNorm, (gradients, bound_) =>
    gradients.map((gradient) => gradient.mul(factor(gradient.square().sum(), bound_))),
  );
}

/**
 * g ← g · min(1, maxNorm / (‖all g‖ + 1e-6)), one factor for all tensors: PyTorch's `clip_grad_norm_`, Keras's
 * `global_clipnorm`. Keeps the direction.
 */
export function clipByGlobalNorm(options: ClipByNormOptions): Clipping {
  const { maxNorm } = parseOptions('clipByGlobalNorm', clipByNormSchema, options);
  return clipping('clip by global norm', maxNorm, (gradients, bound_) => {
    if (gradients.length === 0) return [];
    const shared = factor(tf.addN(gradients.map((gradient) => gradient.square().sum())), bound_);
    return gradients.map((gradient) => gradient.mul(shared));
  });
}

function factor(squaredNorm: tf.Tensor, maxNorm: tf.Scalar): tf.Tensor {
  return maxNorm.div(squaredNorm.sqrt().add(TINY)).minimum(1);
}

function clipping(
  name: string,
  limit: number,
  clip: (gradients: tf.Tensor[], bound: tf.Scalar) => tf.Tensor[],
): Clipping {
  return {
    name,
    scalars: ['bound'],
    scalarsAt: () => [limit],
    transform(gradients, scalars) {
      const clipped = clip([...gradients.values()], scalars['bound'] ?? tf.scalar(limit));
      return new Map(
        [...gradients.keys()].flatMap((path, index) => (clipped[index] ? [[path, clipped[index]]] : [])),
      );
    },
    apply(gradients) {
      return tf.tidy(() => {
        const clipped = clip(Object.values(gradients), tf.scalar(limit));
        return Object.fromEntries(
          Object.keys(gradients).flatMap((path, index) => (clipped[index] ? [[path, clipped[index]]] : [])),
        );
      });
    },
  };
}
