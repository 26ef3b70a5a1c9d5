/**
 * Average pooling with padding. tfjs averages over the part of a window that lies on the image, but on cpu and wasm its
 * gradient divides by the whole window: at the border it is too small.
 */
import * as tf from '@tensorflow/tfjs';
import { gradient, gradientOf, stockGradient } from './gradient.ts';
import { ofAxis, type Padding, paddingBefore } from './padding.ts';

/** Of AvgPool and AvgPool3D. */
interface PoolingAttributes {
  readonly filterSize: number | number[];
  readonly strides: number | number[];
  readonly pad: Padding;
}

/** The windows along one axis of the image. */
interface Windows {
  readonly size: number;
  readonly window: number;
  /** Where the first starts and those after it. */
  readonly starts: readonly number[];
}

export const borderPoolingGradients = (): tf.GradConfig[] =>
  [tf.AvgPool, tf.AvgPool3D].map((kernelName) => {
    const stock = stockGradient(kernelName);
    return gradient(kernelName, ['x'], ([dy], { x }, attributes: PoolingAttributes) => {
      const axes = x.shape
        .slice(1, -1)
        .map((size, axis) => windowsOf(size, dy.shape[axis + 1] ?? 1, axis, attributes));
      return axes.every(({ size, window, starts }) =>
        starts.every((start) => start >= 0 && start + window <= size),
      )
        ? stock.gradFunc(dy, [x], { ...attributes })
        : { x: () => insidePadded(stock, dy, x.shape, attributes, axes) };
    });
  });

function windowsOf(size: number, count: number, axis: number, attributes: PoolingAttributes): Windows {
  const [window, stride] = [ofAxis(attributes.filterSize, axis), ofAxis(attributes.strides, axis)];
  const needed = Math.max(0, (count - 1) * stride + window - size);
  const before = paddingBefore(attributes.pad, axis, needed);
  return { size, window, starts: Array.from({ length: count }, (_, i) => i * stride - before) };
}

/** As pooling of the padded image, where each window lies inside, by gradients that are larger at the border. */
function insidePadded(
  stock: tf.GradConfig,
  dy: tf.Tensor,
  shape: number[],
  attributes: PoolingAttributes,
  axes: readonly Windows[],
): tf.Tensor {
  const larger = axes.reduce((gradients, { size, window, starts }, i) => {
    const factors = starts.map((start) => window / (Math.min(start + window, size) - Math.max(start, 0)));
    const alongAxis = [...axes.map((_, j) => (i === j ? starts.length : 1)), 1];
    return gradients.mul(tf.tensor(factors, alongAxis));
  }, dy);
  const before = axes.map(({ starts }) => -(starts[0] ?? 0));
  const padded = axes.map(
    ({ size, window, starts }, i) => (before[i] ?? 0) + Math.max(size, (starts.at(-1) ?? 0) + window),
  );
  const image = tf.zeros([shape[0] ?? 1, ...padded, shape.at(-1) ?? 1]);
  const { filterSize, strides } = attributes;
  const inside = stock.gradFunc(larger, [image], { filterSize, strides, pad: 'valid' });
  return gradientOf('x', inside).slice([0, ...before, 0], shape);
}
