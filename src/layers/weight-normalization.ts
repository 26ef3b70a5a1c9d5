/** Kernels as length times direction (Salimans & Kingma 2016, arXiv:1602.07868). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import {
  KernelWrapper,
  kernelWrapperFields,
  type KernelWrapperOptions,
  refuseKernelPenalty,
} from './kernel-wrapper.ts';
import { whenBuilt } from './layer.ts';

export interface WeightNormalizationOptions extends KernelWrapperOptions {}

const schema = z.strictObject(kernelWrapperFields);

/**
 * The layer works with w = g v / ‖v‖, one g and one ‖v‖ for each output, in training and evaluation alike: PyTorch's
 * `parametrizations.weight_norm` with `dim` the axis of the outputs (for a transposed convolution 1; its default, 0, is
 * the axis of the inputs there). The direction v is the layer's own kernel, the
 * length g the wrapper's weight `magnitude` [outputs]; it starts as ‖v‖, so that wrapping changes nothing, also after
 * `initialize`.
 *
 * The gradient of v is orthogonal to v, so that ‖v‖ can only grow under plain gradient descent. Weight decay on v
 * therefore changes the step size of the direction alone; that on g is the one that shrinks w, and
 * `noDecayOnBiasesAndNorms` keeps it. An output whose v is 0 has no direction: NaN, as in PyTorch.
 */
export function weightNormalization(options: WeightNormalizationOptions): WeightNormalization {
  return new WeightNormalization(options);
}

/** See {@link weightNormalization}. */
export class WeightNormalization extends KernelWrapper {
  static readonly className = 'TfjsRecipesWeightNormalization';
  #magnitude: tf.LayerVariable | undefined;

  /** Throws a ModelError for a layer that has no kernel, or a regularizer or constraint on it. */
  constructor(options: WeightNormalizationOptions) {
    parseOptions('weightNormalization', schema, options);
    super('weight_normalization', options);
    tf.serialization.registerClass(WeightNormalization);
    refuseKernelPenalty('weightNormalization', this.layer, 'use the weightDecay of the optimizer');
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    super.build(inputShape);
    const { shape } = this.kernel;
    const outputs = this.axes.outputs.map((axis) => shape[axis] ?? null);
    this.#magnitude = this.addWeight('magnitude', outputs, 'float32', tf.initializers.ones());
    this.followKernel();
  }

  override followKernel(): void {
    const magnitude = whenBuilt(this, this.#magnitude);
    tf.tidy(() => {
      magnitude.write(this.#lengths(this.kernel.read()).reshapeAs(magnitude.read()));
    });
  }

  protected override effectiveKernel(kernel: tf.Tensor): tf.Tensor {
    const lengths = this.#lengths(kernel);
    return kernel.mul(whenBuilt(this, this.#magnitude).read().reshapeAs(lengths).div(lengths));
  }

  /** ‖v‖ of each output, with the rank of the kernel. */
  #lengths(kernel: tf.Tensor): tf.Tensor {
    return kernel
      .square()
      .sum([...this.axes.rest], true)
      .sqrt();
  }
}
