import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { ACTIVATIONS, drawWindows, four } from './draw-windows.ts';
import { expectSameOnBoth } from './same-as-cpu.ts';

const CASES = 200;

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
afterAll(() => restoreStock());

describe(`equal to cpu on ${CASES} drawn cases`, () => {
  test('depthwiseConv2d and its gradients', () =>
    expectSameOnBoth(CASES, 7, (draw) => {
      const { filter, image, inChannels, strides, pad } = drawWindows(draw);
      const multiplier = draw.integer(1, 3);
      return {
        what: { filter, image, inChannels, multiplier, strides, pad },
        inputs: [{ shape: [...image, inChannels] }, { shape: [...filter, inChannels, multiplier] }],
        compute: (x, w) => tf.depthwiseConv2d(four(x), four(w), strides, pad),
      };
    }));

  test('depthwiseConv2d with dilations', () =>
    expectSameOnBoth(CASES, 8, (draw) => {
      const { filter, image, inChannels, pad } = drawWindows(draw);
      const dilation = draw.integer(1, 3);
      const [batch, height, width] = image;
      const large = [batch, height + 3 * dilation, width + 3 * dilation, inChannels];
      return {
        what: { filter, large, dilation, pad },
        inputs: [{ shape: large }, { shape: [...filter, inChannels, draw.integer(1, 3)] }],
        compute: (x, w) => tf.depthwiseConv2d(four(x), four(w), 1, pad, 'NHWC', dilation),
        gradient: false,
      };
    }));

  test('fused.depthwiseConv2d', () =>
    expectSameOnBoth(CASES, 9, (draw) => {
      const { filter, image, inChannels, strides } = drawWindows(draw);
      const pad = draw.pick(['same', 'valid'] as const);
      const multiplier = draw.integer(1, 3);
      const activation = draw.pick(ACTIVATIONS);
      const channels = inChannels * multiplier;
      return {
        what: { filter, image, inChannels, multiplier, strides, pad, activation },
        inputs: [
          { shape: [...image, inChannels] },
          { shape: [...filter, inChannels, multiplier] },
          { shape: draw.pick<number[]>([[channels], [1], [1, channels]]) },
          ...(activation === 'prelu' ? [{ shape: [channels] }] : []),
        ],
        compute: (x, w, b, slopes) =>
          tf.fused.depthwiseConv2d({
            x: four(x),
            filter: four(w),
            strides,
            pad,
            activation,
            leakyreluAlpha: 0.3,
            ...(b && { bias: b }),
            ...(slopes && { preluActivationWeights: slopes }),
          }),
        gradient: activation === 'linear' || activation === 'relu',
      };
    }));

  test('separableConv2d and its gradients', () =>
    expectSameOnBoth(CASES, 10, (draw) => {
      const { filter, image, inChannels, outChannels, strides } = drawWindows(draw);
      const [multiplier, pad] = [draw.integer(1, 3), draw.pick(['same', 'valid'] as const)];
      return {
        what: { filter, image, inChannels, multiplier, outChannels, strides, pad },
        inputs: [
          { shape: [...image, inChannels] },
          { shape: [...filter, inChannels, multiplier] },
          { shape: [1, 1, inChannels * multiplier, outChannels] },
        ],
        compute: (x, w, point) => tf.separableConv2d(four(x), four(w), four(point), strides, pad),
      };
    }));
});
