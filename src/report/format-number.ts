/** Numbers for readers: significant digits, no trailing noise, powers of ten where zeros would be counted. */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * A number in few characters: `0.25`, `12345`, `1.2×10⁻⁵`, `NaN`, `∞`.
 *
 * @param digits significant digits; integers below a million keep all of theirs
 */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value < 0) return `−${formatNumber(-value, digits)}`;
  if (value === Number.POSITIVE_INFINITY) return '∞';
  if (value === 0) return '0';
  if (Number.isInteger(value) && value < 1e6) return String(value);
  const rounded = Number(value.toPrecision(digits));
  if (rounded >= 1e-3 && rounded < 1e6) return String(rounded);
  const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e');
  const power = `10${superscript(Number(exponent))}`;
  return Number(mantissa) === 1 ? power : `${Number(mantissa)}×${power}`;
}

/** Seconds as `0.84 s`, `12.3 s`, `3 min 05 s` or `2 h 07 min`. */
export function formatSeconds(seconds: number): string {
  if (!(seconds >= 60 && Number.isFinite(seconds))) return `${formatNumber(seconds, 3)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${twoDigits(Math.floor((whole % 3600) / 60))} min`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function superscript(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPTS.charAt(Number(digit)));
  return exponent < 0 ? `⁻${digits}` : digits;
}
