import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { BACKENDS_SINGLE, relativeError } from '../../tolerances.ts';
import { expectSameOnBoth } from './same-as-cpu.ts';
import { drawWindows, four } from './draw-windows.ts';

const CASES = 200;

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
afterAll(() => restoreStock());

describe(`equal to cpu on ${CASES} drawn cases`, () => {
  test('conv2d and its gradients', () =>
    expectSameOnBoth(CASES, 1, (draw) => {
      const { filter, image, inChannels, outChannels, strides, pad } = drawWindows(draw);
      return {
        what: { filter, image, inChannels, outChannels, strides, pad },
        inputs: [{ shape: [...image, inChannels] }, { shape: [...filter, inChannels, outChannels] }],
        compute: (x, w) => tf.conv2d(four(x), four(w), strides, pad),
      };
    }));

  test('conv2d with dilations', () =>
    expectSameOnBoth(CASES, 2, (draw) => {
      const { filter, image, inChannels, outChannels, pad } = drawWindows(draw);
      const dilations: [number, number] = [draw.integer(1, 3), draw.integer(1, 3)];
      const [batch, height, width] = image;
      const large = [batch, height + 3 * dilations[0], width + 3 * dilations[1], inChannels];
      return {
        what: { filter, large, outChannels, dilations, pad },
        inputs: [{ shape: large }, { shape: [...filter, inChannels, outChannels] }],
        compute: (x, w) => tf.conv2d(four(x), four(w), 1, pad, 'NHWC', dilations),
        gradient: false,
      };
    }));

  test('conv2d of 1 × 1', () =>
    expectSameOnBoth(CASES, 4, (draw) => {
      const { image, inChannels, outChannels, pad } = drawWindows(draw);
      const strides = draw.integer(1, 2);
      return {
        what: { image, inChannels, outChannels, strides, pad },
        inputs: [{ shape: [...image, inChannels] }, { shape: [1, 1, inChannels, outChannels] }],
        compute: (x, w) => tf.conv2d(four(x), four(w), strides, pad),
      };
    }));

  test('conv1d and its gradients', () =>
    expectSameOnBoth(CASES, 5, (draw) => {
      const width = draw.integer(1, 4);
      const shape = [draw.integer(1, 3), draw.integer(width, 12), draw.integer(1, 5)];
      const stride = draw.integer(1, 3);
      const pad = draw.pick(['same', 'valid'] as const);
      return {
        what: { shape, width, stride, pad },
        inputs: [{ shape }, { shape: [width, shape[2] ?? 1, draw.integer(1, 5)] }],
        compute: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, stride, pad),
      };
    }));

  test('conv2dTranspose and its gradients', () =>
    expectSameOnBoth(CASES, 6, (draw) => {
      const { filter, image, inChannels, outChannels, strides } = drawWindows(draw);
      const pad = draw.pick(['same', 'valid'] as const);
      const filterShape: [number, number, number, number] = [...filter, outChannels, inChannels];
      const outputShape: [number, number, number, number] = [...image, outChannels];
      const { outShape } = tf.backend_util.computeConv2DInfo(outputShape, filterShape, strides, 1, pad);
      return {
        what: { filter, outputShape, inChannels, strides, pad },
        inputs: [{ shape: outShape }, { shape: filterShape }],
        compute: (x, w) => tf.conv2dTranspose(four(x), four(w), outputShape, strides, pad),
      };
    }));
});

test('many windows: the gradients of 8 images of 28 × 28', async () => {
  const numbers = async (backend: 'cpu' | 'wasm'): Promise<Float32Array[]> => {
    await tf.setBackend(backend);
    return tf.tidy(() => {
      const wave = (shape: number[], step: number): tf.Tensor =>
        tf.tensor(
          Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(i * step)),
          shape,
        );
      const inputs = [wave([8, 28, 28, 3], 0.7), wave([3, 3, 3, 8], 1.3)];
      const gradients = tf.grads((x, w) => tf.conv2d(four(x), four(w), 2, 'same').square())(inputs);
      return gradients.map((gradient) => gradient.dataSync<'float32'>().slice());
    });
  };
  const [cpu, wasm] = [await numbers('cpu'), await numbers('wasm')];
  cpu.forEach((values, i) =>
    expect(relativeError(wasm[i] ?? [], values)).toBeLessThanOrEqual(BACKENDS_SINGLE),
  );
});
