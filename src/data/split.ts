/** Which rows go to training, validation and test: at random, in equal shares of every class. */
import { DataError, OptionError, type OptionProblem } from '../errors.ts';
import type { Rng } from '../random/rng.ts';

/** The shares of the rows that are not trained on. */
export interface SplitOptions {
  /** Share of all rows, between 0 and 1. @default no such part */
  readonly validation?: number;
  /** Share of all rows, between 0 and 1; together with `validation` below 1. @default no such part */
  readonly test?: number;
}

/** Row numbers of each part, in random order. */
export interface SplitRows {
  readonly train: Int32Array;
  readonly validation: Int32Array | null;
  readonly test: Int32Array | null;
}

/** See `Dataset.split`. @param strata - The class of each row; rows of one class are shared out in proportion. */
export function splitRows(strata: ArrayLike<number>, options: SplitOptions, rng: Rng): SplitRows {
  checkFractions(options);
  const rows = strata.length;
  const testRows = partSize('test', rows, options.test);
  const validationRows = partSize('validation', rows, options.validation);
  if (testRows + validationRows >= rows)
    throw new DataError(`split: ${rows} rows leave none to train on; use smaller fractions or more rows`);

  const order = rng.split('rows').permutation(rows);
  const members = groupRows(order, strata);
  const testCounts = apportion(
    testRows,
    members.map((group) => group.length),
  );
  const validationCounts = apportion(
    validationRows,
    members.map((group, i) => group.length - (testCounts[i] ?? 0)),
  );

  const part = new Uint8Array(rows); // 0 train, 1 validation, 2 test
  members.forEach((group, i) => {
    const test = testCounts[i] ?? 0;
    const heldOut = test + (validationCounts[i] ?? 0);
    group.slice(0, heldOut).forEach((row, place) => (part[row] = place < test ? 2 : 1));
  });
  return {
    train: order.filter((row) => part[row] === 0),
    validation: options.validation === undefined ? null : order.filter((row) => part[row] === 1),
    test: options.test === undefined ? null : order.filter((row) => part[row] === 2),
  };
}

/**
 * `total` shared out in proportion to `weights`: the whole part of each quota, then one more for the largest
 * remainders (Hamilton's method), the first of equal ones. All integers, `weights` with a sum > 0.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((left, right) => left + right, 0);
  const shares = weights.map((weight) => Math.floor((total * weight) / sum));
  const left = total - shares.reduce((a, b) => a + b, 0);
  const remainder = (i: number): number => (total * (weights[i] ?? 0)) % sum;
  const places = [...shares.keys()].toSorted((a, b) => remainder(b) - remainder(a));
  for (const place of places.slice(0, left)) shares[place] = (shares[place] ?? 0) + 1;
  return shares;
}

/** The rows of each stratum, in the given order; strata by their number. */
function groupRows(order: Int32Array, strata: ArrayLike<number>): number[][] {
  const groups = new Map<number, number[]>();
  for (const row of order) {
    const stratum = strata[row] ?? 0;
    const group = groups.get(stratum);
    if (group) group.push(row);
    else groups.set(stratum, [row]);
  }
  return [...groups.entries()].toSorted(([a], [b]) => a - b).map(([, group]) => group);
}

function partSize(part: string, rows: number, fraction: number | undefined): number {
  if (fraction === undefined) return 0;
  const size = Math.round(rows * fraction);
  if (size === 0)
    throw new DataError(
      `split: ${fraction} of ${rows} rows leaves none for ${part}; use a larger fraction or more rows`,
    );
  return size;
}

function checkFractions({ validation, test }: SplitOptions): void {
  const problems: OptionProblem[] = [];
  const hint = 'leave it out for no such part';
  for (const [path, received] of Object.entries({ validation, test })) {
    if (received !== undefined && !(received > 0 && received < 1))
      problems.push({ path, rule: 'must be a number > 0 and < 1', received, hint });
  }
  const together = (validation ?? 0) + (test ?? 0);
  if (problems.length === 0 && together >= 1)
    problems.push({ path: 'validation + test', rule: 'must be < 1', received: together });
  if (problems.length > 0) throw new OptionError('split', problems);
}
