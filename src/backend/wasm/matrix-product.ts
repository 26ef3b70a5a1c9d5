/**
 * Matrix products on wasm. Stock tfjs uses XNNPACK (Google's library of fast kernels) only where neither operand
 * is transposed and the batch is 1; gradients always transpose, and take a scalar loop that is ten times slower.
 * Here operands are transposed first and batches taken apart wherever that is faster, and the stock faults that
 * `internals.md` lists are mended.
 */
import * as tf from '@tensorflow/tfjs';
import type { Attributes } from '../host-kernel.ts';
import { fusedActivation } from './activations.ts';
import { composedKernel, type KernelLookup } from './composed-kernel.ts';
import { type Scratch, withScratch } from './scratch.ts';
import { transposed } from './transposed.ts';

/** A product of `count` pairs of matrices, [m, k] × [k, n] once transposed; an operand holds `count` of them or one. */
interface Product {
  readonly a: tf.TensorInfo;
  readonly b: tf.TensorInfo;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly batchA: number;
  readonly batchB: number;
  readonly count: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** [batch…, m, n]. */
  readonly shape: number[];
}

/** From this many multiplications a matrix, taking a batch apart is faster: 2.5 times at 32×32×32, half as fast at 16×16×16. */
const WORTH_TAKING_APART = 2 ** 14;

/** The column count that XNNPACK's packed copy of a right operand was made for: one copy per data id, whatever its shape. */
const packedColumns = new WeakMap<tf.DataId, number>();

/** `BatchMatMul` and `_FusedMatMul`. */
export function matrixProductKernels(kernel: KernelLookup): readonly tf.KernelConfig[] {
  const [stock, fused, add] = [kernel('BatchMatMul'), kernel('_FusedMatMul'), kernel('Add')];
  const identity = kernel('Identity');
  const activate = fusedActivation(kernel);

  function multiply(scratch: Scratch, product: Product): tf.TensorInfo {
    const { a, b, transposeA, transposeB, batchA, batchB, count, m, k, n, shape } = product;
    if (k === 0) {
      const zeros = scratch.allocate(shape);
      scratch.backend.typedArrayFromHeap(zeros).fill(0);
      return zeros;
    }
    if (!isFasterByXnnpack(product)) return scratch.run(stock, { a, b }, { transposeA, transposeB });
    const x = transposeA ? transposed(scratch, a, [batchA, k, m]) : a;
    const y = transposeB ? transposed(scratch, b, [batchB, n, k]) : b;
    const left = { ...x, shape: [batchA, m, k] };
    const right = { ...y, shape: [batchB, k, n] };
    return {
      ...(count === 1 ? multiplyPair(scratch, left, right) : multiplyEach(scratch, left, right)),
      shape,
    };
  }

  /** [1, m, k] × [1, k, n], by XNNPACK. */
  function multiplyPair(scratch: Scratch, left: tf.TensorInfo, right: tf.TensorInfo): tf.TensorInfo {
    const columns = right.shape[2] ?? 0;
    const packed = packedColumns.get(right.dataId) ?? columns;
    packedColumns.set(right.dataId, packed);
    const b = packed === columns ? right : scratch.run(identity, { x: right });
    return scratch.run(stock, { a: left, b }, { transposeA: false, transposeB: false });
  }

  /** [count or 1, m, k] × [count or 1, k, n], pair by pair. */
  function multiplyEach(scratch: Scratch, left: tf.TensorInfo, right: tf.TensorInfo): tf.TensorInfo {
    const count = Math.max(left.shape[0] ?? 0, right.shape[0] ?? 0);
    const output = scratch.allocate([count, left.shape[1] ?? 0, right.shape[2] ?? 0]);
    for (let i = 0; i < count; i++) {
      withScratch(scratch.backend, (inner) => {
        const pair = multiplyPair(inner, matrixAt(inner, left, i), matrixAt(inner, right, i));
        const values = scratch.backend.typedArrayFromHeap(pair);
        scratch.backend.typedArrayFromHeap(output).set(values, i * values.length);
        return undefined;
      });
    }
    return output;
  }

  return [
    composedKernel('BatchMatMul', (scratch, inputs, attrs) => {
      const product = readProduct(inputs, attrs);
      return product === undefined ? scratch.run(stock, inputs, attrs) : multiply(scratch, product);
    }),
    composedKernel('_FusedMatMul', (scratch, inputs, attrs) => {
      const product = readProduct(inputs, attrs);
      if (product === undefined) return scratch.run(fused, inputs, attrs);
      const y = multiply(scratch, product);
      const sum = inputs['bias'] === undefined ? y : scratch.run(add, { a: y, b: inputs['bias'] });
      return activate(scratch, '_FusedMatMul', sum, inputs, attrs);
    }),
  ];
}

/** One matrix of [count, rows, columns]; of a single one, itself. */
function matrixAt(scratch: Scratch, x: tf.TensorInfo, index: number): tf.TensorInfo {
  const [count = 1, rows = 0, columns = 0] = x.shape;
  if (count === 1) return x;
  // Stock's Slice copies the whole tensor first.
  const matrix = scratch.allocate([1, rows, columns]);
  const values = scratch.backend.typedArrayFromHeap(x);
  scratch.backend
    .typedArrayFromHeap(matrix)
    .set(values.subarray(index * rows * columns, (index + 1) * rows * columns));
  return matrix;
}

/** Undefined for what stock refuses (or, two batches that stretch each other, gets wrong on every backend). */
function readProduct(inputs: tf.NamedTensorInfoMap, attrs: Attributes): Product | undefined {
  const { a, b } = inputs;
  if (a?.dtype !== 'float32' || b?.dtype !== 'float32') return undefined;
  const [transposeA, transposeB] = [attrs['transposeA'] === true, attrs['transposeB'] === true];
  const [m, k] = matrixShape(a.shape, transposeA);
  const [innerB, n] = matrixShape(b.shape, transposeB);
  const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
  const [batchA, batchB, count] = [outerA, outerB, outer].map(tf.util.sizeFromShape) as [
    number,
    number,
    number,
  ];
  const isPlain = (batchA === count || batchA === 1) && (batchB === count || batchB === 1);
  if (k !== innerB || !isPlain) return undefined;
  return { a, b, transposeA, transposeB, batchA, batchB, count, m, k, n, shape: [...outer, m, n] };
}

function matrixShape(shape: readonly number[], isTransposed: boolean): [number, number] {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return isTransposed ? [columns, rows] : [rows, columns];
}

/**
 * Measured on one core: the stock loop costs 1.5 ns a multiplication and 6 ns a result; transposing costs 1 to 2 ns an
 * element of `a` and, packing included, about 4 ns of `b`; the calls, 3 µs. Here in units of one multiplication.
 */
function isFasterByXnnpack({ transposeA, transposeB, count, m, k, n }: Product): boolean {
  if (count !== 1) return m * k * n >= WORTH_TAKING_APART;
  if (!transposeA && !transposeB) return true;
  const saved = m * k * n + 4 * m * n;
  return saved >= 2048 + (transposeA ? m * k : 0) + (transposeB ? 3 * k * n : 0);
}
