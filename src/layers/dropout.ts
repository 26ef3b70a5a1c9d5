/** Dropout whose masks are new at every step and the same under the same seed (Srivastava et al. 2014). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { keyTensor } from '../backend/random-bits.ts';
import { parseOptions } from '../options.ts';
import { hash32 } from '../random/hash.ts';
import { bernoulli } from './draws.ts';
import { defaultName, type LayerOptions, layerOptionFields, oneTensor } from './layer.ts';
import type { CallOptions } from './step-random.ts';

export interface DropoutOptions extends LayerOptions {
  /** The probability that an entry is set to 0 in training, in [0, 1). */
  readonly rate: number;
  /** Names the masks under `model.fit`, where no `rng` reaches the layer; an integer ≥ 0. @default 0 */
  readonly seed?: number;
}

const schema = z.strictObject({
  ...layerOptionFields,
  rate: z.number().min(0).lt(1),
  seed: z.int().min(0).default(0),
});

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
export class Dropout extends tf.layers.Layer {
  static readonly className = 'TfjsRecipesDropout';
  readonly rate: number;
  readonly seed: number;
  #calls = 0;

  constructor(options: DropoutOptions) {
    const { rate, seed } = parseOptions('dropout', schema, options);
    super({ ...options, name: options.name ?? defaultName('dropout') });
    tf.serialization.registerClass(Dropout);
    this.supportsMasking = true;
    this.rate = rate;
    this.seed = seed;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training = false, random }: CallOptions): tf.Tensor {
    const input = oneTensor(inputs);
    if (!training || this.rate === 0) return input;
    return tf.tidy(() => {
      const key = random?.key(this) ?? this.#nextKey();
      return input.mul(bernoulli(key, input.shape, 1 - this.rate)).mul(1 / (1 - this.rate));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed };
  }

  #nextKey(): tf.Tensor1D {
    return keyTensor([
      this.seed >>> 0,
      Math.floor(this.seed / 0x1_0000_0000),
      this.#calls++,
      hash32(this.name),
    ]);
  }
}
