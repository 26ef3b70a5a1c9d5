/** A window at a random place of each image, padded or not, as a layer for training. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { warpImages } from '../../backend/warp-images.ts';
import { ShapeError } from '../../errors.ts';
import { parseOptions } from '../../options.ts';
import { RandomLayer, randomLayerFields, type RandomLayerOptions } from '../random-layer.ts';
import { checkImages, combineMaps, drawColumns, IDENTITY_MAP } from './images.ts';

/**
 * One of `padding`, `height` and `width` must be given.
 *
 * Labels: safe where the label does not depend on where the thing is and the window still shows it: a padding of an
 * eighth of the size (4 of 32) cuts off little. A small window of a large image may miss the thing altogether.
 */
export interface RandomCropOptions extends RandomLayerOptions {
  /** Rows and columns of zeros put around the image before the window is placed. @default 0 */
  readonly padding?: number;
  /** Rows of the window, at most those of the image. @default all rows of the image */
  readonly height?: number;
  /** Columns of the window, at most those of the image. @default all columns of the image */
  readonly width?: number;
}

const size = z.int().positive().optional();
const schema = z
  .strictObject({ ...randomLayerFields, padding: z.int().min(0).default(0), height: size, width: size })
  .refine(({ padding, height, width }) => padding > 0 || height !== undefined || width !== undefined, {
    path: ['padding'],
    message: 'must be > 0, or height or width must be given: otherwise nothing is cropped',
  });

/**
 * Training: a window of each example of [batch, height, width, channels], every place equally likely, each example
 * with its own. Evaluation: the window in the middle (one pixel above or left of it where there is no middle), which
 * without `height` and `width` is the image itself.
 *
 * `randomCrop({ padding: 4 })` is torchvision's `RandomCrop(32, padding=4)` on images of 32 × 32 (He et al. 2016,
 * arXiv:1512.03385, for CIFAR-10); `randomCrop({ height, width })` is Keras's `RandomCrop(height, width)`. Targets
 * that are positions in the image (boxes, key points, segmentation masks) are not moved with it.
 */
export function randomCrop(options: RandomCropOptions): RandomCrop {
  return new RandomCrop(options);
}

/** See {@link randomCrop}. */
export class RandomCrop extends RandomLayer {
  static readonly className = 'TfjsRecipesRandomCrop';
  readonly padding: number;
  readonly height: number | undefined;
  readonly width: number | undefined;

  constructor(options: RandomCropOptions) {
    const { padding, height, width, seed } = parseOptions('randomCrop', schema, options);
    super('random_crop', { ...options, seed });
    tf.serialization.registerClass(RandomCrop);
    this.padding = padding;
    this.height = height;
    this.width = width;
  }

  protected override checkShape(shape: tf.Shape): void {
    checkImages('randomCrop', shape);
    const [, height = null, width = null] = shape;
    const [rows, columns] = [this.height ?? 0, this.width ?? 0];
    if ((height !== null && height < rows) || (width !== null && width < columns)) {
      const expected = `[batch, height >= ${rows}, width >= ${columns}, channels]`;
      throw new ShapeError('randomCrop', expected, shape);
    }
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    this.checkShape(inputShape);
    const [batch = null, height = null, width = null, channels = null] = inputShape;
    return [batch, this.height ?? height, this.width ?? width, channels];
  }

  protected override perturb(images: tf.Tensor, key: tf.Tensor1D): tf.Tensor {
    const { size: window, spare } = this.#windowIn(images);
    const directions = [
      [0, 0, 0, 0, 0, 1],
      [0, 0, 1, 0, 0, 0],
    ];
    const offsets = drawColumns(key, images.shape[0] ?? 0, 2).map((draw, axis) => {
      const places = (spare[axis] ?? 0) + 2 * this.padding + 1;
      return [draw.mul(places).floor().sub(this.padding), directions[axis] ?? []] as const;
    });
    const maps = combineMaps(IDENTITY_MAP, offsets);
    return warpImages(images.toFloat(), maps, { size: window, interpolation: 'nearest', fill: 0 });
  }

  protected override evaluate(images: tf.Tensor): tf.Tensor {
    const { size: window, spare } = this.#windowIn(images);
    if (spare.every((rest) => rest === 0)) return images;
    const [top, left] = spare.map((rest) => Math.floor(rest / 2));
    return images.slice([0, top ?? 0, left ?? 0, 0], [-1, ...window, -1]);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { padding, height, width } = this;
    return {
      ...super.getConfig(),
      padding,
      ...(height === undefined ? {} : { height }),
      ...(width === undefined ? {} : { width }),
    };
  }

  /** The window's size, and the rows and columns that the image has beyond it. */
  #windowIn({ shape }: tf.Tensor): { size: readonly [number, number]; spare: readonly number[] } {
    const [, rows = 0, columns = 0] = shape;
    const [height, width] = [this.height ?? rows, this.width ?? columns];
    return { size: [height, width], spare: [rows - height, columns - width] };
  }
}
