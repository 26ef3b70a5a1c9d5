/** The kernels that this package adds to every backend. */
import type * as tf from '@tensorflow/tfjs';
import { adamUpdateKernel } from './adam-update.ts';
import { einsumKernel } from './einsum.ts';
import { hostKernelConfig } from './host-kernel.ts';
import { normalizeKernels } from './normalize-kernels.ts';
import { randomBitsKernel } from './random-bits.ts';
import { warpImagesGradientKernel, warpImagesKernel } from './warp-images.ts';

/** What no chain of tfjs's operations does. */
const NEEDED = [randomBitsKernel, warpImagesKernel, warpImagesGradientKernel];

/** What a chain of operations does too, and these do faster where tensors live in host memory. */
const FASTER_ON_THE_HOST = [adamUpdateKernel, ...normalizeKernels];

/** As a backend registers them. wasm has no Einsum, and cpu's drops a factor where an index stands in one term only. */
export const ownKernels = (backendName: 'cpu' | 'wasm' | 'tensorflow'): readonly tf.KernelConfig[] => {
  const onHost = backendName !== 'tensorflow';
  return [
    ...[...NEEDED, ...(onHost ? FASTER_ON_THE_HOST : [])].map((kernel) =>
      hostKernelConfig(kernel, backendName),
    ),
    ...(onHost ? [einsumKernel(backendName)] : []),
  ];
};
