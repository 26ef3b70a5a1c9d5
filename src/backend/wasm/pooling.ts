/** Pooling on wasm. Stock's gradient of max pooling is wrong wherever no number of a window is above 0. */
import * as tf from '@tensorflow/tfjs';
import type { Attributes, HostKernel } from '../host-kernel.ts';
import { composedKernel, type KernelLookup, numbersOf, required } from './composed-kernel.ts';
import { forEachWindow, poolingWindows, type Windows, windowsUnder, withTouchedPadding } from './windows.ts';

/**
 * `MaxPool` and `AvgPool`: stock's, with the padding in numbers. Of NaN XNNPACK makes -Infinity, or leaves it out; here
 * a window with NaN has NaN, as in TensorFlow and PyTorch (tfjs's cpu leaves it out of a maximum).
 */
export function poolingKernels(kernel: KernelLookup): readonly tf.KernelConfig[] {
  return [tf.MaxPool, tf.AvgPool].map((name) => {
    const stock = kernel(name);
    return composedKernel(name, (scratch, inputs, attributes) => {
      const x = required(inputs, 'x');
      const windows = poolingWindows(x.shape, attributes);
      const y = scratch.run(stock, inputs, withTouchedPadding(attributes, windows));
      const numbers = numbersOf(scratch.backend, x);
      if (!areFinite(numbers)) pool(name, numbers, numbersOf(scratch.backend, y), windows);
      return y;
    });
  });
}

/** The largest number or the mean of each window; padding does not count. */
function pool(name: string, x: Float32Array, y: Float32Array, windows: Windows): void {
  const { inChannels } = windows;
  forEachWindow(windows, (window, taps) => {
    const count = insideCount(taps);
    for (let c = 0; c < inChannels; c++) {
      let [largest, sum] = [Number.NEGATIVE_INFINITY, 0];
      for (const tap of taps) {
        if (tap < 0) continue;
        largest = Math.max(largest, x[tap + c] ?? 0);
        sum += x[tap + c] ?? 0;
      }
      y[window * inChannels + c] = name === tf.MaxPool ? largest : sum / count;
    }
  });
}

function areFinite(numbers: Float32Array): boolean {
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) return false;
  return true;
}

/** The gradient of a window goes to the first of its largest numbers. */
const maxPoolGradient: HostKernel = {
  kernelName: tf.MaxPoolGrad,
  outputs: ({ input }) => [{ shape: input?.shape ?? [], dtype: 'float32' }],
  compute({ dy, input, output }, [dx], attributes, infos) {
    if (!dy || !input || !output || !dx) return;
    const windows = gradientWindows(infos, attributes);
    const { inChannels } = windows;
    dx.fill(0);
    forEachWindow(windows, (window, taps) => {
      for (let c = 0; c < inChannels; c++) {
        const place = window * inChannels + c;
        const largest = output[place];
        for (const tap of taps) {
          if (tap < 0 || input[tap + c] !== largest) continue;
          dx[tap + c] = (dx[tap + c] ?? 0) + (dy[place] ?? 0);
          break;
        }
      }
    });
  },
};

/** Each number in a window gets its share; stock takes twice as long, and counts the padding. */
const averagePoolGradient: HostKernel = {
  kernelName: tf.AvgPoolGrad,
  outputs: ({ input }) => [{ shape: input?.shape ?? [], dtype: 'float32' }],
  compute({ dy }, [dx], attributes, infos) {
    if (!dy || !dx) return;
    const windows = gradientWindows(infos, attributes);
    const { inChannels } = windows;
    dx.fill(0);
    forEachWindow(windows, (window, taps) => {
      const share = 1 / insideCount(taps);
      for (const tap of taps) {
        if (tap < 0) continue;
        for (let c = 0; c < inChannels; c++)
          dx[tap + c] = (dx[tap + c] ?? 0) + share * (dy[window * inChannels + c] ?? 0);
      }
    });
  },
};

export const poolingGradientKernels: readonly HostKernel[] = [maxPoolGradient, averagePoolGradient];

function gradientWindows(
  { dy, input }: Readonly<Record<string, tf.TensorInfo>>,
  attributes: Attributes,
): Windows {
  return windowsUnder(poolingWindows(input?.shape ?? [], attributes), dy?.shape ?? []);
}

function insideCount(taps: Int32Array): number {
  let count = 0;
  for (const tap of taps) if (tap >= 0) count++;
  return count;
}
