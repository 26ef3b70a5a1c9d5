/** Instance normalisation (Ulyanov et al. 2016, arXiv:1607.08022). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { NormLayout } from '../backend/normalize-kernels.ts';
import { parseOptions } from '../options.ts';
import { Normalization, normalizationFields, type NormalizationOptions, product } from './normalization.ts';

export interface InstanceNormalizationOptions extends NormalizationOptions {
  /** @default false */
  readonly affine?: boolean;
}

const schema = z.strictObject({ ...normalizationFields, affine: z.boolean().default(false) });

/**
 * Each channel of each example to mean 0 and variance 1 over its positions: y = (x − mean) / √(variance + ε), and
 * · γ + β where `affine`, with the biased variance, the same in training and evaluation. Input
 * `[batch, …, channels]` with at least one axis of positions.
 *
 * Equal to PyTorch's `InstanceNorm1d`, `2d` and `3d` without running statistics, whose channels are on axis 1.
 */
export function instanceNormalization(options: InstanceNormalizationOptions = {}): InstanceNormalization {
  return new InstanceNormalization(options);
}

/** See {@link instanceNormalization}. */
export class InstanceNormalization extends Normalization {
  static readonly className = 'TfjsRecipesInstanceNormalization';

  constructor(options: InstanceNormalizationOptions = {}) {
    super('instance_normalization', options, parseOptions('instanceNormalization', schema, options));
    tf.serialization.registerClass(InstanceNormalization);
  }

  protected override layoutOf(shape: readonly number[]): NormLayout {
    const [batch = 0, ...others] = shape;
    const channels = others.pop() ?? 0;
    return [batch, product(others), channels, 1];
  }
}
