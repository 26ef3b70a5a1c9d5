/**
 * `Identity`, and `Cast` to the type that is there, without a copy on wasm, as on the backend cpu: nothing writes into
 * a tensor's memory once it is made, so two tensors may share it.
 */
import * as tf from '@tensorflow/tfjs';
import { type KernelLookup, required } from './composed-kernel.ts';

/** Stock's own kernels, and ours that need fresh data, keep the stock ones. */
export function identityKernels(kernel: KernelLookup): readonly tf.KernelConfig[] {
  const [identity, cast] = [kernel(tf.Identity), kernel(tf.Cast)];
  return [
    { ...identity, kernelFunc: ({ inputs, backend }) => share(required(inputs, 'x'), backend) },
    {
      ...cast,
      kernelFunc(given) {
        const x = required(given.inputs, 'x');
        return x.dtype === given.attrs?.['dtype'] ? share(x, given.backend) : cast.kernelFunc(given);
      },
    },
  ];
}

function share({ dataId, shape, dtype }: tf.TensorInfo, backend: unknown): tf.TensorInfo {
  (backend as tf.KernelBackend).incRef(dataId);
  return { dataId, shape, dtype };
}
