/** The backend `cpu`: tfjs's kernels in plain JavaScript. Slow, complete, everywhere: the reference for the others. */
import * as tf from '@tensorflow/tfjs';
import type { OpenBackend } from './backend-info.ts';
import { installKernels } from './kernels.ts';
import { ownKernels } from './own-kernels.ts';
import { platformVersions } from './versions.ts';

export const openCpu: OpenBackend = async () => {
  await tf.setBackend('cpu');
  // At its first use in Node the backend prints an advertisement for tfjs-node; nothing here prints.
  Reflect.set(tf.backend(), 'firstUse', false);
  installKernels('cpu', () => ownKernels('cpu'));
  return {
    name: 'cpu',
    device: 'CPU (JavaScript)',
    isGpu: false,
    threads: 1,
    simd: null,
    versions: platformVersions(),
  };
};
