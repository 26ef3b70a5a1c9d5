import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { withoutLeak } from '../../no-leak.ts';
import { expectSameOnBoth, onWasm } from './same-as-cpu.ts';
import { ACTIVATIONS, drawWindows, four, type Pad } from './draw-windows.ts';

const CASES = 200;

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
afterAll(() => restoreStock());

test(`fused.conv2d, whose bias may have any shape that fits, equals cpu on ${CASES} drawn cases`, () =>
  expectSameOnBoth(CASES, 3, (draw) => {
    const { filter, image, inChannels, outChannels, strides, pad } = drawWindows(draw);
    const activation = draw.pick(ACTIVATIONS);
    const bias = draw.pick<number[]>([[outChannels], [outChannels], [1], [1, outChannels], []]);
    return {
      what: { filter, image, inChannels, outChannels, strides, pad, activation, bias },
      inputs: [
        { shape: [...image, inChannels] },
        { shape: [...filter, inChannels, outChannels] },
        { shape: bias },
        ...(activation === 'prelu' ? [{ shape: [outChannels] }] : []),
      ],
      compute: (x, w, b, slopes) =>
        tf.fused.conv2d({
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

describe('what stock gets wrong', () => {
  test('a number as padding is that many zeros on each side, also with a filter that is not square', async () => {
    // Rows of [1 2 3]: one tap above and below, three beside: stock takes the width of the output from the height.
    const x = (): tf.Tensor4D => tf.tensor4d([1, 2, 3], [1, 1, 3, 1]);
    const w = (): tf.Tensor4D => tf.ones([1, 3, 1, 1]);
    const rows = [0, 0, 0, 3, 6, 5, 0, 0, 0];
    expect(await onWasm(() => tf.conv2d(x(), w(), 1, 1))).toEqual(rows);
    expect(await onWasm(() => tf.depthwiseConv2d(x(), w(), 1, 1))).toEqual(rows);
    const gradient = (): tf.Tensor => tf.grad((y: tf.Tensor) => tf.conv2d(four(y), w(), 1, 1))(x());
    expect(await onWasm(gradient)).toEqual([2, 3, 2]);
  });

  test("'same' padding where a stride is larger than the filter", async () => {
    // Two windows of 2, at the first and the fourth row: nothing is padded.
    const x = (): tf.Tensor4D => tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 6, 1, 1]);
    expect(await onWasm(() => tf.conv2d(x(), tf.ones([2, 1, 1, 1]), 3, 'same'))).toEqual([3, 9]);
  });

  test('an output size that is rounded up takes the last window too', async () => {
    // Windows of 2 at 0, 2, 4 of [1 … 5]; the last one holds 5 and a zero.
    const x = (): tf.Tensor4D => tf.tensor4d([1, 2, 3, 4, 5], [1, 1, 5, 1]);
    const pad: Pad = [[0, 0], [0, 0], [0, 0], [0, 0]]; // prettier-ignore
    const convolve = (image: tf.Tensor, w: tf.Tensor): tf.Tensor =>
      tf.conv2d(four(image), four(w), [1, 2], pad, 'NHWC', 1, 'ceil');
    const w = (): tf.Tensor => tf.ones([1, 2, 1, 1]);
    expect(await onWasm(() => convolve(x(), w()))).toEqual([3, 7, 5]);
    const gradients = (): tf.Tensor => {
      const [dx, dw] = tf.grads(convolve)([x(), w()]);
      return tf.concat([dx ?? [], dw ?? []].map((gradient) => tf.reshape(gradient, [-1])));
    };
    expect(await onWasm(gradients)).toEqual([1, 1, 1, 1, 1, 1 + 3 + 5, 2 + 4]);
  });

  test('NaN stays NaN through one weight a channel and through a fused relu', async () => {
    const nan = (): tf.Tensor4D => tf.tensor4d([Number.NaN, 2], [1, 2, 1, 1]);
    const w = (): tf.Tensor4D => tf.ones([1, 1, 1, 1]);
    expect(await onWasm(() => tf.conv2d(nan(), w(), 1, 'valid'))).toEqual([Number.NaN, 2]);
    expect(await onWasm(() => tf.depthwiseConv2d(nan(), w(), 1, 'valid'))).toEqual([Number.NaN, 2]);
    const wide = (): tf.Tensor4D => tf.ones([1, 1, 1, 2]);
    for (const activation of ['relu', 'relu6'] as const) {
      const fused = (): tf.Tensor =>
        tf.fused.conv2d({ x: nan(), filter: wide(), strides: 1, pad: 'valid', activation });
      expect(await onWasm(fused)).toEqual([Number.NaN, Number.NaN, 2, 2]);
    }
  });
});

test('channels first is refused with the cure', async () => {
  await tf.setBackend('wasm');
  await withoutLeak(() => {
    const convolve = (): tf.Tensor =>
      tf.tidy(() => tf.conv2d(tf.ones<tf.Rank.R4>([1, 1, 3, 3]), tf.ones([1, 1, 1, 1]), 1, 'valid', 'NCHW'));
    expect(convolve).toThrow(/Conv2D does not support dataFormat "NCHW"; transpose to 'NHWC'/);
  });
});
