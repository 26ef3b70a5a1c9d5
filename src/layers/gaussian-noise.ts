/** Gaussian noise added to activations or inputs in training (Bishop 1995, "Training with noise is equivalent to Tikhonov regularization"). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { normal } from './draws.ts';
import { RandomLayer, randomLayerFields, type RandomLayerOptions } from './random-layer.ts';

export interface GaussianNoiseOptions extends RandomLayerOptions {
  /** Of the noise, in units of the input, ≥ 0. */
  readonly standardDeviation: number;
}

const schema = z.strictObject({ ...randomLayerFields, standardDeviation: z.number().min(0) });

/**
 * Training: y = x + ε, ε ~ N(0, standardDeviation²) per entry; evaluation: y = x. Any shape. The noise has the same
 * bits under one seed on one backend, and agrees within 1e-6 of its standard deviation across backends.
 */
export function gaussianNoise(options: GaussianNoiseOptions): GaussianNoise {
  return new GaussianNoise(options);
}

/** See {@link gaussianNoise}. */
export class GaussianNoise extends RandomLayer {
  static readonly className = 'TfjsRecipesGaussianNoise';
  readonly standardDeviation: number;

  constructor(options: GaussianNoiseOptions) {
    const { standardDeviation, seed } = parseOptions('gaussianNoise', schema, options);
    super('gaussian_noise', { ...options, seed });
    tf.serialization.registerClass(GaussianNoise);
    this.supportsMasking = true;
    this.standardDeviation = standardDeviation;
  }

  protected override perturb(input: tf.Tensor, key: tf.Tensor1D): tf.Tensor {
    if (this.standardDeviation === 0) return input;
    return input.add(normal(key, input.shape).mul(this.standardDeviation));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), standardDeviation: this.standardDeviation };
  }
}
