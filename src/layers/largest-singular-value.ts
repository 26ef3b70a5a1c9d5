/** The largest singular value of a matrix in float64, by the method of Lanczos (1950), every vector made orthogonal to all. */
import { Rng } from '../random/rng.ts';
import { addMultiple, dot } from './weight-draws.ts';

/** How little the value may still grow in `PATIENCE` steps, relative. */
const TOLERANCE = 1e-14;
const PATIENCE = 10;

/**
 * σ₁ of a matrix with `columns` columns, in row-major order. Lanczos finds the largest eigenvalue of AᵀA from below;
 * after as many steps as there are columns it is exact up to rounding, and it has settled long before.
 */
export function largestSingularValue(matrix: ArrayLike<number>, columns: number): number {
  const [diagonal, beside]: [number[], number[]] = [[], []];
  const found: number[] = [];
  let direction = Float64Array.from(Rng.fromSeed(0).normal(columns));
  scale(direction, 1 / length(direction));
  const basis = [direction];
  while (diagonal.length < columns) {
    const next = gram(matrix, columns, direction);
    diagonal.push(dot(next, direction));
    // Twice: the first pass leaves what rounding put back.
    for (const vector of [...basis, ...basis]) addMultiple(next, -dot(next, vector), vector);
    const largest = largestEigenvalue(diagonal, beside);
    const before = found.at(-PATIENCE) ?? 0;
    found.push(largest);
    const rest = length(next);
    if (largest - before <= TOLERANCE * largest || rest <= TOLERANCE * largest) break;
    scale(next, 1 / rest);
    beside.push(rest);
    basis.push(next);
    direction = next;
  }
  return Math.sqrt(found.at(-1) ?? 0);
}

/** The largest eigenvalue of a symmetric tridiagonal matrix ≥ 0, by bisection: x is above all if xI − T has positive pivots only. */
function largestEigenvalue(diagonal: readonly number[], beside: readonly number[]): number {
  const isAbove = (x: number): boolean => {
    let pivot = Number.POSITIVE_INFINITY;
    return diagonal.every((entry, i) => {
      const left = beside[i - 1] ?? 0;
      pivot = x - entry - (left * left) / pivot;
      return pivot > 0;
    });
  };
  let low = Math.max(...diagonal);
  let high = Math.max(...diagonal.map((entry, i) => entry + (beside[i - 1] ?? 0) + (beside[i] ?? 0)));
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (isAbove(middle)) high = middle;
    else low = middle;
  }
}

/** Aᵀ A x. */
function gram(matrix: ArrayLike<number>, columns: number, x: Float64Array): Float64Array<ArrayBuffer> {
  const result = new Float64Array(columns);
  for (let start = 0; start < matrix.length; start += columns) {
    let image = 0;
    for (let j = 0; j < columns; j++) image += (matrix[start + j] ?? 0) * (x[j] ?? 0);
    for (let j = 0; j < columns; j++) result[j] = (result[j] ?? 0) + image * (matrix[start + j] ?? 0);
  }
  return result;
}

const length = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));

function scale(target: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) * factor;
}
