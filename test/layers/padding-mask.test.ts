import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { carriesMask, PaddingMask } from '../../src/layers/padding-mask.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

const symbolic = (layer: tf.layers.Layer, of: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor =>
  layer.apply(of) as tf.SymbolicTensor;
const tokens = (): tf.SymbolicTensor => tf.input({ shape: [null] });
const embedding = (maskZero: boolean): tf.layers.Layer =>
  tf.layers.embedding({ inputDim: 4, outputDim: 2, maskZero });

describe('the padding mask', () => {
  test('is 1 for data and 0 for padding, [batch, length], after sums too', () => {
    const input = tokens();
    const embedded = symbolic(embedding(true), input);
    const plus = (x: tf.SymbolicTensor): tf.SymbolicTensor =>
      symbolic(tf.layers.add(), [x, symbolic(tf.layers.dense({ units: 2 }), x)]);
    const outputs = [embedded, plus(plus(embedded))].map((of) => symbolic(new PaddingMask(), of));
    const model = tf.model({ inputs: input, outputs });
    expect(model.outputs.map(({ shape }) => shape)).toEqual([
      [null, null],
      [null, null],
    ]);
    tf.tidy(() => {
      for (const mask of model.predict(
        tf.tensor2d([
          [3, 1, 0],
          [0, 2, 0],
        ]),
      ) as tf.Tensor[])
        expect(mask.arraySync()).toEqual([
          [1, 1, 0],
          [0, 1, 0],
        ]);
    });
    model.dispose();
  });

  test('is refused where there is none', () => {
    tf.tidy(() => {
      expect(() => new PaddingMask({ name: 'hide' }).apply(tf.ones([1, 2, 3]))).toThrow(
        'layer hide: its input has no mask',
      );
    });
  });
});

test('a mask is carried from the layer that makes it through layers that hand it on', () => {
  const made = symbolic(embedding(true), tokens());
  const open = symbolic(embedding(false), tokens());
  expect([made, open].map((x) => carriesMask(x))).toEqual([true, false]);
  expect(carriesMask(symbolic(tf.layers.masking(), tf.input({ shape: [3, 2] })))).toBe(true);
  expect(carriesMask(symbolic(tf.layers.dense({ units: 2 }), made))).toBe(true);
  expect(carriesMask(symbolic(tf.layers.add(), [open, made]))).toBe(true);
  expect(carriesMask(symbolic(tf.layers.conv1d({ filters: 2, kernelSize: 1 }), made))).toBe(false);
});

test('a hundred sums of a tensor with itself are looked through once each', () => {
  let x = tf.input({ shape: [2, 3] });
  for (let i = 0; i < 100; i++) x = symbolic(tf.layers.add(), [x, x]);
  expect(carriesMask(x)).toBe(false);
});
