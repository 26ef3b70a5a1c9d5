/** Dropout of whole channels (Tompson et al. 2015, arXiv:1411.4280). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { ShapeError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { dropAndRescale } from './dropout.ts';
import { RandomLayer, randomLayerFields, type RandomLayerOptions } from './random-layer.ts';

export interface SpatialDropoutOptions extends RandomLayerOptions {
  /** The probability that a channel of an example is set to 0 in training, in [0, 1). */
  readonly rate: number;
}

const schema = z.strictObject({ ...randomLayerFields, rate: z.number().min(0).lt(1) });

/**
 * Training: y = x · mask / (1 − rate), mask ~ Bernoulli(1 − rate) per example and channel, the same at every position;
 * evaluation: y = x. For convolutions, where neighbours are so alike that dropping single entries hides nothing.
 *
 * Input [batch, …positions, channels] with one position axis or more: sequences, images, volumes. PyTorch's
 * `Dropout1d`, `Dropout2d`, `Dropout3d` do the same with the channels at axis 1.
 */
export function spatialDropout(options: SpatialDropoutOptions): SpatialDropout {
  return new SpatialDropout(options);
}

/** See {@link spatialDropout}. */
export class SpatialDropout extends RandomLayer {
  static readonly className = 'TfjsRecipesSpatialDropout';
  readonly rate: number;

  constructor(options: SpatialDropoutOptions) {
    const { rate, seed } = parseOptions('spatialDropout', schema, options);
    super('spatial_dropout', { ...options, seed });
    tf.serialization.registerClass(SpatialDropout);
    this.supportsMasking = true;
    this.rate = rate;
  }

  protected override checkShape(shape: tf.Shape): void {
    if (shape.length < 3) {
      throw new ShapeError('spatialDropout', '[batch, …positions, channels], of rank 3 or more', shape);
    }
  }

  protected override perturb(input: tf.Tensor, key: tf.Tensor1D): tf.Tensor {
    const maskShape = input.shape.map((size, axis) => (axis === 0 || axis === input.rank - 1 ? size : 1));
    return dropAndRescale(input, key, maskShape, this.rate);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate };
  }
}
