import { describe, expect, it } from 'vitest';
import { formatNumber, formatSeconds } from '../../src/report/format-number.ts';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.1 + 0.2, '0.3'],
    [0.8123456, '0.8123'],
    [-1.5, '−1.5'],
    [12345, '12345'],
    [12345.678, '12350'],
    [1e6, '10⁶'],
    [2.5e6, '2.5×10⁶'],
    [0.001, '0.001'],
    [0.00099, '9.9×10⁻⁴'],
    [1e-12, '10⁻¹²'],
    [9.99999e-5, '10⁻⁴'],
    [999999.9, '10⁶'],
    [5e-324, '4.941×10⁻³²⁴'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('has as many digits as asked', () => {
    expect(formatNumber(Math.PI, 2)).toBe('3.1');
    expect(formatNumber(Math.PI, 6)).toBe('3.14159');
  });
});

describe('formatSeconds', () => {
  it.each([
    [0.8372, '0.837 s'],
    [59.94, '59.9 s'],
    [60, '1 min 00 s'],
    [83.4, '1 min 23 s'],
    [3600, '1 h 00 min'],
    [7625, '2 h 07 min'],
    [Number.NaN, 'NaN s'],
    [Number.POSITIVE_INFINITY, '∞ s'],
  ])('%d is %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});
