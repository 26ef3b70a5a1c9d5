/**
 * The normal quantile by arithmetic alone: + − × ÷ and `Math.sqrt`, which IEEE 754 fixes to the last bit.
 * `Math.log` and `Math.cos` may differ between engines and would break "same seed, same bits".
 * Wichura 1988, algorithm AS 241 (PPND16), relative error about 1e-16.
 */

/** Φ⁻¹(p) for 0 < p < 1. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(0.180625 - q * q, CENTRE_NUMERATOR, CENTRE_DENOMINATOR);
  const r = Math.sqrt(-naturalLogarithm(q < 0 ? p : 1 - p));
  const magnitude =
    r <= 5
      ? ratio(r - 1.6, MIDDLE_NUMERATOR, MIDDLE_DENOMINATOR)
      : ratio(r - 5, TAIL_NUMERATOR, TAIL_DENOMINATOR);
  return q < 0 ? -magnitude : magnitude;
}

/**
 * ln x for a normal number x > 0: x = 2^k m with m in [√½, √2), ln m by the series of 2 artanh((m − 1)/(m + 1)).
 * The last term kept is below 2^-56 of the first.
 */
export function naturalLogarithm(x: number): number {
  VIEW.setFloat64(0, x);
  let exponent = ((VIEW.getUint32(0) >>> 20) & 0x7ff) - 1023;
  VIEW.setUint32(0, (VIEW.getUint32(0) & 0x000fffff) | 0x3ff00000);
  let mantissa = VIEW.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series = 0;
  for (let term = 21; term >= 1; term -= 2) series = series * square + 1 / term;
  return exponent * Math.LN2 + 2 * s * series;
}

const VIEW = new DataView(new ArrayBuffer(8));

/** Polynomial over polynomial, coefficients from the constant term up. */
function ratio(x: number, numerator: readonly number[], denominator: readonly number[]): number {
  return polynomial(x, numerator) / polynomial(x, denominator);
}

function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

// The tables of AS 241: |q| ≤ 0.425, then r ≤ 5, then beyond.
const CENTRE_NUMERATOR = [
  3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
  45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
];
const CENTRE_DENOMINATOR = [
  1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
  39307.89580009271061, 28729.085735721942674, 5226.495278852545925,
];
const MIDDLE_NUMERATOR = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
  1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
];
const MIDDLE_DENOMINATOR = [
  1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
  0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
];
const TAIL_NUMERATOR = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
  0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
];
const TAIL_DENOMINATOR = [
  1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
  1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
];
