/** Group normalisation (Wu & He 2018, arXiv:1803.08494). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { NormLayout } from '../backend/normalize-kernels.ts';
import { ShapeError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import {
  Normalization,
  normalizationFields,
  type NormalizationOptions,
  oneShape,
  product,
} from './normalization.ts';

export interface GroupNormalizationOptions extends NormalizationOptions {
  /** How many groups the channels, on the last axis, are divided into; it divides their number. */
  readonly groups: number;
  /** @default true */
  readonly affine?: boolean;
}

const schema = z.strictObject({
  ...normalizationFields,
  affine: z.boolean().default(true),
  groups: z.int().positive(),
});

/**
 * Each group of channels of each example to mean 0 and variance 1 over its channels and all positions, then scaled and
 * shifted channel by channel: y = (x − mean) / √(variance + ε) · γ + β, with the biased variance, the same in training
 * and evaluation. Input `[batch, …, channels]`.
 *
 * Equal to PyTorch's `GroupNorm`, whose channels are on axis 1. One group is layer normalisation over all axes but the
 * first (with a scale for each channel only), a group for each channel is instance normalisation.
 */
export function groupNormalization(options: GroupNormalizationOptions): GroupNormalization {
  return new GroupNormalization(options);
}

/** See {@link groupNormalization}. */
export class GroupNormalization extends Normalization {
  static readonly className = 'TfjsRecipesGroupNormalization';
  readonly groups: number;

  constructor(options: GroupNormalizationOptions) {
    const { groups, ...parsed } = parseOptions('groupNormalization', schema, options);
    super('group_normalization', options, parsed);
    tf.serialization.registerClass(GroupNormalization);
    this.groups = groups;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = oneShape(inputShape);
    if ((shape.at(-1) ?? 0) % this.groups !== 0) {
      const expected = `[batch, …, channels] with channels divisible by ${this.groups} groups`;
      throw new ShapeError(`layer ${this.name}`, expected, shape);
    }
    super.build(inputShape);
  }

  protected override layoutOf(shape: readonly number[]): NormLayout {
    const [batch = 0, ...others] = shape;
    const channels = others.pop() ?? 0;
    return [batch, product(others), this.groups, channels / this.groups];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), groups: this.groups };
  }
}
