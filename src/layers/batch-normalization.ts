/** Batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167), with PyTorch's conventions. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { NormLayout } from '../backend/normalize-kernels.ts';
import type { Moments } from '../backend/normalize.ts';
import { ModelError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { oneTensor } from './layer.ts';
import {
  Normalization,
  normalizationFields,
  type NormalizationOptions,
  oneShape,
  product,
} from './normalization.ts';
import type { CallOptions } from './step-random.ts';

export interface BatchNormalizationOptions extends NormalizationOptions {
  /**
   * The share of each new batch in the running statistics, in [0, 1], or `'cumulative'`: the plain average over all
   * batches so far. @default 0.1
   */
  readonly momentum?: number | 'cumulative';
  /** @default true */
  readonly affine?: boolean;
}

const schema = z.strictObject({
  ...normalizationFields,
  affine: z.boolean().default(true),
  momentum: z
    .custom<number | 'cumulative'>(
      (value) => value === 'cumulative' || (typeof value === 'number' && value >= 0 && value <= 1),
      'must be a number in [0, 1] or "cumulative"',
    )
    .default(0.1),
});

/**
 * Each channel, on the last axis, to mean 0 and variance 1, then scaled and shifted:
 * y = (x − mean) / √(variance + ε) · γ + β. In training with the moments of the batch, over rows and positions, where
 * the variance is the biased one; in evaluation with running statistics (weights `moving_mean`, `moving_variance`):
 * running = (1 − momentum) · running + momentum · batch, where the variance is the unbiased one, n / (n − 1) times as
 * large for n values a channel.
 *
 * Equal to PyTorch's `BatchNorm1d`, `2d` and `3d`, `'cumulative'` to its `momentum=None`. Keras and tfjs call 1 −
 * momentum the momentum (0.99), keep the biased variance, and have ε = 1e-3; tfjs cannot train without scale or shift.
 *
 * Frozen (`trainable = false`, the layer's or that of a model around it), it normalises by its running statistics in
 * training too, and they stay, as in Keras. In PyTorch `requires_grad = False` freezes scale and shift alone, and
 * `eval()` the statistics. Outside `train`, freeze the layer itself: tfjs tells a layer of a frozen model around it
 * only by its scale and shift, and `compile` of a `tf.Sequential` wipes that off its first model.
 *
 * In training a batch with one value a channel is refused, as by PyTorch.
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): BatchNormalization {
  return new BatchNormalization(options);
}

/** See {@link batchNormalization}. */
export class BatchNormalization extends Normalization {
  static readonly className = 'TfjsRecipesBatchNormalization';
  readonly momentum: number | 'cumulative';
  #statistics: Statistics | undefined;
  #hasOnePosition = false;

  constructor(options: BatchNormalizationOptions = {}) {
    const { momentum, ...parsed } = parseOptions('batchNormalization', schema, options);
    super('batch_normalization', options, parsed);
    tf.serialization.registerClass(BatchNormalization);
    this.momentum = momentum;
  }

  /** How many rows a batch needs at least in training: 2 where a row has one value a channel, else 1. */
  get leastRows(): 1 | 2 {
    return this.#hasOnePosition && !this.#isFrozen ? 2 : 1;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    super.build(inputShape);
    const shape = oneShape(inputShape);
    this.#hasOnePosition = shape.slice(1, -1).every((size) => size === 1);
    const channels = shape.slice(-1);
    const [zeros, ones] = [tf.initializers.zeros(), tf.initializers.ones()];
    const add = (name: string, size: tf.Shape, initial: typeof zeros): tf.LayerVariable =>
      this.addWeight(name, size, 'float32', initial, undefined, false);
    this.#statistics = {
      mean: add('moving_mean', channels, zeros),
      variance: add('moving_variance', channels, ones),
      batches: this.momentum === 'cumulative' ? add('batches', [], zeros) : undefined,
    };
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training = false }: CallOptions = {}): tf.Tensor {
    return tf.tidy(() => {
      const input = oneTensor(inputs);
      if (!training || this.#isFrozen) return this.#byRunningStatistics(input);
      const { output, ...moments } = this.normalize(input);
      const count = input.size / moments.mean.size;
      this.#update(moments, count / (count - 1));
      return output;
    });
  }

  protected override layoutOf(shape: readonly number[]): NormLayout {
    return [1, product(shape.slice(0, -1)), shape.at(-1) ?? 0, 1];
  }

  protected override oneValue(shape: readonly number[]): string {
    return (
      `batch normalisation needs more than one value a channel in training, and this batch has shape ` +
      `[${shape.join(', ')}]; leave out last batches of one row with dropRemainder: true, or make batches larger`
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), momentum: this.momentum };
  }

  /** A frozen model around the layer leaves its mark on the layer's weights, not on the layer. */
  get #isFrozen(): boolean {
    return !this.trainable || (this.affine && this.trainableWeights.length === 0);
  }

  #byRunningStatistics(input: tf.Tensor): tf.Tensor {
    const { mean, variance } = this.#running();
    const affine = this.scaleAndShift;
    const inverse = variance.read().add(this.epsilon).rsqrt();
    const normal = input.sub(mean.read()).mul(affine ? inverse.mul(affine.scale) : inverse);
    return affine ? normal.add(affine.shift) : normal;
  }

  /** @param correction - From the biased variance to the unbiased one. */
  #update({ mean, variance }: Moments, correction: number): void {
    const running = this.#running();
    const batches = running.batches?.read().add(1);
    if (batches) running.batches?.write(batches);
    const share = batches ? tf.div(1, batches) : tf.scalar(Number(this.momentum));
    const rest = tf.sub(1, share);
    running.mean.write(running.mean.read().mul(rest).add(mean.mul(share)));
    running.variance.write(
      running.variance
        .read()
        .mul(rest)
        .add(variance.mul(share.mul(correction))),
    );
  }

  #running(): Statistics {
    if (this.#statistics) return this.#statistics;
    throw new ModelError(`layer ${this.name} is not built: apply it to an input, or add it to a model`);
  }
}

/** Running statistics of each channel; `batches` counts those that they average. */
interface Statistics {
  readonly mean: tf.LayerVariable;
  readonly variance: tf.LayerVariable;
  readonly batches: tf.LayerVariable | undefined;
}
