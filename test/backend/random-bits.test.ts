import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, test } from 'vitest';
import { restoreStock } from '../../src/backend/kernels.ts';
import { keyTensor, randomBits } from '../../src/backend/random-bits.ts';
import { useBackend } from '../../src/backend/use-backend.ts';
import { BackendError } from '../../src/errors.ts';
import { fillPhilox } from '../../src/random/philox.ts';
import type { StreamKey } from '../../src/random/philox.ts';

const KEY: StreamKey = [0x89abcdef, 7, 0xffffffff, 0x80000000];
const expected = (count: number): number[] =>
  [...fillPhilox(KEY, 0, new Uint32Array(count))].map((word) => word & 0x7fffff);

afterEach(() => restoreStock());

describe.each(['cpu', 'wasm'] as const)('randomBits on %s', (backend) => {
  test.each([[[7]], [[3, 5]], [[2, 1, 129]], [[]], [[0, 4]]])(
    'shape %j is the stream of its key, bit for bit',
    async (shape) => {
      await useBackend(backend);
      const before = tf.memory();
      const key = keyTensor(KEY);
      const bits = randomBits(key, shape);
      expect(bits.dtype).toBe('int32');
      expect(bits.shape).toEqual(shape);
      expect([...bits.dataSync()]).toEqual(expected(bits.size));
      tf.dispose([key, bits]);
      expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
    },
  );

  test('a key computed by an operation is a key like any other', async () => {
    await useBackend(backend);
    const bits = tf.tidy(() =>
      randomBits(tf.add(keyTensor([0x89abcdef, 7, 0xffffffff, 0]), keyTensor([0, 0, 0, 0x80000000])), [9]),
    );
    expect([...bits.dataSync()]).toEqual(expected(9));
    bits.dispose();
  });

  test('a gradient passes by: d(x · mask)/dx is the mask', async () => {
    await useBackend(backend);
    const gradient = tf.tidy(() => {
      const key = keyTensor(KEY);
      return tf.grad((x) =>
        x
          .mul(
            randomBits(key, [6])
              .less(2 ** 22)
              .cast('float32'),
          )
          .sum(),
      )(tf.ones([6]));
    });
    expect([...gradient.dataSync()]).toEqual(expected(6).map((bits) => (bits < 2 ** 22 ? 1 : 0)));
    gradient.dispose();
  });
});

test('without its kernel it says how to get it', async () => {
  await tf.setBackend('cpu');
  const key = keyTensor(KEY);
  expect(() => randomBits(key, [3])).toThrow(BackendError);
  expect(() => randomBits(key, [3])).toThrow(/its kernels are not installed.*await useBackend\('auto'\)/);
  key.dispose();
});
