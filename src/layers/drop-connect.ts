/** Dropout of weights instead of units (Wan, Zeiler, Zhang, LeCun & Fergus 2013, "Regularization of Neural Networks using DropConnect"). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { Dropout } from './dropout.ts';
import { KernelWrapper, kernelWrapperFields, type KernelWrapperOptions } from './kernel-wrapper.ts';
import type { CallOptions } from './step-random.ts';

export interface DropConnectOptions extends KernelWrapperOptions {
  /** The probability that an entry of the kernel is set to 0 in training, in [0, 1). */
  readonly rate: number;
  /** Names the masks under `model.fit`, as in `dropout`. @default 0 */
  readonly seed?: number;
}

const schema = z.strictObject({
  ...kernelWrapperFields,
  rate: z.number().min(0).lt(1),
  seed: z.int().min(0).default(0),
});

/**
 * Training: the layer works with W · mask / (1 − rate), mask ~ Bernoulli(1 − rate) per entry of the kernel, drawn anew
 * at every call as in `dropout`; evaluation: with W. The bias is never masked. Regularizers and constraints of the
 * layer act on W.
 *
 * The paper draws a mask for each example of the batch and averages over normal numbers in evaluation; here, as is
 * usual, one mask serves the batch of a call, and evaluation takes the mean weights.
 */
export function dropConnect(options: DropConnectOptions): DropConnect {
  return new DropConnect(options);
}

/** See {@link dropConnect}. */
export class DropConnect extends KernelWrapper {
  static readonly className = 'TfjsRecipesDropConnect';
  readonly #dropout: Dropout;

  constructor(options: DropConnectOptions) {
    const { rate, seed } = parseOptions('dropConnect', schema, options);
    super('drop_connect', options);
    tf.serialization.registerClass(DropConnect);
    this.#dropout = new Dropout({ rate, seed, name: this.name });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { rate, seed } = this.#dropout;
    return { ...super.getConfig(), rate, seed };
  }

  protected override effectiveKernel(
    kernel: tf.Tensor,
    { training = false, random }: CallOptions,
  ): tf.Tensor {
    const stream = random && { random: { key: () => random.key(this) } };
    return this.#dropout.call(kernel, { training, ...stream });
  }
}
