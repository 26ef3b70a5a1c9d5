/**
 * The gradients of a convolution on wasm, each a convolution itself, by XNNPACK. Stock has none for the filter; its
 * one for the input is a loop without vectors, three to eleven times slower.
 */
import * as tf from '@tensorflow/tfjs';
import { composedKernel, type KernelLookup, numbersOf, required } from './composed-kernel.ts';
import {
  convolutionWindows,
  isPointwise,
  type Windows,
  windowsUnder,
  withTouchedPadding,
} from './windows.ts';

/** `Conv2DBackpropFilter` and `Conv2DBackpropInput`. */
export function convolutionGradientKernels(kernel: KernelLookup): readonly tf.KernelConfig[] {
  return [filterGradientKernel(kernel), inputGradientKernel(kernel)];
}

/**
 * dW[i, j, c, o] = Σ x[n, i + s·row − top, j + s·column − left, c] · dy[n, row, column, o]: x with images for channels,
 * convolved with dy as the filter, whose taps lie a stride apart. Under a filter of 1 × 1 it is one matrix product.
 */
function filterGradientKernel(kernel: KernelLookup): tf.KernelConfig {
  const [convolve, product] = [kernel('Conv2D'), kernel('BatchMatMul')];
  const [transpose, slice] = [kernel('Transpose'), kernel('Slice')];

  return composedKernel(tf.Conv2DBackpropFilter, (scratch, inputs, attributes) => {
    const [x, dy] = [required(inputs, 'x'), required(inputs, 'dy')];
    const filterShape = attributes['filterShape'] as number[];
    const [height = 0, width = 0, inChannels = 0, outChannels = 0] = filterShape;
    const windows = windowsUnder(
      convolutionWindows(tf.Conv2DBackpropFilter, x.shape, filterShape, attributes),
      dy.shape,
    );
    if (isPointwise(windows)) {
      const pixels = tf.util.sizeFromShape(x.shape.slice(0, 3));
      const a = { ...x, shape: [1, pixels, inChannels] };
      const b = { ...dy, shape: [1, pixels, outChannels] };
      return {
        ...scratch.run(product, { a, b }, { transposeA: true, transposeB: false }),
        shape: filterShape,
      };
    }
    const images = scratch.run(transpose, { x }, { perm: [3, 1, 2, 0] });
    const filter = scratch.run(transpose, { x: dy }, { perm: [1, 2, 0, 3] });
    const { strideHeight, strideWidth } = windows;
    const { pad } = withTouchedPadding(attributes, windows);
    const dilated = { strides: 1, pad, dilations: [strideHeight, strideWidth], dataFormat: 'NHWC' };
    const gradient = scratch.run(convolve, { x: images, filter }, dilated);
    // Rows and columns that no window reaches make it larger.
    const size = [inChannels, height, width, outChannels];
    const reached = scratch.run(slice, { x: gradient }, { begin: [0, 0, 0, 0], size });
    return scratch.run(transpose, { x: reached }, { perm: [1, 2, 0, 3] });
  });
}

/** dx: dy, its numbers a stride apart in a frame of zeros, convolved with the filter turned by 180°. */
function inputGradientKernel(kernel: KernelLookup): tf.KernelConfig {
  const [convolve, transpose, reverse] = [kernel('Conv2D'), kernel('Transpose'), kernel('Reverse')];

  return composedKernel(tf.Conv2DBackpropInput, (scratch, inputs, attributes) => {
    const [dy, filter] = [required(inputs, 'dy'), required(inputs, 'filter')];
    const inputShape = attributes['inputShape'] as number[];
    const windows = windowsUnder(
      convolutionWindows(tf.Conv2DBackpropInput, inputShape, filter.shape, attributes),
      dy.shape,
    );
    const reversed = scratch.run(reverse, { x: filter }, { dims: [0, 1] });
    const turned = scratch.run(transpose, { x: reversed }, { perm: [0, 1, 3, 2] });
    const { batch, inHeight, inWidth, filterHeight, filterWidth } = windows;
    const outChannels = dy.shape[3] ?? 0;
    const framed = scratch.allocate([
      batch,
      inHeight + filterHeight - 1,
      inWidth + filterWidth - 1,
      outChannels,
    ]);
    spread(numbersOf(scratch.backend, dy), numbersOf(scratch.backend, framed), windows, outChannels);
    const plain = { strides: 1, pad: 'valid', dilations: 1, dataFormat: 'NHWC' };
    return scratch.run(convolve, { x: framed, filter: turned }, plain);
  });
}

/** Each number of dy goes where its window ends in the framed input; what no window reaches is 0. */
function spread(dy: Float32Array, framed: Float32Array, windows: Windows, channels: number): void {
  const { batch, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = windows;
  const { filterHeight, filterWidth, top, left } = windows;
  const [height, width] = [inHeight + filterHeight - 1, inWidth + filterWidth - 1];
  framed.fill(0);
  let from = 0;
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < outHeight; row++) {
      const y = row * strideHeight + filterHeight - 1 - top;
      for (let column = 0; column < outWidth; column++, from += channels) {
        const x = column * strideWidth + filterWidth - 1 - left;
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        const to = ((image * height + y) * width + x) * channels;
        for (let c = 0; c < channels; c++) framed[to + c] = dy[from + c] ?? 0;
      }
    }
  }
}
