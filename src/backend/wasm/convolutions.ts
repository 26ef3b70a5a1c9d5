/** Convolutions on wasm, dense and depthwise, fused or not: stock's, with its faults mended (`internals.md` lists them). */
import * as tf from '@tensorflow/tfjs';
import { fusedActivation } from './activations.ts';
import { type Compute, composedKernel, type KernelLookup, required } from './composed-kernel.ts';
import { convolutionWindows, isPointwise, withTouchedPadding } from './windows.ts';

/** `Conv2D`, `DepthwiseConv2dNative`, and the two with a bias and an activation. */
export function convolutionKernels(kernel: KernelLookup): readonly tf.KernelConfig[] {
  const [multiply, add, activate] = [kernel('Multiply'), kernel('Add'), fusedActivation(kernel)];

  return [
    [tf.Conv2D, tf.FusedConv2D] as const,
    [tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D] as const,
  ].flatMap(([name, fusedName]) => {
    const [stock, fused] = [kernel(name), kernel(fusedName)];

    const convolve: Compute = (scratch, inputs, attributes) => {
      const [x, filter, bias] = [required(inputs, 'x'), required(inputs, 'filter'), inputs['bias']];
      const windows = convolutionWindows(name, x.shape, filter.shape, attributes);
      const [, , inChannels = 0, last = 0] = filter.shape;
      const [outChannels, groups] = name === tf.Conv2D ? [last, 1] : [inChannels * last, inChannels];
      const padded = withTouchedPadding(attributes, windows);
      const scales = isPointwise(windows) && outChannels === groups && groups === inChannels;
      if (bias?.shape.length === 1 && bias.shape[0] === outChannels && !scales)
        return scratch.run(fused, { x, filter, bias }, { ...padded, activation: 'linear' });
      // XNNPACK makes -Infinity of NaN where each channel is multiplied by one number.
      const y = scales
        ? scratch.run(multiply, { a: x, b: { ...filter, shape: [groups] } })
        : scratch.run(stock, { x, filter }, padded);
      return bias === undefined ? y : scratch.run(add, { a: y, b: bias });
    };

    return [
      composedKernel(name, convolve),
      composedKernel(fusedName, (scratch, inputs, attributes) => {
        const y = convolve(scratch, inputs, attributes);
        return activate(scratch, fusedName, y, inputs, attributes);
      }),
    ];
  });
}
