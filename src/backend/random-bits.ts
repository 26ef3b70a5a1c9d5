/**
 * Random bits as a tensor operation: the kernel `RandomBits`, which every backend has after `useBackend`. Its
 * numbers are those of the Philox stream its key names (`random/philox.ts`), so they are equal on all backends.
 */
import * as tf from '@tensorflow/tfjs';
import { BackendError } from '../errors.ts';
import { fillPhilox } from '../random/philox.ts';
import type { StreamKey } from '../random/philox.ts';
import type { HostKernel } from './host-kernel.ts';
import { findKernel } from './kernels.ts';

/** The kernel's name: input `key` (int32 [4]), attribute `shape`, output int32 of that shape. */
export const RANDOM_BITS = 'RandomBits';

/** Draws keep the low 23 bits: what uniform and bernoulli use, and exact in float32. */
const LOW_23_BITS = 0x7fffff;

/** A stream's name as a tensor, int32 [4]. The caller disposes it. */
export const keyTensor = (words: StreamKey): tf.Tensor1D => tf.tensor1d(Int32Array.from(words), 'int32');

/**
 * Integers in [0, 2^23), int32 of the given shape: element i is the low 23 bits of draw i of the stream `key`.
 * Throws a BackendError where the kernel is not installed.
 *
 * @param key - int32 [4], from {@link keyTensor}.
 */
export function randomBits(key: tf.Tensor1D, shape: readonly number[]): tf.Tensor {
  const backend = tf.getBackend();
  if (findKernel(RANDOM_BITS, backend) === undefined) {
    const cure = "call await useBackend('auto') first";
    throw new BackendError(backend, 'its kernels are not installed', cure);
  }
  return tf.engine().runKernel<tf.Tensor>(RANDOM_BITS, { key }, { shape: [...shape] });
}

/** The kernel: the words are drawn by the host. */
export const randomBitsKernel: HostKernel = {
  kernelName: RANDOM_BITS,
  outputs: (_, { shape }) => [{ shape: shape as number[], dtype: 'int32' }],
  compute({ key }, [bits]) {
    if (!(bits instanceof Int32Array)) throw new TypeError('RandomBits gives int32');
    fillPhilox(key as unknown as StreamKey, 0, bits);
    for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) & LOW_23_BITS;
  },
};
