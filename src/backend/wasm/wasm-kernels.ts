/** Every kernel that this package adds to the backend `wasm` or replaces there. */
import type * as tf from '@tensorflow/tfjs';
import { ownKernels } from '../own-kernels.ts';
import { matrixProductKernels } from './matrix-product.ts';

/** Made of the kernels that are registered now. */
export const wasmKernels = (): readonly tf.KernelConfig[] => [
  ...matrixProductKernels(),
  ...ownKernels('wasm'),
];
