/** A daily series with a weekly rhythm, as days to predict and the days before them; made up, so that its truth is known. */
import { OptionError, type OptionProblem } from '../errors.ts';
import type { Rng } from '../random/rng.ts';
import { Dataset } from './dataset.ts';

/** The options of {@link weeklySeries}. */
export interface WeeklySeriesOptions {
  /** Days to predict, an integer ≥ 1. */
  readonly days: number;
  /** How many days before each are its inputs, an integer from 1 to 56. */
  readonly lags: number;
  /** s below, ≥ 0. @default 0.4 */
  readonly noise?: number;
}

/** Thousands of views above or below the average day, Monday to Sunday; their mean is 0. */
const WEEKDAYS = [0.8, 1, 0.7, 0.4, -0.2, -1.6, -1.1];
/** Days before the first that is predicted, whatever `lags` is: the same days are predicted from any number of lags. */
const WARM_UP = 56;

/**
 * Views of a day, in thousands above the average day: y_t = b_(t mod 7) + 0.6 u_t with
 * u_t = 1 − 1.5 |u_(t−1)| + s · N(0, 1), cut at ±1.3. After an unusual day in either direction the next one falls: the
 * kink |u| is what no line in the days before can use. Inputs [days, lags], yesterday first; targets [days, 1].
 * Throws an OptionError.
 */
export function weeklySeries(options: WeeklySeriesOptions, rng: Rng): Dataset<'regression'> {
  const { days, lags, noise = 0.4 } = options;
  checkOptions(days, lags, noise);
  const draws = rng.split('noise').normal(WARM_UP + days);
  let unusual = 0;
  const views = Array.from(draws, (draw, day) => {
    unusual = Math.min(1.3, Math.max(-1.3, 1 - 1.5 * Math.abs(unusual) + noise * draw));
    return (WEEKDAYS[day % 7] ?? 0) + 0.6 * unusual;
  });
  const inputs = Float32Array.from(
    { length: days * lags },
    (_, place) => views[WARM_UP + Math.floor(place / lags) - 1 - (place % lags)] ?? 0,
  );
  return new Dataset({
    name: 'weekly series',
    task: 'regression',
    inputs: { values: inputs, shape: [days, lags] },
    targets: { values: views.slice(WARM_UP), shape: [days, 1] },
    classes: 0,
    featureNames: Array.from({ length: lags }, (_, lag) => `${lag + 1} days before`),
  });
}

function checkOptions(days: number, lags: number, noise: number): void {
  const problems: OptionProblem[] = [];
  if (!Number.isSafeInteger(days) || days < 1)
    problems.push({ path: 'days', rule: 'must be an integer >= 1', received: days });
  if (!Number.isSafeInteger(lags) || lags < 1 || lags > WARM_UP)
    problems.push({ path: 'lags', rule: `must be an integer from 1 to ${WARM_UP}`, received: lags });
  if (!Number.isFinite(noise) || noise < 0)
    problems.push({ path: 'noise', rule: 'must be a finite number >= 0', received: noise });
  if (problems.length > 0) throw new OptionError('weeklySeries', problems);
}
