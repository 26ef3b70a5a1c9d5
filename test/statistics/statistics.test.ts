import { describe, expect, test } from 'vitest';
import { mean, median, standardDeviation } from '../../src/statistics/descriptive.ts';
import { tInterval, wilsonInterval } from '../../src/statistics/intervals.ts';
import { studentQuantile } from '../../src/statistics/student.ts';

/** Published tables are rounded to 10 decimals or computed to about 1e-12. */
const TABLE = 1e-9;
/** A few roundings of float64, relative. */
const ROUNDING = 1e-15;

const near = (received: number, expected: number, tolerance: number): void =>
  expect(Math.abs(received - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));

describe('mean', () => {
  test('by hand', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean(Float32Array.of(-1, 1))).toBe(0);
    expect(mean([7])).toBe(7);
  });

  test('equal values give exactly that value, where the plain sum does not', () => {
    expect((0.1 + 0.1 + 0.1) / 3).not.toBe(0.1);
    expect(mean([0.1, 0.1, 0.1])).toBe(0.1);
  });

  test('a value that is not finite is not hidden', () => {
    expect(mean([1, Number.NaN])).toBeNaN();
    expect(mean([1, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
  });

  test('no values', () => expect(() => mean([])).toThrow('mean: needs at least 1 value, received 0'));
});

describe('standardDeviation', () => {
  test('divides by n − 1', () => {
    expect(standardDeviation([1, 3])).toBe(Math.SQRT2);
    near(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]), Math.sqrt(32 / 7), ROUNDING);
  });

  test('does not lose the spread of large values', () => {
    expect(standardDeviation([1e9, 1e9 + 1, 1e9 + 2])).toBe(1);
  });

  test('equal values have none', () => expect(standardDeviation([0.1, 0.1, 0.1])).toBe(0));

  test('one value', () =>
    expect(() => standardDeviation([1])).toThrow('needs at least 2 values, received 1'));
});

describe('median', () => {
  test.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[10, 9, 1, 2], 5.5],
    [[-1, -10, 100], -1],
    [[1, Number.NaN, 2], Number.NaN],
    [[1, Number.POSITIVE_INFINITY, 2], 2],
  ])('of %j', (values, expected) => expect(median(values)).toBe(expected));

  test('leaves the values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  test('no values', () => expect(() => median([])).toThrow('median: needs at least 1 value, received 0'));
});

describe('studentQuantile', () => {
  // Closed forms: tan(0.475 π) for 1 degree of freedom, 0.95 √(2 / (1 − 0.95²)) for 2; the others from tables and SciPy 1.17.
  test.each([
    [1, Math.tan(0.475 * Math.PI)],
    [1, 12.7062047364],
    [2, 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2))],
    [3, 3.1824463053],
    [4, 2.7764451052],
    [5, 2.5705818356],
    [9, 2.2621571628],
    [10, 2.228138852],
    [19, 2.0930240544],
    [30, 2.0422724563],
    [99, 1.9842169516],
    [1000, 1.9623390808],
  ])('%i degrees of freedom: %d', (degreesOfFreedom, expected) =>
    near(studentQuantile(degreesOfFreedom), expected, TABLE),
  );

  test('approaches the normal quantile from above, by (z³ + z) / 4ν', () => {
    const z = 1.959963984540054;
    const excess = studentQuantile(100_000) - z;
    // The next term of the expansion is (5z⁵ + 16z³ + 3z) / 96ν² = 3e-10.
    near(excess, (z ** 3 + z) / 400_000, 1e-9);
    expect(excess).toBeGreaterThan(0);
  });
});

describe('tInterval', () => {
  test('1, 2, 3, 4, 5: mean 3, standard deviation √2.5, t 2.7764', () => {
    const { estimate, low, high } = tInterval([5, 3, 1, 2, 4]);
    const margin = 2.7764451052 * Math.sqrt(2.5 / 5);
    expect(estimate).toBe(3);
    near(low, 3 - margin, TABLE);
    near(high, 3 + margin, TABLE);
  });

  test('one value says nothing about the spread', () => {
    expect(tInterval([2])).toEqual({
      estimate: 2,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
  });

  test('equal values give a point', () => {
    expect(tInterval([0.1, 0.1, 0.1])).toEqual({ estimate: 0.1, low: 0.1, high: 0.1 });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    '%d among the values leaves the ends undefined',
    (value) => {
      const { low, high } = tInterval([1, 2, value]);
      expect([low, high]).toEqual([Number.NaN, Number.NaN]);
    },
  );

  test('no values', () => expect(() => tInterval([])).toThrow('needs at least 1 value'));
});

describe('wilsonInterval', () => {
  const Z_SQUARED = 1.959963984540054 ** 2;

  test('0 of 20 is [0, z² / (20 + z²)], and 20 of 20 its mirror image', () => {
    const none = wilsonInterval(0, 20);
    const all = wilsonInterval(20, 20);
    expect([none.estimate, none.low]).toEqual([0, 0]);
    near(none.high, Z_SQUARED / (20 + Z_SQUARED), ROUNDING);
    near(none.high, 0.1611, 5e-5); // the table's last digit
    expect([all.estimate, all.high]).toEqual([1, 1]);
    near(all.low, 20 / (20 + Z_SQUARED), ROUNDING);
  });

  test('its ends solve (p − p₀)² = z² p₀ (1 − p₀) / n', () => {
    const { estimate, low, high } = wilsonInterval(7, 20);
    expect(estimate).toBe(0.35);
    for (const end of [low, high]) near((0.35 - end) ** 2, (Z_SQUARED * end * (1 - end)) / 20, ROUNDING);
    expect(low).toBeLessThan(0.35);
    expect(high).toBeGreaterThan(0.35);
  });

  test('ends exactly at 0 and 1 where none or all succeed, for any number of trials', () => {
    for (let trials = 1; trials <= 100; trials++) {
      expect(wilsonInterval(0, trials).low).toBe(0);
      expect(wilsonInterval(trials, trials).high).toBe(1);
    }
  });

  test('stays inside [0, 1] for a single trial', () => {
    expect(wilsonInterval(0, 1).low).toBe(0);
    expect(wilsonInterval(0, 1).high).toBeLessThan(1);
    expect(wilsonInterval(1, 1).low).toBeGreaterThan(0);
  });

  test.each([
    [0, 0],
    [-1, 5],
    [6, 5],
    [0.5, 5],
    [Number.NaN, 5],
  ])('%d of %d is refused', (successes, trials) => {
    expect(() => wilsonInterval(successes, trials)).toThrow(`received ${successes} of ${trials}`);
  });
});
