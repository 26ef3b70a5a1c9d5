/** The formulas of random initial weights, each written once: for a layer's own initializer and for `initialize`. */
import { z } from 'zod';
import { ShapeError } from '../errors.ts';
import type { Rng } from '../random/rng.ts';

/** Standard deviation of the standard normal cut at ±2: √(1 − 4 φ(2) / (2 Φ(2) − 1)). */
const CUT_DEVIATION = 0.8796256610342398;

/** How a kernel is drawn, as plain data that a saved model keeps. */
export const formulaSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    /** Mean 0, standard deviation gain / √fan. */
    kind: z.literal('varianceScaling'),
    distribution: z.enum(['uniform', 'normal']),
    fan: z.enum(['fanIn', 'fanOut', 'average']),
    gain: z.number().min(0),
  }),
  z.strictObject({
    kind: z.literal('truncatedNormal'),
    standardDeviation: z.number().min(0),
    corrected: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('orthogonal'), gain: z.number().min(0) }),
]);

export type Formula = z.output<typeof formulaSchema>;

/** U(±1/√fanIn), PyTorch's `kaiming_uniform_` with a = √5: a uniform bound is √3 standard deviations. */
export const TORCH_LINEAR: Formula = {
  kind: 'varianceScaling',
  distribution: 'uniform',
  fan: 'fanIn',
  gain: Math.sqrt(1 / 3),
};

/** The shape of a kernel in tfjs's layout. */
export interface Kernel {
  /**
   * `[...window, inputs, outputs]`; a dense one has no window, a transposed convolution has `[...window, outputs,
   * inputs]`, a depthwise one `[...window, inputs, multiplier]`.
   */
  readonly shape: readonly number[];
  /** Whether each input has filters of its own. */
  readonly depthwise: boolean;
}

/** The numbers of connections that PyTorch counts into and out of one unit. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * The fans of PyTorch's `_calculate_fan_in_and_fan_out`, for the same layer in tfjs's layout:
 *
 * | layer | fanIn | fanOut |
 * |---|---|---|
 * | dense, convolution | window · inputs | window · outputs |
 * | transposed convolution | window · outputs | window · inputs |
 * | depthwise convolution | window | window · inputs · multiplier |
 *
 * PyTorch keeps a transposed kernel as `[inputs, outputs, window]`, which swaps its fans; that is so here too. Keras
 * and tfjs differ for a depthwise kernel: they count window · inputs and window · multiplier.
 */
export function fansOf(kernel: Kernel): Fans {
  const { rows, columns, window } = matrixOf(kernel);
  return { fanIn: rows, fanOut: window * columns };
}

/** The numbers of a kernel in row-major order. A `truncatedNormal` may have any shape, other formulas need a kernel's. */
export function drawKernel(formula: Formula, kernel: Kernel, rng: Rng): Float32Array {
  const count = product(kernel.shape);
  switch (formula.kind) {
    case 'varianceScaling': {
      const { fanIn, fanOut } = fansOf(kernel);
      const fan = { fanIn, fanOut, average: (fanIn + fanOut) / 2 }[formula.fan];
      const deviation = formula.gain / Math.sqrt(fan);
      if (formula.distribution === 'normal') return rng.normal(count, 0, deviation);
      return drawSymmetric(count, Math.sqrt(3) * deviation, rng);
    }
    case 'truncatedNormal': {
      const factor = formula.standardDeviation / (formula.corrected ? CUT_DEVIATION : 1);
      return rng.truncatedNormal(count).map((value) => value * factor);
    }
    case 'orthogonal':
      return drawOrthogonal(kernel, formula.gain, rng);
    default:
      return formula satisfies never;
  }
}

/** U(−limit, limit). */
export function drawSymmetric(count: number, limit: number, rng: Rng): Float32Array {
  return rng.uniform(count, -limit, limit);
}

/**
 * Makes vectors orthonormal in place, each a combination of itself and those before it (modified Gram-Schmidt,
 * float64): Q of the QR decomposition whose R has a positive diagonal. The error is about 1e-16 times the condition
 * of the vectors; that of n normal vectors of length n is about n.
 */
export function orthonormalise(vectors: readonly Float64Array[]): void {
  for (const [i, vector] of vectors.entries()) {
    addMultiple(vector, 1 / Math.sqrt(dot(vector, vector)) - 1, vector);
    for (const later of vectors.slice(i + 1)) addMultiple(later, -dot(vector, later), vector);
  }
}

/** The kernel as a matrix of gain times orthonormal columns, or rows where it is wider than tall. */
function drawOrthogonal(kernel: Kernel, gain: number, rng: Rng): Float32Array {
  const { rows, columns } = matrixOf(kernel);
  const [length, count] = [Math.max(rows, columns), Math.min(rows, columns)];
  const vectors = Array.from({ length: count }, () => Float64Array.from(rng.normal(length)));
  orthonormalise(vectors);
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const [vector, place] = rows < columns ? [row, column] : [column, row];
    return gain * (vectors[vector]?.[place] ?? 0);
  });
}

/** A kernel as the matrix that multiplies one patch of the input, and the size of its window. */
function matrixOf({ shape, depthwise }: Kernel): { rows: number; columns: number; window: number } {
  const [last, beforeLast, ...windowSizes] = shape.toReversed();
  if (last === undefined || beforeLast === undefined) {
    const expected =
      '[...window, inputs, outputs] (a bias has no fan of its own: see initialize(model, torchDefault, rng))';
    throw new ShapeError('initializer', expected, shape);
  }
  const window = product(windowSizes);
  return depthwise
    ? { rows: window, columns: beforeLast * last, window }
    : { rows: window * beforeLast, columns: last, window };
}

// Loops, not array methods: these two are all the time of a large orthogonal matrix.
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** target ← target + factor · addend; the two may be one. */
export function addMultiple(target: Float64Array, factor: number, addend: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (addend[i] ?? 0);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
