/**
 * Images seen through affine maps, one map for each image, as one kernel with its exact gradient. tfjs's own `Transform`
 * has no gradient, and its cpu kernel stops after the first image of a batch. All sums are made by the host in
 * float64 from the same maps, so cpu and wasm give the same bits.
 */
import * as tf from '@tensorflow/tfjs';
import { BackendError } from '../errors.ts';
import type { HostArray, HostKernel } from './host-kernel.ts';
import { findKernel } from './kernels.ts';

const WARP = 'WarpImages';
const WARP_GRADIENT = 'WarpImagesGradient';

/** The numbers of one map. */
const MAP_LENGTH = 6;

/** What a map's points read where they miss the image. */
const OUTSIDE = -1;

/** Rows and columns of an image. */
type Size = readonly [height: number, width: number];

type Interpolation = 'bilinear' | 'nearest';

export interface WarpOptions {
  /** Of the results. */
  readonly size: Size;
  /** Between pixels: the weighted mean of the four around, or the nearest (the one below or right where two are). */
  readonly interpolation: Interpolation;
  /** What stands beyond the edges of the image. */
  readonly fill: number;
}

/**
 * [batch, …size, channels], float32: pixel (column x, row y) of result i shows the point (a x + b y + c, d x + e y + f)
 * of image i, where [a, b, c, d, e, f] is row i of `maps`. Points that meet a pixel exactly have its exact value. Linear
 * in the images, with a gradient of any order; the maps have none.
 *
 * @param images - [batch, height, width, channels], float32.
 * @param maps - [batch, 6], float32.
 */
export function warpImages(images: tf.Tensor, maps: tf.Tensor, options: WarpOptions): tf.Tensor {
  const [, height = 0, width = 0] = images.shape;
  return linear(images, maps, {
    apply: (x, kept) => runKernel(WARP, { images: x, maps: kept }, { ...options }),
    transpose: (dy, kept) => transposedWarp(dy, kept, [height, width], options.interpolation),
  });
}

/** The transpose of {@link warpImages}: each pixel of `dy` goes back, by its weights, to the pixels that it was read from. */
function transposedWarp(dy: tf.Tensor, maps: tf.Tensor, size: Size, interpolation: Interpolation): tf.Tensor {
  const [, height = 0, width = 0] = dy.shape;
  return linear(dy, maps, {
    apply: (x, kept) => runKernel(WARP_GRADIENT, { images: x, maps: kept }, { size, interpolation }),
    transpose: (ddy, kept) => warpImages(ddy, kept, { size: [height, width], interpolation, fill: 0 }),
  });
}

type OfTensors = (x: tf.Tensor, maps: tf.Tensor) => tf.Tensor;

/** `apply(x, maps)` with its transpose as its gradient. */
function linear(
  x: tf.Tensor,
  maps: tf.Tensor,
  { apply, transpose }: { apply: OfTensors; transpose: OfTensors },
): tf.Tensor {
  return tf.customGrad<tf.Tensor>((input, save) => {
    (save as tf.GradSaveFunc)([maps]);
    return {
      value: apply(input as tf.Tensor, maps),
      gradFunc: (dy, [kept = maps]) => transpose(dy, kept),
    };
  })(x);
}

function runKernel(name: string, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap): tf.Tensor {
  const backend = tf.getBackend();
  if (findKernel(name, backend) === undefined) {
    const cure = "call await useBackend('wasm') first";
    throw new BackendError(backend, `its kernels are not installed or lack ${name}`, cure);
  }
  return tf.engine().runKernel<tf.Tensor>(name, inputs, attributes);
}

const outputs: HostKernel['outputs'] = ({ images }, { size }) => {
  const [batch = 0, , , channels = 0] = images?.shape ?? [];
  return [{ shape: [batch, ...(size as Size), channels], dtype: 'float32' }];
};

export const warpImagesKernel: HostKernel = {
  kernelName: WARP,
  outputs,
  compute({ images, maps }, [results], { size, interpolation, fill }, { images: info }) {
    const [, height = 0, width = 0, channels = 0] = info?.shape ?? [];
    if (!images || !maps || !results) throw new TypeError('WarpImages: tensors');
    results.fill(0);
    visitSamples(maps, [height, width], size as Size, interpolation, (to, from, weight) => {
      for (let channel = 0; channel < channels; channel++) {
        const value = from === OUTSIDE ? (fill as number) : (images[from * channels + channel] ?? 0);
        const index = to * channels + channel;
        results[index] = (results[index] ?? 0) + weight * value;
      }
    });
  },
};

export const warpImagesGradientKernel: HostKernel = {
  kernelName: WARP_GRADIENT,
  outputs,
  compute({ images: gradients, maps }, [results], { size, interpolation }, { images: info }) {
    const [, height = 0, width = 0, channels = 0] = info?.shape ?? [];
    if (!gradients || !maps || !results) throw new TypeError('WarpImagesGradient: tensors');
    results.fill(0);
    visitSamples(maps, size as Size, [height, width], interpolation, (from, to, weight) => {
      if (to === OUTSIDE) return;
      for (let channel = 0; channel < channels; channel++) {
        const index = to * channels + channel;
        results[index] = (results[index] ?? 0) + weight * (gradients[from * channels + channel] ?? 0);
      }
    });
  },
};

/** Names, for each pixel of the results, the pixels of the images that it is made of, with their weights (not 0, sum 1). */
function visitSamples(
  maps: HostArray,
  [imageHeight, imageWidth]: Size,
  [height, width]: Size,
  interpolation: unknown,
  visit: (result: number, image: number, weight: number) => void,
): void {
  const isNearest = interpolation === 'nearest';
  let [result, image] = [0, 0];
  const visitCorner = (row: number, column: number, weight: number): void => {
    if (weight === 0) return;
    const isInside = row >= 0 && row < imageHeight && column >= 0 && column < imageWidth;
    visit(result, isInside ? image + row * imageWidth + column : OUTSIDE, weight);
  };
  for (let first = 0; first < maps.length; first += MAP_LENGTH, image += imageHeight * imageWidth) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = maps.subarray(first, first + MAP_LENGTH);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++, result++) {
        const x = a * column + b * row + c;
        const y = d * column + e * row + f;
        const left = Math.floor(isNearest ? x + 0.5 : x);
        const top = Math.floor(isNearest ? y + 0.5 : y);
        const right = isNearest ? 0 : x - left; // weights: how far the point is on its way to the next column
        const below = isNearest ? 0 : y - top; // and to the next row
        visitCorner(top, left, (1 - below) * (1 - right));
        visitCorner(top, left + 1, (1 - below) * right);
        visitCorner(top + 1, left, below * (1 - right));
        visitCorner(top + 1, left + 1, below * right);
      }
    }
  }
}
