import { describe, expect, test } from 'vitest';
import { rSquared } from '../../src/metrics/r-squared.ts';
import { DOUBLE } from '../tolerances.ts';
import { measure } from './measure.ts';

const column = (values: readonly number[]): number[][] => values.map((value) => [value]);

describe('rSquared', () => {
  test('hand values', () => {
    const targets = column([1, 2, 3]); // Σ (ŷ − 2)² = 2
    expect(measure(rSquared(), targets, targets)).toBe(1);
    expect(measure(rSquared(), column([1, 2, 4]), targets)).toBe(0.5);
    expect(measure(rSquared(), column([2, 2, 2]), targets)).toBe(0);
    expect(measure(rSquared(), column([3, 2, 1]), targets)).toBe(-3);
  });

  test('several outputs: the plain mean, whatever their scales', () => {
    const targets = [
      [1, 100],
      [2, 200],
      [3, 300],
    ];
    const predictions = [
      [1, 100],
      [2, 200],
      [4, 300],
    ];
    expect(measure(rSquared(), predictions, targets)).toBe((0.5 + 1) / 2);
    const grid = (rows: readonly number[][]): number[][][] => rows.map((row) => [row]);
    expect(measure(rSquared(), grid(predictions), grid(targets))).toBe((0.5 + 1) / 2);
  });

  test('targets far from 0 lose no digits', () => {
    const far = 2 ** 23; // whole numbers of this size are exact in float32
    const value = measure(rSquared(), column([far, far + 1, far + 3]), column([far, far + 1, far + 2]));
    expect(Math.abs(value - 0.5)).toBeLessThanOrEqual(DOUBLE);
  });

  test('targets without variance: 1 if met, else 0', () => {
    expect(measure(rSquared(), column([5, 5]), column([5, 5]))).toBe(1);
    expect(measure(rSquared(), column([5, 6]), column([5, 5]))).toBe(0);
  });

  test('NaN for one row, for none and for NaN; −Infinity for infinite predictions', () => {
    expect(measure(rSquared(), [[1]], [[1]])).toBeNaN();
    expect(rSquared().start().value()).toBeNaN();
    expect(measure(rSquared(), column([1, Number.NaN]), column([1, 2]))).toBeNaN();
    expect(measure(rSquared(), column([5, Number.NaN]), column([5, 5]))).toBeNaN();
    expect(measure(rSquared(), column([1, Number.POSITIVE_INFINITY]), column([1, 2]))).toBe(
      Number.NEGATIVE_INFINITY,
    );
  });
});
