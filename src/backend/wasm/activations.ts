/** Activations on wasm, alone and at the end of a fused kernel, without what stock gets wrong of them. */
import * as tf from '@tensorflow/tfjs';
import type { Attributes } from '../host-kernel.ts';
import { composedKernel, type KernelLookup, required } from './composed-kernel.ts';
import type { Scratch } from './scratch.ts';

/** `Prelu`: stock reads the slopes one by one and starts again, right only where their shape ends x's. */
export function preluKernel(kernel: KernelLookup): tf.KernelConfig {
  const [stock, less, multiply, select] = [
    kernel('Prelu'),
    kernel('Less'),
    kernel('Multiply'),
    kernel('Select'),
  ];
  return composedKernel(tf.Prelu, (scratch, inputs) => {
    const [x, alpha] = [required(inputs, 'x'), required(inputs, 'alpha')];
    const slopes = alpha.shape.slice(alpha.shape.findIndex((size) => size !== 1));
    const endsShape = slopes.every((size, i) => size === x.shape.at(i - slopes.length));
    if (endsShape || alpha.shape.every((size) => size === 1)) return scratch.run(stock, inputs);
    const zero = scratch.allocate([]);
    scratch.backend.typedArrayFromHeap(zero).fill(0);
    const isNegative = scratch.run(less, { a: x, b: zero });
    return scratch.run(select, { condition: isNegative, t: scratch.run(multiply, { a: x, b: alpha }), e: x });
  });
}

/** The activation at the end of a fused kernel. Stock's fused relu and relu6 turn NaN into 0, so that a diverged training looks healthy. */
export function fusedActivation(kernel: KernelLookup) {
  const activations = {
    relu: kernel('Relu'),
    relu6: kernel('Relu6'),
    elu: kernel('Elu'),
    sigmoid: kernel('Sigmoid'),
    leakyrelu: kernel('LeakyRelu'),
    prelu: kernel('Prelu'),
  };
  return (
    scratch: Scratch,
    kernelName: string,
    x: tf.TensorInfo,
    { preluActivationWeights: alpha }: tf.NamedTensorInfoMap,
    { activation = 'linear', leakyreluAlpha }: Attributes,
  ): tf.TensorInfo => {
    if (activation === 'linear') return x;
    const chosen = Object.entries(activations).find(([name]) => name === activation)?.[1];
    if (chosen === undefined)
      throw new TypeError(`${kernelName}: no activation ${String(activation)} on wasm`);
    return scratch.run(chosen, alpha === undefined ? { x } : { x, alpha }, {
      alpha: Number(leakyreluAlpha ?? 0),
    });
  };
}
