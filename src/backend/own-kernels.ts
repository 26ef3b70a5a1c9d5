/** The kernels that this package adds to every backend. */
import type * as tf from '@tensorflow/tfjs';
import { adamUpdateKernel } from './adam-update.ts';
import { hostKernelConfig } from './host-kernel.ts';
import { randomBitsKernel } from './random-bits.ts';

const HOST_KERNELS = [adamUpdateKernel, randomBitsKernel];

/** For a backend whose tensors live in host memory. */
export const ownKernels = (backendName: 'cpu' | 'wasm'): readonly tf.KernelConfig[] =>
  HOST_KERNELS.map((kernel) => hostKernelConfig(kernel, backendName));
