/** Kernels divided by their largest singular value (Miyato, Kataoka, Koyama & Yoshida 2018, arXiv:1802.05957). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { Rng } from '../random/rng.ts';
import {
  KernelWrapper,
  kernelWrapperFields,
  type KernelWrapperOptions,
  refuseKernelPenalty,
} from './kernel-wrapper.ts';
import { whenBuilt } from './layer.ts';
import { largestSingularValue } from './largest-singular-value.ts';
import type { CallOptions } from './step-random.ts';

export interface SpectralNormalizationOptions extends KernelWrapperOptions {
  /** Iterations at each call in training. @default 1 */
  readonly powerIterations?: number;
  /** The least length by which u and v are divided. @default 1e-12 */
  readonly epsilon?: number;
  /** Names the start of u and v; an integer ≥ 0. @default 0 */
  readonly seed?: number;
}

const schema = z.strictObject({
  ...kernelWrapperFields,
  powerIterations: z.int().positive().default(1),
  epsilon: z.number().positive().default(1e-12),
  seed: z.int().min(0).default(0),
});

/** Iterations on a new kernel before the first step, as many as PyTorch's. */
const WARM_UP = 15;

/**
 * The layer works with W / σ, where σ = uᵀ W v estimates the largest singular value of the kernel W as the matrix
 * [outputs, rest]. Each call in training first improves u and v, without a gradient through them:
 *
 * u ← W v / ‖W v‖, then v ← Wᵀ u / ‖Wᵀ u‖
 *
 * Evaluation, and a frozen layer in training, leave them as they are. They are the weights `left_vector` (u) and
 * `right_vector` (v), not trainable, and travel with the model. As in PyTorch's `parametrizations.spectral_norm` they
 * start normal, with 15 iterations on the first kernel; but PyTorch draws them from its global generator, and here
 * they are drawn from `seed` and start anew after `initialize`.
 *
 * σ is an estimate that lags behind the training: ask {@link SpectralNormalization.spectralNorm} how near to 1 the
 * kernel in use really is.
 */
export function spectralNormalization(options: SpectralNormalizationOptions): SpectralNormalization {
  return new SpectralNormalization(options);
}

/** See {@link spectralNormalization}. */
export class SpectralNormalization extends KernelWrapper {
  static readonly className = 'TfjsRecipesSpectralNormalization';
  readonly powerIterations: number;
  readonly epsilon: number;
  readonly seed: number;
  #left: tf.LayerVariable | undefined;
  #right: tf.LayerVariable | undefined;

  /** Throws a ModelError for a layer that has no kernel, or a regularizer or constraint on it. */
  constructor(options: SpectralNormalizationOptions) {
    const { powerIterations, epsilon, seed } = parseOptions('spectralNormalization', schema, options);
    super('spectral_normalization', options);
    tf.serialization.registerClass(SpectralNormalization);
    refuseKernelPenalty('spectralNormalization', this.layer, 'let the normalisation bound the kernel');
    this.powerIterations = powerIterations;
    this.epsilon = epsilon;
    this.seed = seed;
  }

  /** The largest singular value of the kernel as evaluation uses it, exact in float64: 1 when σ is right. */
  async spectralNorm(): Promise<number> {
    const matrix = tf.tidy(() => this.#matrix(this.effectiveKernel(this.kernel.read(), {})));
    const [, columns] = matrix.shape;
    const values = await matrix.data();
    matrix.dispose();
    return largestSingularValue(values, columns);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    super.build(inputShape);
    const { outputs, rest } = this.axes;
    const vector = (name: string, axes: readonly number[]): tf.LayerVariable =>
      this.addWeight(name, [this.#size(axes)], 'float32', tf.initializers.zeros(), undefined, false);
    this.#left = vector('left_vector', outputs);
    this.#right = vector('right_vector', rest);
    this.followKernel();
  }

  override followKernel(): void {
    const rng = Rng.fromSeed(this.seed);
    const right = whenBuilt(this, this.#right);
    tf.tidy(() => {
      right.write(this.#unit(tf.tensor1d(rng.normal(right.read().size))));
      this.#iterate(this.#matrix(this.kernel.read()), WARM_UP);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { powerIterations, epsilon, seed } = this;
    return { ...super.getConfig(), powerIterations, epsilon, seed };
  }

  protected override effectiveKernel(kernel: tf.Tensor, { training = false }: CallOptions): tf.Tensor {
    const matrix = this.#matrix(kernel);
    if (training && this.trainable) this.#iterate(matrix, this.powerIterations);
    // Read after the iterations: to the tape, u and v are variables, so that no gradient goes through their making.
    const left = whenBuilt(this, this.#left).read();
    const right = whenBuilt(this, this.#right).read();
    const sigma = right.reshape([1, -1]).matMul(matrix).flatten().mul(left).sum();
    return kernel.div(sigma);
  }

  /** u and v after `count` iterations on Wᵀ [rest, outputs]. */
  #iterate(matrix: tf.Tensor2D, count: number): void {
    const [left, right] = [whenBuilt(this, this.#left), whenBuilt(this, this.#right)];
    for (let i = 0; i < count; i++) {
      left.write(this.#unit(right.read().reshape([1, -1]).matMul(matrix).flatten()));
      right.write(this.#unit(matrix.matMul(left.read().reshape([-1, 1])).flatten()));
    }
  }

  #unit(vector: tf.Tensor1D): tf.Tensor1D {
    return vector.div(vector.square().sum().sqrt().maximum(this.epsilon));
  }

  /** Wᵀ, [rest, outputs]. */
  #matrix(kernel: tf.Tensor): tf.Tensor2D {
    const { outputs, rest } = this.axes;
    const order = [...rest, ...outputs];
    const aligned = order.every((axis, i) => axis === i) ? kernel : kernel.transpose(order);
    return aligned.reshape([this.#size(rest), this.#size(outputs)]);
  }

  #size(axes: readonly number[]): number {
    return axes.reduce((size, axis) => size * (this.kernel.shape[axis] ?? 1), 1);
  }
}
