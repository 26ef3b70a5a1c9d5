/** Mean, standard deviation and median of a few numbers, such as one measure over the seeds of a claim. */
import { DataError } from '../errors.ts';

/**
 * The arithmetic mean. A second pass adds the mean of the residuals, so that equal values give back exactly that value.
 * A NaN among the values gives NaN. Throws a DataError when there are none.
 */
export function mean(values: ArrayLike<number>): number {
  requireValues('mean', values, 1);
  const first = sum(values, (value) => value) / values.length;
  return Number.isFinite(first) ? first + sum(values, (value) => value - first) / values.length : first;
}

/**
 * The standard deviation of a sample, √(Σ(xᵢ − x̄)² / (n − 1)): PyTorch's `std`, pandas; NumPy divides by n.
 * Throws a DataError for fewer than two values.
 */
export function standardDeviation(values: ArrayLike<number>): number {
  requireValues('standardDeviation', values, 2);
  const centre = mean(values);
  return Math.sqrt(sum(values, (value) => (value - centre) * (value - centre)) / (values.length - 1));
}

/**
 * The middle value, or the mean of the two middle ones. A NaN among the values gives NaN.
 * Throws a DataError when there are none.
 */
export function median(values: ArrayLike<number>): number {
  requireValues('median', values, 1);
  const sorted = Float64Array.from(values).toSorted();
  if (Number.isNaN(sorted.at(-1))) return Number.NaN;
  const half = sorted.length / 2;
  return mean(sorted.subarray(Math.ceil(half) - 1, Math.floor(half) + 1));
}

function sum(values: ArrayLike<number>, term: (value: number) => number): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += term(values[i] ?? Number.NaN);
  return total;
}

function requireValues(what: string, values: ArrayLike<number>, least: number): void {
  if (values.length < least)
    throw new DataError(
      `${what}: needs at least ${least} value${least === 1 ? '' : 's'}, received ${values.length}`,
    );
}
