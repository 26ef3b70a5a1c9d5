/** Images turned about their centre by a random angle, as a layer for training. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { warpImages } from '../../backend/warp-images.ts';
import { parseOptions } from '../../options.ts';
import { RandomLayer, randomLayerFields, type RandomLayerOptions } from '../random-layer.ts';
import { checkImages, combineMaps, drawColumns } from './images.ts';

export interface RandomRotationOptions extends RandomLayerOptions {
  /**
   * The angle is uniform on [−degrees, degrees], or on [from, to] of a pair; counterclockwise where positive.
   *
   * Labels: safe only up to the angle at which a label changes. Digits bear about 15 degrees (6 and 9 are one another
   * at 180, 7 and 1 come near much earlier), upright photographs about as much; aerial views and cells bear 180. Not
   * for targets that are directions.
   */
  readonly degrees: number | readonly [from: number, to: number];
  /** What stands where the turned image does not reach, in units of the input. @default 0 */
  readonly fill?: number;
  /** Between pixels: the weighted mean of the four around, or the nearest. torchvision's default is the nearest. @default 'bilinear' */
  readonly interpolation?: 'bilinear' | 'nearest';
}

const schema = z.strictObject({
  ...randomLayerFields,
  degrees: z.custom<RandomRotationOptions['degrees']>(
    isAngle,
    'must be a number >= 0, or a pair [from, to] with from <= to',
  ),
  fill: z.number().default(0),
  interpolation: z.enum(['bilinear', 'nearest']).default('bilinear'),
});

/**
 * Training: each example of [batch, height, width, channels] is turned about its centre by its own angle and keeps its
 * size; evaluation: y = x. Multiples of 90 degrees are exact. Targets that are positions in the image (boxes, key
 * points, segmentation masks) are not turned with it.
 */
export function randomRotation(options: RandomRotationOptions): RandomRotation {
  return new RandomRotation(options);
}

/** See {@link randomRotation}. */
export class RandomRotation extends RandomLayer {
  static readonly className = 'TfjsRecipesRandomRotation';
  readonly degrees: RandomRotationOptions['degrees'];
  readonly fill: number;
  readonly interpolation: 'bilinear' | 'nearest';

  constructor(options: RandomRotationOptions) {
    const { degrees, fill, interpolation, seed } = parseOptions('randomRotation', schema, options);
    super('random_rotation', { ...options, seed });
    tf.serialization.registerClass(RandomRotation);
    this.degrees = degrees;
    this.fill = fill;
    this.interpolation = interpolation;
  }

  protected override checkShape(shape: tf.Shape): void {
    checkImages('randomRotation', shape);
  }

  protected override perturb(images: tf.Tensor, key: tf.Tensor1D): tf.Tensor {
    const [batch = 0, height = 0, width = 0] = images.shape;
    const [from, to] = typeof this.degrees === 'number' ? [-this.degrees, this.degrees] : this.degrees;
    const [draw = tf.zeros([batch, 1])] = drawColumns(key, batch, 1);
    const { cosine, sine } = cosineAndSine(draw.mul(to - from).add(from));
    // With c the centre: x' = c + cos (x − c) − sin (y − c), y' = c + sin (x − c) + cos (y − c); rows run downwards.
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    const maps = combineMaps(
      [0, 0, x, 0, 0, y],
      [
        [cosine, [1, 0, -x, 0, 1, -y]],
        [sine, [0, -1, y, 1, 0, -x]],
      ],
    );
    const { fill, interpolation } = this;
    return warpImages(images.toFloat(), maps, { size: [height, width], interpolation, fill });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { fill, interpolation } = this;
    const degrees = typeof this.degrees === 'number' ? this.degrees : [...this.degrees];
    return { ...super.getConfig(), degrees, fill, interpolation };
  }
}

/** sin φ and cos φ for |φ| ≤ π/4 as polynomials in φ², from the constant term up (Taylor; the rest is below 4e-7). */
const SINE = [1, -1 / 6, 1 / 120, -1 / 5040];
const COSINE = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40_320];

/**
 * Cosine and sine from sums and products alone: the same bits on every backend, where `tf.cos` differs in the last, and
 * exact at multiples of 90 degrees. The angle is a whole number of quarter turns and a rest φ of at most 45 degrees.
 */
function cosineAndSine(degrees: tf.Tensor): { cosine: tf.Tensor; sine: tf.Tensor } {
  const turns = degrees.div(90);
  const quarters = turns.add(0.5).floor();
  const phi = turns.sub(quarters).mul(Math.PI / 2);
  const square = phi.mul(phi);
  const [cosPhi, sinPhi] = [polynomial(square, COSINE), polynomial(square, SINE).mul(phi)];
  // q = 0, 1, 2, 3 quarter turns: the cosine is 1, 0, −1, 0 = |q − 2| − 1 and the sine 0, 1, 0, −1 = 1 − |q − 1|.
  const q = quarters.sub(quarters.div(4).floor().mul(4));
  const cosQuarters = q.sub(2).abs().sub(1);
  const sinQuarters = tf.scalar(1).sub(q.sub(1).abs());
  return {
    cosine: cosQuarters.mul(cosPhi).sub(sinQuarters.mul(sinPhi)),
    sine: sinQuarters.mul(cosPhi).add(cosQuarters.mul(sinPhi)),
  };
}

/** Σ coefficients[i] xⁱ. */
function polynomial(x: tf.Tensor, coefficients: readonly number[]): tf.Tensor {
  return coefficients.reduceRight<tf.Tensor>((sum, coefficient) => sum.mul(x).add(coefficient), tf.scalar(0));
}

function isAngle(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0;
  if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isFinite)) return false;
  const [from, to]: number[] = value;
  return from !== undefined && to !== undefined && from <= to;
}
