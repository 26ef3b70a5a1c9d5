/** What the layers that draw random numbers in training share: which stream a call draws from. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { keyTensor } from '../backend/random-bits.ts';
import { hash32 } from '../random/hash.ts';
import { defaultName, type LayerOptions, layerOptionFields, oneTensor } from './layer.ts';
import type { CallOptions } from './step-random.ts';

export interface RandomLayerOptions extends LayerOptions {
  /** Names the draws under `model.fit`, where no `rng` reaches the layer; an integer ≥ 0. @default 0 */
  readonly seed?: number;
}

/** The fields of {@link RandomLayerOptions}. */
export const randomLayerFields = { ...layerOptionFields, seed: z.int().min(0).default(0) };

/**
 * A layer that changes its input at random in training and not at all in evaluation.
 *
 * Inside `train` what it draws is a function of the run's `rng`, the step, the layer's path and how often the layer has
 * been called in the step. Under `model.fit` it is a function of `seed`, the layer's name and the number of calls so far.
 */
export abstract class RandomLayer extends tf.layers.Layer {
  readonly seed: number;
  #calls = 0;

  /** @param token - The layer's name where the user gave none: `dropout` becomes `dropout_1`. */
  constructor(token: string, options: RandomLayerOptions) {
    super({ ...options, name: options.name ?? defaultName(token) });
    this.seed = options.seed ?? 0;
  }

  /** What training does to the input, inside a `tf.tidy`; every draw comes from the stream `key`. */
  protected abstract perturb(input: tf.Tensor, key: tf.Tensor1D): tf.Tensor;

  /** Throws a ShapeError for a shape, null where unknown, that the layer does not take. */
  protected checkShape(_shape: tf.Shape): void {}

  /** What evaluation does to the input, inside a `tf.tidy`. */
  protected evaluate(input: tf.Tensor): tf.Tensor {
    return input;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    this.checkShape(inputShape);
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training = false, random }: CallOptions): tf.Tensor {
    const input = oneTensor(inputs);
    this.checkShape(input.shape);
    return tf.tidy(() =>
      training ? this.perturb(input, random?.key(this) ?? this.#nextKey()) : this.evaluate(input),
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), seed: this.seed };
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
