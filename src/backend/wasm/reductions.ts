/**
 * `Sum` and `Mean` of float32. Stock adds one number after another in float32, which loses digits where they cancel
 * (the gradient of a bias), and transposes first unless the axes are the last; here they are added in float64, in place.
 */
import * as tf from '@tensorflow/tfjs';
import type { Attributes } from '../host-kernel.ts';
import { composedKernel, type KernelLookup, numbersOf, required } from './composed-kernel.ts';

/** Axes that are not neighbours are left to stock, and so are integers. */
export function reductionKernels(kernel: KernelLookup): readonly tf.KernelConfig[] {
  return [tf.Sum, tf.Mean].map((name) => {
    const stock = kernel(name);
    return composedKernel(name, (scratch, inputs, attributes) => {
      const x = required(inputs, 'x');
      const reduction = x.dtype === 'float32' ? readReduction(x.shape, attributes) : undefined;
      if (reduction === undefined) return scratch.run(stock, inputs, attributes);
      const result = scratch.allocate(reduction.shape);
      const [numbers, sums] = [numbersOf(scratch.backend, x), numbersOf(scratch.backend, result)];
      const divisor = name === tf.Mean ? reduction.count : 1;
      if (reduction.inner === 1 || numbers.length === 0) sumRows(numbers, sums, divisor);
      else sumColumns(numbers, sums, reduction.inner, divisor);
      return result;
    });
  });
}

/** A reduction of [outer, count, inner] over the middle. */
interface Reduction {
  readonly count: number;
  readonly inner: number;
  /** Of the result. */
  readonly shape: number[];
}

/** Undefined where the axes are not neighbours. */
function readReduction(shape: number[], { axis, keepDims }: Attributes): Reduction | undefined {
  const axes = tf.util.parseAxisParam(axis as number | number[], shape).toSorted((a, b) => a - b);
  const [first = 0] = axes;
  const areNeighbours = axes.every((place, i) => place === first + i);
  if (!areNeighbours) return undefined;
  const count = tf.util.sizeFromShape(shape.slice(first, first + axes.length));
  const inner = tf.util.sizeFromShape(shape.slice(first + axes.length));
  const kept = (place: number): boolean => !axes.includes(place);
  const resultShape =
    keepDims === true
      ? shape.map((size, place) => (kept(place) ? size : 1))
      : shape.filter((_, place) => kept(place));
  return { count, inner, shape: resultShape };
}

/** x [outer, count] to [outer]. */
function sumRows(x: Float32Array, sums: Float32Array, divisor: number): void {
  const count = x.length / sums.length;
  let place = 0;
  for (let row = 0; row < sums.length; row++) {
    let sum = 0;
    for (const end = place + count; place < end; place++) sum += x[place] ?? 0;
    sums[row] = sum / divisor;
  }
}

/** x [outer, count, inner] to [outer, inner]. */
function sumColumns(x: Float32Array, sums: Float32Array, inner: number, divisor: number): void {
  const outer = sums.length / inner;
  const size = x.length / outer;
  const columns = new Float64Array(inner);
  let place = 0;
  for (let block = 0; block < outer; block++) {
    columns.fill(0);
    for (const end = (block + 1) * size; place < end;) {
      for (let i = 0; i < inner; i++) columns[i] = (columns[i] ?? 0) + (x[place++] ?? 0);
    }
    for (let i = 0; i < inner; i++) sums[block * inner + i] = (columns[i] ?? 0) / divisor;
  }
}
