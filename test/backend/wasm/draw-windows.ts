/** Draws the windows of convolutions and poolings. */
import type * as tf from '@tensorflow/tfjs';
import type { Draw } from './same-as-cpu.ts';

/** What tfjs takes as padding. */
export type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

/** Sizes, strides and paddings, also where windows overlap, leave gaps, or lie in the padding alone. */
export function drawWindows(draw: Draw) {
  const [height, width] = [draw.integer(1, 4), draw.integer(1, 4)];
  const strides: [number, number] = [draw.integer(1, 3), draw.integer(1, 3)];
  const explicit: Pad = [
    [0, 0],
    [draw.integer(0, height), draw.integer(0, height)],
    [draw.integer(0, width), draw.integer(0, width)],
    [0, 0],
  ];
  return {
    filter: [height, width] as const,
    image: [draw.integer(1, 3), draw.integer(height, 9), draw.integer(width, 9)] as const,
    inChannels: draw.integer(1, 5),
    outChannels: draw.integer(1, 6),
    strides,
    pad: draw.pick<Pad>(['same', 'valid', explicit]),
  };
}

/** The tensor, known to have rank 4. */
export const four = (x: tf.Tensor): tf.Tensor4D => x.as4D(...(x.shape as [number, number, number, number]));

/** What a fused kernel takes. */
export const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;
