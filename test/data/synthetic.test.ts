import { describe, expect, test } from 'vitest';
import { noisyLine } from '../../src/data/synthetic.ts';
import { Rng } from '../../src/random/rng.ts';

/** Fixed seeds lie within 4.5 standard errors; a wrong mean or scale is far outside. */
const STANDARD_ERRORS = 4.5;
const ROWS = 10_000;

const rng = Rng.fromSeed(9);
const line = { rows: ROWS, slope: 3, intercept: -1, noise: 0 };
const average = (values: Iterable<number>): number =>
  [...values].reduce((sum, value) => sum + value, 0) / ROWS;

describe('noisyLine', () => {
  test('without noise the points lie on the line', () => {
    const { inputs, targets, task } = noisyLine(line, rng);
    expect([inputs.shape, targets.shape, task]).toEqual([[ROWS, 1], [ROWS, 1], 'regression']);
    expect([...targets.values]).toEqual([...inputs.values].map((x) => Math.fround(-1 + 3 * x)));
  });

  test('x is uniform on [−1, 1): mean 0, variance 1/3', () => {
    const { values } = noisyLine(line, rng).inputs;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(Math.abs(average(values))).toBeLessThan(STANDARD_ERRORS / Math.sqrt(3 * ROWS));
    // The variance of x² is 1/5 − 1/9.
    expect(Math.abs(average(values.map((x) => x * x)) - 1 / 3)).toBeLessThan(
      STANDARD_ERRORS * Math.sqrt((1 / 5 - 1 / 9) / ROWS),
    );
  });

  test('noise has mean 0 and the standard deviation asked, and moves no x', () => {
    const clean = noisyLine(line, rng);
    const noisy = noisyLine({ ...line, noise: 0.5 }, rng);
    expect(noisy.inputs).toEqual(clean.inputs);
    const errors = noisy.targets.values.map((y, i) => y - (clean.targets.values[i] ?? 0));
    expect(Math.abs(average(errors))).toBeLessThan((STANDARD_ERRORS * 0.5) / Math.sqrt(ROWS));
    expect(Math.abs(average(errors.map((e) => e * e)) - 0.25)).toBeLessThan(
      STANDARD_ERRORS * 0.25 * Math.sqrt(2 / ROWS),
    );
  });

  test('noise does not depend on x', () => {
    const { inputs, targets } = noisyLine({ ...line, slope: 0, intercept: 0, noise: 1 }, rng);
    const products = inputs.values.map((x, i) => x * (targets.values[i] ?? 0)); // variance 1/3
    expect(Math.abs(average(products))).toBeLessThan(STANDARD_ERRORS / Math.sqrt(3 * ROWS));
  });

  test('outliers: just so many points are shifted', () => {
    const plain = noisyLine({ ...line, rows: 64, noise: 0.25 }, rng);
    const shifted = noisyLine({ ...line, rows: 64, noise: 0.25, outliers: { count: 5, shift: 1024 } }, rng);
    expect(shifted.inputs).toEqual(plain.inputs);
    const moves = [...shifted.targets.values].map((y, i) => y - (plain.targets.values[i] ?? 0));
    expect(moves.filter((move) => move !== 0)).toHaveLength(5);
    // y + 1024 is stored in float32, whose steps there are 2^-13.
    for (const move of moves.filter((value) => value !== 0))
      expect(Math.abs(move - 1024)).toBeLessThan(2 ** -13);
  });

  test('the seed decides', () => {
    expect(noisyLine({ ...line, noise: 1 }, Rng.fromSeed(9))).toEqual(noisyLine({ ...line, noise: 1 }, rng));
    expect(noisyLine(line, Rng.fromSeed(10)).inputs).not.toEqual(noisyLine(line, rng).inputs);
  });

  test('refuses wrong options, all in one message', () => {
    expect(() =>
      noisyLine({ rows: 0.5, slope: Number.NaN, intercept: Number.POSITIVE_INFINITY, noise: -1 }, rng),
    ).toThrow(
      'noisyLine: rows must be an integer >= 1, received 0.5; slope must be a finite number, received NaN; ' +
        'intercept must be a finite number, received Infinity; noise must be a finite number >= 0, received -1',
    );
    expect(() => noisyLine({ ...line, rows: 5, outliers: { count: 6, shift: Number.NaN } }, rng)).toThrow(
      'outliers.count must be an integer from 0 to rows, received 6; outliers.shift must be a finite number, received NaN',
    );
  });
});
