/** Powers whose bits do not depend on the engine: `Math.pow` differs between Node versions. */

/** base^exponent by repeated squaring, for an integer exponent ≥ 0. */
export function integerPower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** base^exponent for a base ≥ 0 and an exponent ≥ 0: an integer exponent by squaring, others as e^(exponent · ln base). */
export function power(base: number, exponent: number): number {
  return Number.isInteger(exponent) ? integerPower(base, exponent) : Math.exp(exponent * Math.log(base));
}
