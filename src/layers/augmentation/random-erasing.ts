/** A rectangle of each image painted over (Zhong et al. 2017, arXiv:1708.04896), as a layer for training. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../../options.ts';
import { RandomLayer, randomLayerFields, type RandomLayerOptions } from '../random-layer.ts';
import { checkImages, drawColumns } from './images.ts';

export interface RandomErasingOptions extends RandomLayerOptions {
  /** That a rectangle of an example is erased, in [0, 1]. @default 0.5 */
  readonly probability?: number;
  /**
   * The rectangle's share of the image, uniform on [from, to], in (0, 1].
   *
   * Labels: safe while what is left still shows the label. A large share, or a thing that is small in its image, makes
   * examples whose label nobody could tell.
   *
   * @default [0.02, 0.33]
   */
  readonly area?: readonly [from: number, to: number];
  /** Rows of the rectangle over its columns, > 0: its logarithm is uniform between those of [from, to]. @default [0.3, 3.3] */
  readonly aspect?: readonly [from: number, to: number];
  /** What the rectangle is painted with, in units of the input. @default 0 */
  readonly fill?: number;
}

const range = (number: z.ZodNumber): z.ZodType<readonly [number, number]> =>
  z.tuple([number, number]).refine(([from, to]) => from <= to, 'must be [from, to] with from <= to');

const schema = z.strictObject({
  ...randomLayerFields,
  probability: z.number().min(0).max(1).default(0.5),
  area: range(z.number().positive().max(1)).default([0.02, 0.33]),
  aspect: range(z.number().positive()).default([0.3, 3.3]),
  fill: z.number().default(0),
});

/**
 * Training: in each example of [batch, height, width, channels], with the given probability, one rectangle is painted
 * over in all channels, every place equally likely; evaluation: y = x. Sides are rounded to whole pixels. Where a
 * rectangle of the drawn area and aspect would not fit, its aspect becomes the nearest that does.
 *
 * torchvision draws both again until the rectangle fits, which makes large areas rarer; the paper draws the aspect
 * itself, not its logarithm, which makes tall rectangles more frequent than wide ones. Both may fill with noise
 * instead. Segmentation masks are not erased with it.
 */
export function randomErasing(options: RandomErasingOptions = {}): RandomErasing {
  return new RandomErasing(options);
}

/** See {@link randomErasing}. */
export class RandomErasing extends RandomLayer {
  static readonly className = 'TfjsRecipesRandomErasing';
  readonly probability: number;
  readonly area: readonly [from: number, to: number];
  readonly aspect: readonly [from: number, to: number];
  readonly fill: number;

  constructor(options: RandomErasingOptions = {}) {
    const { probability, area, aspect, fill, seed } = parseOptions('randomErasing', schema, options);
    super('random_erasing', { ...options, seed });
    tf.serialization.registerClass(RandomErasing);
    this.probability = probability;
    this.area = area;
    this.aspect = aspect;
    this.fill = fill;
  }

  protected override checkShape(shape: tf.Shape): void {
    checkImages('randomErasing', shape);
  }

  protected override perturb(images: tf.Tensor, key: tf.Tensor1D): tf.Tensor {
    const erased = this.#rectangles(images.shape, key);
    return images.mul(tf.scalar(1).sub(erased)).add(erased.mul(this.fill));
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { probability, fill } = this;
    return { ...super.getConfig(), probability, area: [...this.area], aspect: [...this.aspect], fill };
  }

  /** 1 inside the rectangle of each example, 0 outside: [batch, height, width, 1]. */
  #rectangles([batch = 0, height = 0, width = 0]: number[], key: tf.Tensor1D): tf.Tensor {
    const none = tf.zeros([batch, 1]);
    const [chance = none, areas = none, aspects = none, tops = none, lefts = none] = drawColumns(
      key,
      batch,
      5,
    );
    const area = between(areas, this.area);
    const [low, high] = this.aspect;
    // `exp` may differ between backends in its last bit, which the rounding to whole pixels hides but for rare chance.
    // Tall enough that no more than `width` columns are needed, and no taller than `height`.
    const aspect = between(aspects, [Math.log(low), Math.log(high)])
      .exp()
      .minimum(tf.scalar(height / width).div(area))
      .maximum(area.mul(height / width));
    const pixels = area.mul(height * width);
    const rows = insideOf(round(pixels.mul(aspect).sqrt()), tops, height);
    const columns = insideOf(round(pixels.div(aspect).sqrt()), lefts, width);
    const chosen = chance.less(this.probability).toFloat();
    return rows
      .mul(chosen)
      .reshape([batch, height, 1, 1])
      .mul(columns.reshape([batch, 1, width, 1]));
  }
}

const between = (draw: tf.Tensor, [from, to]: readonly [number, number]): tf.Tensor =>
  draw.mul(to - from).add(from);

/** Halves upwards: tfjs rounds them to the even number. */
const round = (values: tf.Tensor): tf.Tensor => values.add(0.5).floor();

/** [batch, size]: 1 for the `lengths` places from a random start on, else 0. All starts from 0 to size − length are equally likely. */
function insideOf(lengths: tf.Tensor, draw: tf.Tensor, size: number): tf.Tensor {
  const starts = draw.mul(tf.scalar(size + 1).sub(lengths)).floor();
  const places = tf.range(0, size).sub(starts);
  return places.greaterEqual(0).toFloat().mul(places.less(lengths).toFloat());
}
