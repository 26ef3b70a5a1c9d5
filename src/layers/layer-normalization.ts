/** Layer normalisation (Ba et al. 2016, arXiv:1607.06450). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { NormLayout } from '../backend/normalize-kernels.ts';
import { parseOptions } from '../options.ts';
import { Normalization, normalizationFields, type NormalizationOptions, product } from './normalization.ts';

export interface LayerNormalizationOptions extends NormalizationOptions {
  /** How many trailing axes are normalised together; scale and shift have their shape. @default 1 */
  readonly axes?: number;
  /** @default true */
  readonly affine?: boolean;
}

const schema = z.strictObject({
  ...normalizationFields,
  affine: z.boolean().default(true),
  axes: z.int().positive().default(1),
});

/**
 * Each position of each example to mean 0 and variance 1 over its last axis (or `axes` of them), then scaled and
 * shifted: y = (x − mean) / √(variance + ε) · γ + β, with the biased variance, the same in training and evaluation.
 *
 * Equal to PyTorch's `LayerNorm`, for which the sizes of the axes are named; tfjs's own has ε = 1e-3.
 */
export function layerNormalization(options: LayerNormalizationOptions = {}): LayerNormalization {
  return new LayerNormalization(options);
}

/** See {@link layerNormalization}. */
export class LayerNormalization extends Normalization {
  static readonly className = 'TfjsRecipesLayerNormalization';
  readonly axes: number;

  constructor(options: LayerNormalizationOptions = {}) {
    const { axes, ...parsed } = parseOptions('layerNormalization', schema, options);
    super('layer_normalization', options, parsed);
    tf.serialization.registerClass(LayerNormalization);
    this.axes = axes;
  }

  protected override get affineAxes(): number {
    return this.axes;
  }

  protected override layoutOf(shape: readonly number[]): NormLayout {
    return [product(shape.slice(0, -this.axes)), 1, 1, product(shape.slice(-this.axes))];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), axes: this.axes };
  }
}
