/** Every kernel that this package adds to the backend `wasm` or replaces there. */
import * as tf from '@tensorflow/tfjs';
import { type HostKernel, hostKernelConfig } from '../host-kernel.ts';
import { findKernel } from '../kernels.ts';
import { ownKernels } from '../own-kernels.ts';
import { preluKernel } from './activations.ts';
import type { KernelLookup } from './composed-kernel.ts';
import { convolutionGradientKernels } from './convolution-gradients.ts';
import { convolutionKernels } from './convolutions.ts';
import { depthwiseGradientKernels } from './depthwise-gradients.ts';
import { elementWiseKernels } from './element-wise.ts';
import { identityKernels } from './identity.ts';
import { matrixProductKernels } from './matrix-product.ts';
import { poolingGradientKernels, poolingKernels } from './pooling.ts';
import { reductionKernels } from './reductions.ts';
import { refusedKernels } from './refused.ts';
import { segmentSumKernel } from './segment-sum.ts';

const HOST_KERNELS: readonly HostKernel[] = [
  ...poolingGradientKernels,
  ...depthwiseGradientKernels,
  segmentSumKernel,
];

/** Made of the kernels that are registered now; each may call those before it. */
export function wasmKernels(): readonly tf.KernelConfig[] {
  const kernels = HOST_KERNELS.map(onWasm);
  const kernel: KernelLookup = (name) =>
    kernels.find(({ kernelName }) => kernelName === name) ?? tf.getKernel(name, 'wasm');
  kernels.push(...elementWiseKernels(kernel));
  kernels.push(...reductionKernels(kernel));
  kernels.push(preluKernel(kernel));
  kernels.push(...matrixProductKernels(kernel));
  kernels.push(...convolutionKernels(kernel));
  kernels.push(...convolutionGradientKernels(kernel));
  kernels.push(...poolingKernels(kernel));
  return [...kernels, ...refusedKernels, ...identityKernels(kernel), ...ownKernels('wasm')];
}

/** In place of a stock kernel it keeps that one's set-up: other stock kernels call it below the registry. */
function onWasm(kernel: HostKernel): tf.KernelConfig {
  return { ...findKernel(kernel.kernelName, 'wasm'), ...hostKernelConfig(kernel, 'wasm') };
}
