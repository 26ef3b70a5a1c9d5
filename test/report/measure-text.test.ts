import { expect, test } from 'vitest';
import { measureText } from '../../src/report/measure-text.ts';

test('a measure without a scale is its number', () => {
  expect(measureText(-1.23456, undefined)).toBe('−1.235');
  expect(measureText(-1.23456, undefined, 3)).toBe('−1.23');
});

test.each([
  [Math.log(0.19), 'ln', '×0.19'],
  [Math.log10(0.19), 'log10', '×0.19'],
  [Math.log(2), 'ln', '×2'],
  [2, 'log10', '×100'],
  [0, 'ln', '×1'],
  [5.1, 'log10', '×126000'],
  [-5, 'log10', '×10⁻⁵'],
  [Number.NaN, 'ln', '×NaN'],
  [Number.NEGATIVE_INFINITY, 'ln', '×0'],
  [Number.POSITIVE_INFINITY, 'log10', '×∞'],
] as const)('%d on %s is the factor %s', (value, scale, factor) => {
  expect(measureText(value, scale)).toBe(factor);
});
