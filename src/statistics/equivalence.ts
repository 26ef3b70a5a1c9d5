/** Whether two paired series of numbers are the same for all purposes: two one-sided tests (Schuirmann 1987) by an interval. */
import { DataError } from '../errors.ts';
import { type IntervalEstimate, tInterval } from './intervals.ts';

/** Outcome of an equivalence test; `difference` is of the first from the second, with its 95 % interval. */
export interface Equivalence {
  readonly status: 'equivalent' | 'different' | 'undecided';
  readonly difference: IntervalEstimate;
  readonly margin: number;
}

/**
 * Compares paired values. Equivalent: the 95 % t-interval of the mean difference lies within ± `margin`, which is two
 * one-sided tests at 2.5 % each. Different: it lies outside. Else undecided. One pair has no interval: it is equivalent
 * only where the values are equal. A pair of equal non-finite values differs by 0. Throws a DataError for series of
 * different or no length, or a negative margin.
 */
export function equivalence(
  first: readonly number[],
  second: readonly number[],
  margin: number,
): Equivalence {
  if (first.length !== second.length || first.length === 0 || !(margin >= 0))
    throw new DataError(
      `equivalence: needs as many values on both sides and a margin >= 0, received ${first.length}, ${second.length} and ${margin}`,
    );
  const differences = first.map((value, index) =>
    Object.is(value, second[index]) ? 0 : value - (second[index] ?? Number.NaN),
  );
  if (differences.every((value) => value === 0))
    return { status: 'equivalent', difference: { estimate: 0, low: 0, high: 0 }, margin };
  const difference = tInterval(differences);
  const { low, high } = difference;
  if (low >= -margin && high <= margin) return { status: 'equivalent', difference, margin };
  const different = low > margin || high < -margin;
  return { status: different ? 'different' : 'undecided', difference, margin };
}
