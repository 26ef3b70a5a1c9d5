/** Equivalence of paired values, by hand. */
import { expect, test } from 'vitest';
import { equivalence } from '../../src/statistics/equivalence.ts';

test('the interval inside the margin is equivalent, outside different, across it undecided', () => {
  const zero = [1, 1, 1, 1];
  const shifted = (by: number): number[] => [by - 0.01, by, by, by + 0.01].map((x) => 1 + x);
  expect(equivalence(shifted(0), zero, 0.05).status).toBe('equivalent');
  expect(equivalence(shifted(0.2), zero, 0.05).status).toBe('different');
  expect(equivalence(shifted(-0.2), zero, 0.05).status).toBe('different');
  expect(equivalence(shifted(0.05), zero, 0.05).status).toBe('undecided');
});

test('equal values are equivalent, whatever the margin and however few', () => {
  expect(equivalence([3], [3], 0)).toEqual({
    status: 'equivalent',
    difference: { estimate: 0, low: 0, high: 0 },
    margin: 0,
  });
  expect(equivalence([Number.NaN, 1], [Number.NaN, 1], 0).status).toBe('equivalent');
});

test('one pair that differs decides nothing, a number against none neither', () => {
  expect(equivalence([1], [1.001], 0.1).status).toBe('undecided');
  expect(equivalence([1, 2], [Number.NaN, 2], 0.1).status).toBe('undecided');
});

test('the interval is Student’s, of the differences', () => {
  const { low, high } = equivalence([1, 2, 3], [0, 2, 4], 1).difference; // differences 1, 0, −1: t = 4.302653, s = 1
  expect(high).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
  expect(low).toBe(-high);
});

test.each([
  [[1], [1, 2], 1],
  [[], [], 1],
  [[1], [1], -1],
])('%j and %j with margin %d are refused', (a, b, margin) => {
  expect(() => equivalence(a, b, margin)).toThrow('needs as many values on both sides and a margin >= 0');
});
