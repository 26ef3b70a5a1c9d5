/** The gradients of a depthwise convolution, which stock wasm lacks: `m` outputs of each input channel, side by side. */
import * as tf from '@tensorflow/tfjs';
import type { Attributes, HostKernel } from '../host-kernel.ts';
import { convolutionWindows, forEachWindow, type Windows, windowsUnder } from './windows.ts';

const filterGradient: HostKernel = {
  kernelName: tf.DepthwiseConv2dNativeBackpropFilter,
  outputs: (_, { filterShape }) => [{ shape: filterShape as number[], dtype: 'float32' }],
  compute({ x, dy }, [dFilter], attributes, infos) {
    if (!x || !dy || !dFilter) return;
    const filterShape = attributes['filterShape'] as number[];
    const windows = windowsOf(filterGradient.kernelName, infos['x'], filterShape, infos['dy'], attributes);
    const { inChannels } = windows;
    const [, , , multiplier = 1] = filterShape;
    const outChannels = inChannels * multiplier;
    const sums = new Float64Array(dFilter.length);
    forEachWindow(windows, (window, taps) => {
      let place = 0;
      for (const tap of taps) {
        if (tap < 0) {
          place += outChannels;
          continue;
        }
        let output = window * outChannels;
        for (let c = 0; c < inChannels; c++) {
          const value = x[tap + c] ?? 0;
          for (let m = 0; m < multiplier; m++, place++)
            sums[place] = (sums[place] ?? 0) + value * (dy[output++] ?? 0);
        }
      }
    });
    dFilter.set(sums);
  },
};

const inputGradient: HostKernel = {
  kernelName: tf.DepthwiseConv2dNativeBackpropInput,
  outputs: (_, { inputShape }) => [{ shape: inputShape as number[], dtype: 'float32' }],
  compute({ dy, filter }, [dx], attributes, infos) {
    if (!dy || !filter || !dx) return;
    const filterShape = infos['filter']?.shape ?? [];
    const input = { shape: attributes['inputShape'] as number[] };
    const windows = windowsOf(inputGradient.kernelName, input, filterShape, infos['dy'], attributes);
    const { inChannels } = windows;
    const [, , , multiplier = 1] = filterShape;
    const outChannels = inChannels * multiplier;
    dx.fill(0);
    forEachWindow(windows, (window, taps) => {
      let place = 0;
      for (const tap of taps) {
        if (tap < 0) {
          place += outChannels;
          continue;
        }
        let output = window * outChannels;
        for (let c = 0; c < inChannels; c++) {
          let sum = 0;
          for (let m = 0; m < multiplier; m++) sum += (filter[place++] ?? 0) * (dy[output++] ?? 0);
          dx[tap + c] = (dx[tap + c] ?? 0) + sum;
        }
      }
    });
  },
};

export const depthwiseGradientKernels: readonly HostKernel[] = [filterGradient, inputGradient];

function windowsOf(
  kernelName: string,
  x: { shape: number[] } | undefined,
  filterShape: readonly number[],
  dy: { shape: number[] } | undefined,
  attributes: Attributes,
): Windows {
  return windowsUnder(
    convolutionWindows(kernelName, x?.shape ?? [], filterShape, attributes),
    dy?.shape ?? [],
  );
}
