/**
 * Resized images. Of tfjs's gradients both ignore `halfPixelCenters`; on cpu the one of nearest neighbours is wrong beyond
 * the first image of a batch, and the bilinear one fails where the image is not square.
 */
import * as tf from '@tensorflow/tfjs';
import { gradient, stockGradient } from './gradient.ts';

export const resizingGradients = (): tf.GradConfig[] => [
  bilinearGradient(stockGradient(tf.ResizeBilinear)),
  gradient(
    tf.ResizeNearestNeighbor,
    ['images'],
    ([dy], { images: { shape } }, attributes: tf.ResizeNearestNeighborAttrs) => ({
      images: () =>
        repeatsPixels(shape, attributes)
          ? sumBlocks(dy, shape)
          : resizeBack(dy, shape, attributes, tf.image.resizeNearestNeighbor),
    }),
  ),
];

const bilinearGradient = (stock: tf.GradConfig): tf.GradConfig =>
  gradient(stock.kernelName, ['images'], ([dy], { images }, attributes: tf.ResizeBilinearAttrs) => {
    const [, height, width] = images.shape;
    return attributes.halfPixelCenters || height !== width
      ? { images: () => resizeBack(dy, images.shape, attributes, tf.image.resizeBilinear) }
      : stock.gradFunc(dy, [images], { ...attributes });
  });

/** Whether each pixel becomes a block of equal ones, as in `tf.layers.upSampling2d`. */
function repeatsPixels(
  [, height = 1, width = 1]: readonly number[],
  { size: [newHeight, newWidth], alignCorners }: tf.ResizeNearestNeighborAttrs,
): boolean {
  return !alignCorners && newHeight % height === 0 && newWidth % width === 0;
}

function sumBlocks(
  dy: tf.Tensor,
  [count = 1, height = 1, width = 1, channels = 1]: readonly number[],
): tf.Tensor {
  const [, newHeight = 1, newWidth = 1] = dy.shape;
  const rows = dy.reshape([count * height, newHeight / height, newWidth * channels]).sum(1);
  const pixels = rows.reshape([count * height * width, newWidth / width, channels]).sum(1);
  return pixels.reshape([count, height, width, channels]);
}

/** Resizing is a matrix for the rows and one for the columns: what it makes of the unit matrix. */
function resizeBack(
  dy: tf.Tensor,
  [count = 1, height = 1, width = 1, channels = 1]: readonly number[],
  { alignCorners, halfPixelCenters }: tf.ResizeBilinearAttrs,
  resize: typeof tf.image.resizeBilinear,
): tf.Tensor {
  const [, newHeight = 1, newWidth = 1] = dy.shape;
  const rows = resize(
    tf.eye(height).reshape([1, height, 1, height]) as tf.Tensor4D,
    [newHeight, 1],
    alignCorners,
    halfPixelCenters,
  );
  const columns = resize(
    tf.eye(width).reshape([1, 1, width, width]) as tf.Tensor4D,
    [1, newWidth],
    alignCorners,
    halfPixelCenters,
  );
  const wide = dy.transpose([0, 3, 1, 2]).reshape([count * channels * newHeight, newWidth]);
  const narrow = wide.matMul(columns.reshape([newWidth, width]));
  const high = narrow.reshape([count * channels, newHeight, width]).transpose([0, 2, 1]);
  const low = high.reshape([count * channels * width, newHeight]).matMul(rows.reshape([newHeight, height]));
  return low.reshape([count, channels, width, height]).transpose([0, 3, 2, 1]);
}
