/** What stock wasm has and gets wrong, and this package does not mend: three-dimensional layers. */
import * as tf from '@tensorflow/tfjs';
import { BackendError } from '../../errors.ts';

/** Kernels that say so, in place of wrong numbers. */
export const refusedKernels: readonly tf.KernelConfig[] = [
  tf.Conv3DBackpropFilterV2,
  tf.Conv3DBackpropInputV2,
  tf.MaxPool3D,
  tf.MaxPool3DGrad,
].map((kernelName) => ({
  kernelName,
  backendName: 'wasm',
  kernelFunc() {
    throw new BackendError(
      'wasm',
      `${kernelName} of tfjs gives wrong numbers`,
      "use the backend 'cpu' or 'tensorflow'",
    );
  },
}));
