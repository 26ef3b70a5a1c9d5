/** 95 % confidence intervals of a mean (Student 1908) and of a share (Wilson 1927). */
import { DataError } from '../errors.ts';
import { mean, standardDeviation } from './descriptive.ts';
import { studentQuantile } from './student.ts';

/** Φ⁻¹(0.975). */
const NORMAL_QUANTILE = 1.959963984540054;

/** An estimate with the ends of its 95 % confidence interval. */
export interface IntervalEstimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean x̄ of independent values with x̄ ± t · s / √n, t being the 0.975 quantile of Student's t with n − 1 degrees
 * of freedom and s the standard deviation (n − 1). One value gives [−∞, ∞], equal values give a point, a value that is
 * not finite gives NaN ends. Throws a DataError when there are no values.
 */
export function tInterval(values: ArrayLike<number>): IntervalEstimate {
  const estimate = mean(values);
  const count = values.length;
  if (!Number.isFinite(estimate)) return { estimate, low: Number.NaN, high: Number.NaN };
  if (count === 1) return { estimate, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const margin = (studentQuantile(count - 1) * standardDeviation(values)) / Math.sqrt(count);
  return { estimate, low: estimate - margin, high: estimate + margin };
}

/**
 * The share of successes p = successes / trials with Wilson's score interval
 * (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), z = Φ⁻¹(0.975). It stays inside [0, 1] and has width where all
 * or none succeed: 0 of 20 gives [0, 0.1611]. Throws a DataError unless 0 ≤ successes ≤ trials and trials ≥ 1, integers.
 */
export function wilsonInterval(successes: number, trials: number): IntervalEstimate {
  const whole = Number.isSafeInteger(successes) && Number.isSafeInteger(trials);
  if (!whole || trials < 1 || successes < 0 || successes > trials) {
    throw new DataError(
      `wilsonInterval: needs integers 0 <= successes <= trials and trials >= 1, received ${successes} of ${trials}`,
    );
  }
  const share = successes / trials;
  const squared = NORMAL_QUANTILE * NORMAL_QUANTILE;
  const scale = 1 + squared / trials;
  const centre = (share + squared / (2 * trials)) / scale;
  const margin =
    (NORMAL_QUANTILE * Math.sqrt((share * (1 - share)) / trials + squared / (4 * trials * trials))) / scale;
  // Exact at the ends, where rounding would leave them 1e-17 away.
  return {
    estimate: share,
    low: successes === 0 ? 0 : centre - margin,
    high: successes === trials ? 1 : centre + margin,
  };
}
