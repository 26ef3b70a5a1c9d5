/** What a claim measured, for readers: a logarithm of a ratio is shown as the ratio itself, as a factor. */
import type { LogScale } from '../result/verdict.ts';
import { formatNumber } from './format-number.ts';

/**
 * A value of a claim: `0.25`; of a claim with a `scale`, `×0.19`.
 *
 * @param digits significant digits; a factor has three at most
 */
export function measureText(value: number, scale: LogScale | undefined, digits = 4): string {
  if (scale === undefined) return formatNumber(value, digits);
  const factor = scale === 'ln' ? Math.exp(value) : 10 ** value;
  // Of a factor above 1000 the whole number alone would keep every digit.
  return `×${formatNumber(Number(factor.toPrecision(3)), 3)}`;
}
