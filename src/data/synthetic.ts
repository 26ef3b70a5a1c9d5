/** Data made from a formula, of which the truth is known. */
import { OptionError, type OptionProblem } from '../errors.ts';
import type { Rng } from '../random/rng.ts';
import { Dataset } from './dataset.ts';

/** The options of {@link noisyLine}. */
export interface NoisyLineOptions {
  /** An integer ≥ 1. */
  readonly rows: number;
  readonly slope: number;
  readonly intercept: number;
  /** The standard deviation of the normal noise on y, ≥ 0. */
  readonly noise: number;
  /** `count` points at random, at most `rows`, get `shift` added to their y. @default none */
  readonly outliers?: { readonly count: number; readonly shift: number };
}

/**
 * Points on a line with noise: x uniform on [−1, 1), y = intercept + slope · x + noise · N(0, 1), then the outliers.
 * Inputs [rows, 1], targets [rows, 1]. x, noise and outliers come from sub-streams of `rng`, so that changing one
 * option moves nothing else, and no numbers are drawn from `rng` itself. Throws an OptionError.
 */
export function noisyLine(options: NoisyLineOptions, rng: Rng): Dataset<'regression'> {
  checkOptions(options);
  const { rows, slope, intercept, noise, outliers = { count: 0, shift: 0 } } = options;
  const x = rng.split('x').uniform(rows, -1, 1);
  const error = rng.split('noise').normal(rows);
  const y = Float64Array.from(x, (value, i) => intercept + slope * value + noise * (error[i] ?? 0));
  for (const row of rng.split('outliers').permutation(rows).subarray(0, outliers.count))
    y[row] = (y[row] ?? 0) + outliers.shift;
  const shape = [rows, 1];
  return new Dataset({
    name: 'noisy line',
    task: 'regression',
    inputs: { values: x, shape },
    targets: { values: y, shape },
    classes: 0,
    featureNames: ['x'],
  });
}

function checkOptions({ rows, slope, intercept, noise, outliers }: NoisyLineOptions): void {
  const problems: OptionProblem[] = [];
  const require = (path: string, received: number, rule: string, holds: boolean): void => {
    if (!holds) problems.push({ path, rule, received });
  };
  require('rows', rows, 'must be an integer >= 1', Number.isSafeInteger(rows) && rows >= 1);
  require('slope', slope, 'must be a finite number', Number.isFinite(slope));
  require('intercept', intercept, 'must be a finite number', Number.isFinite(intercept));
  require('noise', noise, 'must be a finite number >= 0', Number.isFinite(noise) && noise >= 0);
  if (outliers) {
    const { count, shift } = outliers;
    const whole = Number.isSafeInteger(count) && count >= 0 && count <= rows;
    require('outliers.count', count, 'must be an integer from 0 to rows', whole);
    require('outliers.shift', shift, 'must be a finite number', Number.isFinite(shift));
  }
  if (problems.length > 0) throw new OptionError('noisyLine', problems);
}
