/** The exact singular value, against matrices whose singular values are known. */
import { expect, test } from 'vitest';
import { largestSingularValue } from '../../src/layers/largest-singular-value.ts';
import { Rng } from '../../src/random/rng.ts';
import { DOUBLE } from '../tolerances.ts';

const close = (found: number, wanted: number): void =>
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(DOUBLE * wanted);

test('of a diagonal, a column, a row, a zero and an orthogonal matrix', () => {
  close(largestSingularValue([1, 0, 0, 0, -3, 0, 0, 0, 2], 3), 3);
  close(largestSingularValue([3, 4], 1), 5);
  close(largestSingularValue([3, 4], 2), 5);
  close(largestSingularValue([0.6, -0.8, 0.8, 0.6], 2), 1);
  expect(largestSingularValue([0, 0, 0, 0], 2)).toBe(0);
});

test('[[1, 1], [0, 1]] has the golden ratio', () => {
  close(largestSingularValue([1, 1, 0, 1], 2), (1 + Math.sqrt(5)) / 2);
});

test.each([10, 100, 400])('a path of %i nodes has 2 cos(π / (n + 1)), with neighbours close by', (size) => {
  const path = Float64Array.from({ length: size * size }, (_, i) =>
    Math.abs(Math.floor(i / size) - (i % size)) === 1 ? 1 : 0,
  );
  close(largestSingularValue(path, size), 2 * Math.cos(Math.PI / (size + 1)));
});

test.each([
  [3, 40],
  [40, 3],
  [30, 30],
])(
  '%i × %i: reflections change nothing; the largest is found though the second is 0.999 of it',
  (rows, columns) => {
    const rng = Rng.fromSeed(rows);
    const [left, right] = [rng.normal(rows), rng.normal(columns)].map((x) => Float64Array.from(x));
    const lengths = [left, right].map((x) => x?.reduce((sum, value) => sum + value * value, 0) ?? 0);
    const reflection = (side: 0 | 1, i: number, j: number): number => {
      const x = [left, right][side];
      return (i === j ? 1 : 0) - (2 * (x?.[i] ?? 0) * (x?.[j] ?? 0)) / (lengths[side] ?? 1);
    };
    const singular = [2, 1.998, 1];
    const matrix = Float64Array.from({ length: rows * columns }, (_, at) => {
      const [i, j] = [Math.floor(at / columns), at % columns];
      return singular.reduce((sum, value, k) => sum + reflection(0, i, k) * value * reflection(1, k, j), 0);
    });
    close(largestSingularValue(matrix, columns), 2);
  },
);
