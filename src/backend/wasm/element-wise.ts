/** Element-wise kernels whose stock version, XNNPACK's clamp and maximum, makes a number of NaN: it is put back. */
import * as tf from '@tensorflow/tfjs';
import { composedKernel, type KernelLookup, numbersOf } from './composed-kernel.ts';
import type { Scratch } from './scratch.ts';

/** `Relu6`, `ClipByValue`, `Maximum`, `Minimum`. A diverged training would look healthy after them. */
export function elementWiseKernels(kernel: KernelLookup): readonly tf.KernelConfig[] {
  const tile = kernel('Tile');

  /** x, repeated along the axes in which it has size 1 or none. */
  function stretch(scratch: Scratch, x: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
    const own = [...shape.slice(x.shape.length).map(() => 1), ...x.shape];
    const reps = shape.map((size, axis) => (own[axis] === size ? 1 : size));
    return reps.every((count) => count === 1) ? x : scratch.run(tile, { x: { ...x, shape: own } }, { reps });
  }

  return [tf.Relu6, tf.ClipByValue, tf.Maximum, tf.Minimum].map((name) => {
    const stock = kernel(name);
    return composedKernel(name, (scratch, inputs, attributes) => {
      const y = scratch.run(stock, inputs, attributes);
      for (const x of Object.values(inputs)) {
        if (x?.dtype !== 'float32' || !hasNaN(numbersOf(scratch.backend, x))) continue;
        const wide = numbersOf(scratch.backend, stretch(scratch, x, y.shape));
        const result = numbersOf(scratch.backend, y);
        wide.forEach((value, i) => {
          if (Number.isNaN(value)) result[i] = value;
        });
      }
      return y;
    });
  });
}

/** A loop: `some` calls a function for each number, and takes five times as long. */
function hasNaN(numbers: Float32Array): boolean {
  for (let i = 0; i < numbers.length; i++) if (Number.isNaN(numbers[i])) return true;
  return false;
}
