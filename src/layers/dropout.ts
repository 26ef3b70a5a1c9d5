/** Dropout whose masks are new at every step and the same under the same seed (Srivastava et al. 2014). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { bernoulli } from './draws.ts';
import { RandomLayer, randomLayerFields, type RandomLayerOptions } from './random-layer.ts';

export interface DropoutOptions extends RandomLayerOptions {
  /** The probability that an entry is set to 0 in training, in [0, 1). */
  readonly rate: number;
}

const schema = z.strictObject({ ...randomLayerFields, rate: z.number().min(0).lt(1) });

/**
 * Training: y = x · mask / (1 − rate), mask ~ Bernoulli(1 − rate) per entry; evaluation: y = x. Any shape.
 *
 * Inside `train` the mask is a function of the run's `rng`, the step, the layer's path and how often the layer has
 * been called in the step. Under `model.fit` it is a function of `seed`, the layer's name and the number of calls so
 * far. tfjs's own layer repeats one mask for ever when it has a seed; PyTorch's scaling is the same as here.
 */
export function dropout(options: DropoutOptions): Dropout {
  return new Dropout(options);
}

/** See {@link dropout}. */
export class Dropout extends RandomLayer {
  static readonly className = 'TfjsRecipesDropout';
  readonly rate: number;

  constructor(options: DropoutOptions) {
    const { rate, seed } = parseOptions('dropout', schema, options);
    super('dropout', { ...options, seed });
    tf.serialization.registerClass(Dropout);
    this.supportsMasking = true;
    this.rate = rate;
  }

  protected override perturb(input: tf.Tensor, key: tf.Tensor1D): tf.Tensor {
    return dropAndRescale(input, key, input.shape, this.rate);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate };
  }
}

/** x · mask / (1 − rate); the mask has `maskShape`, which stretches to the input's where a size is 1. */
export function dropAndRescale(
  input: tf.Tensor,
  key: tf.Tensor1D,
  maskShape: number[],
  rate: number,
): tf.Tensor {
  return rate === 0 ? input : input.mul(bernoulli(key, maskShape, 1 - rate)).mul(1 / (1 - rate));
}
