/** Kernels of wasm that are made of others. */
import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Attributes } from '../host-kernel.ts';
import { findKernel } from '../kernels.ts';
import { type Scratch, withScratch } from './scratch.ts';

/** Finds the kernel that a composed one calls: ours where it is made already, else the one that is registered. */
export type KernelLookup = (kernelName: string) => tf.KernelConfig;

/** What a composed kernel does: the result of `compute` stays, all else that it makes is freed. */
export type Compute = (
  scratch: Scratch,
  inputs: tf.NamedTensorInfoMap,
  attributes: Attributes,
) => tf.TensorInfo;

/** The kernel as wasm registers it. One that takes the place of a stock kernel keeps its set-up. */
export function composedKernel(kernelName: string, compute: Compute): tf.KernelConfig {
  return {
    ...findKernel(kernelName, 'wasm'),
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs = {}, backend }) =>
      withScratch(backend as BackendWasm, (scratch) => compute(scratch, inputs, attrs)),
  };
}

/** An input that the kernel cannot do without. */
export function required(inputs: tf.NamedTensorInfoMap, name: string): tf.TensorInfo {
  const input = inputs[name];
  if (input === undefined) throw new TypeError(`the kernel needs the input ${name}`);
  return input;
}

/** The numbers of a float32 tensor, in wasm's memory: valid until the next allocation. */
export function numbersOf(backend: BackendWasm, x: tf.TensorInfo): Float32Array {
  const numbers = backend.typedArrayFromHeap(x);
  if (numbers instanceof Float32Array) return numbers;
  throw new TypeError(`expected float32, received ${x.dtype}`);
}
