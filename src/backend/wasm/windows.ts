/** Where the windows of a convolution or a pooling lie, as tfjs computes it, with the faults of that mended. */
import * as tf from '@tensorflow/tfjs';
import { BackendError, quote } from '../../errors.ts';
import type { Attributes } from '../host-kernel.ts';

/** What the loops over windows need: sizes, steps, and the padding before the first row and column. */
export interface Windows {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly top: number;
  readonly left: number;
}

type Padding = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
type Pair = [number, number];

const explicit = (
  top: number,
  bottom: number,
  left: number,
  right: number,
): tf.backend_util.ExplicitPadding => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

/**
 * The attributes without a numeric padding: where it is a number, tfjs computes the width of the output from the
 * height of the filter, and memory beyond the input is read.
 */
function withExplicitPadding(attributes: Attributes): Attributes {
  const pad = attributes['pad'];
  return typeof pad === 'number' ? { ...attributes, pad: explicit(pad, pad, pad, pad) } : attributes;
}

/**
 * The attributes with the padding that the windows touch, in numbers: XNNPACK rounds the size of the output down only,
 * and its own padding 'same' is wrong where a stride is larger than the filter.
 */
export function withTouchedPadding(attributes: Attributes, windows: Windows): Attributes {
  const { inHeight, outHeight, filterHeight, strideHeight, dilationHeight, top } = windows;
  const { inWidth, outWidth, filterWidth, strideWidth, dilationWidth, left } = windows;
  const bottom = paddingAfter(inHeight, outHeight, filterHeight, strideHeight, dilationHeight, top);
  const right = paddingAfter(inWidth, outWidth, filterWidth, strideWidth, dilationWidth, left);
  return { ...attributes, pad: explicit(top, bottom, left, right), dimRoundingMode: undefined };
}

/** What the last window touches beyond the end of one axis. */
function paddingAfter(
  size: number,
  outputs: number,
  filter: number,
  stride: number,
  dilation: number,
  before: number,
): number {
  return Math.max(0, (outputs - 1) * stride + (filter - 1) * dilation + 1 - size - before);
}

/** @param filterShape - [height, width, input channels, output channels or, depthwise, outputs of each channel]. */
export function convolutionWindows(
  kernelName: string,
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: Attributes,
): Windows {
  const format = attributes['dataFormat'] ?? 'NHWC';
  if (format !== 'NHWC') {
    const cure = "transpose to 'NHWC' (in tf.layers: dataFormat 'channelsLast'), or use the backend cpu";
    throw new BackendError('wasm', `${kernelName} does not support dataFormat ${quote(format)}`, cure);
  }
  const { strides, dilations, pad, dimRoundingMode } = withExplicitPadding(attributes);
  return windowsOf(
    tf.backend_util.computeConv2DInfo(
      inputShape as [number, number, number, number],
      filterShape as [number, number, number, number],
      strides as number | Pair,
      (dilations ?? 1) as number | Pair,
      pad as Padding,
      dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
    ),
  );
}

export function poolingWindows(inputShape: readonly number[], attributes: Attributes): Windows {
  const { filterSize, strides, pad, dimRoundingMode } = withExplicitPadding(attributes);
  return windowsOf(
    tf.backend_util.computePool2DInfo(
      inputShape as [number, number, number, number],
      filterSize as number | Pair,
      strides as number | Pair,
      1,
      pad as Padding,
      dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
    ),
  );
}

/** The windows of a gradient: as many as `dy` [batch, rows, columns, channels] has. tfjs drops the rounding mode on the way. */
export function windowsUnder(windows: Windows, dy: readonly number[]): Windows {
  const [, outHeight = 0, outWidth = 0] = dy;
  return { ...windows, outHeight, outWidth };
}

/** Whether each window is one number, and each number has its window. */
export function isPointwise(windows: Windows): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, top, left } = windows;
  const { inHeight, inWidth, outHeight, outWidth } = windows;
  const isNumber = filterHeight === 1 && filterWidth === 1 && strideHeight === 1 && strideWidth === 1;
  return isNumber && top === 0 && left === 0 && outHeight === inHeight && outWidth === inWidth;
}

function windowsOf(info: tf.backend_util.Conv2DInfo): Windows {
  const { batchSize: batch, padInfo } = info;
  return { ...info, batch, top: padInfo.top, left: padInfo.left };
}

/**
 * Visits the windows in the order [image, row, column] with the places in [batch, height, width, channels] where
 * their taps begin, in the filter's order; -1 for a tap in the padding. The same array is handed over each time.
 */
export function forEachWindow(windows: Windows, visit: (window: number, taps: Int32Array) => void): void {
  const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth } = windows;
  const { filterHeight, filterWidth, dilationHeight, dilationWidth, top, left } = windows;
  const taps = new Int32Array(filterHeight * filterWidth);
  let window = 0;
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++, window++) {
        let tap = 0;
        for (let i = 0; i < filterHeight; i++) {
          const y = row * strideHeight - top + i * dilationHeight;
          for (let j = 0; j < filterWidth; j++, tap++) {
            const x = column * strideWidth - left + j * dilationWidth;
            const isInside = y >= 0 && y < inHeight && x >= 0 && x < inWidth;
            taps[tap] = isInside ? ((image * inHeight + y) * inWidth + x) * inChannels : -1;
          }
        }
        visit(window, taps);
      }
    }
  }
}
