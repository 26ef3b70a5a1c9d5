/** Mirror images of a random half of the examples, as a layer for training. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { warpImages } from '../../backend/warp-images.ts';
import { parseOptions } from '../../options.ts';
import { bernoulli } from '../draws.ts';
import { RandomLayer, randomLayerFields, type RandomLayerOptions } from '../random-layer.ts';
import { checkImages, combineMaps, IDENTITY_MAP } from './images.ts';

const AXES = ['horizontal', 'vertical', 'both'] as const;

export interface RandomFlipOptions extends RandomLayerOptions {
  /**
   * Horizontal: left and right change places in half of the examples. Vertical: top and bottom. Both: each of the two
   * in half of the examples, independently.
   *
   * Labels: safe only where a thing and its mirror image have one label. Horizontal is so for most photographs of
   * animals and objects, and not for text and digits (b becomes d, 2 is no digit any more), for left and right as
   * targets (steering, gaze, "which hand"), or for organs. Vertical suits images without an up: cells, aerial views.
   */
  readonly axis: (typeof AXES)[number];
}

const schema = z.strictObject({ ...randomLayerFields, axis: z.enum(AXES) });

/**
 * Training: each example of [batch, height, width, channels] is mirrored with probability ½, each with its own draw;
 * evaluation: y = x. Targets that are positions in the image (boxes, key points, segmentation masks) are not mirrored
 * with it.
 */
export function randomFlip(options: RandomFlipOptions): RandomFlip {
  return new RandomFlip(options);
}

/** See {@link randomFlip}. */
export class RandomFlip extends RandomLayer {
  static readonly className = 'TfjsRecipesRandomFlip';
  readonly axis: RandomFlipOptions['axis'];

  constructor(options: RandomFlipOptions) {
    const { axis, seed } = parseOptions('randomFlip', schema, options);
    super('random_flip', { ...options, seed });
    tf.serialization.registerClass(RandomFlip);
    this.axis = axis;
  }

  protected override checkShape(shape: tf.Shape): void {
    checkImages('randomFlip', shape);
  }

  protected override perturb(images: tf.Tensor, key: tf.Tensor1D): tf.Tensor {
    const [batch = 0, height = 0, width = 0] = images.shape;
    // A mirrored axis runs backwards from its last pixel: x → (width − 1) − x.
    const directions = {
      horizontal: [[-2, 0, width - 1, 0, 0, 0]],
      vertical: [[0, 0, 0, 0, -2, height - 1]],
      both: [
        [-2, 0, width - 1, 0, 0, 0],
        [0, 0, 0, 0, -2, height - 1],
      ],
    }[this.axis];
    const flips = tf.split(bernoulli(key, [batch, directions.length], 0.5), directions.length, 1);
    const maps = combineMaps(
      IDENTITY_MAP,
      flips.map((flip, axis) => [flip, directions[axis] ?? []] as const),
    );
    return warpImages(images.toFloat(), maps, { size: [height, width], interpolation: 'nearest', fill: 0 });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), axis: this.axis };
  }
}
