/**
 * The quantile of Student's t that 95 % intervals use, by the finite series of the distribution function for whole
 * degrees of freedom (Student 1908; Abramowitz & Stegun 1964, 26.7.3 and 26.7.4).
 */

/**
 * The 0.975 quantile of Student's t: the t with P(|T| ≤ t) = 0.95. For 4 degrees of freedom it is 2.7764451052.
 * Takes time in proportion to `degreesOfFreedom`, an integer ≥ 1.
 */
export function studentQuantile(degreesOfFreedom: number): number {
  let low = 1; // below that of the normal distribution, 1.96
  let high = 13; // above that of one degree of freedom, 12.71
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle; // neighbours in float64
    if (centralProbability(middle, degreesOfFreedom) < 0.95) low = middle;
    else high = middle;
  }
}

/**
 * P(|T| ≤ t) with ν degrees of freedom, where θ = arctan(t / √ν):
 * - ν even: sin θ · (1 + 1/2 cos²θ + (1·3)/(2·4) cos⁴θ + … up to cos^(ν−2) θ);
 * - ν odd: 2/π · (θ + sin θ · (cos θ + 2/3 cos³θ + (2·4)/(3·5) cos⁵θ + … up to cos^(ν−2) θ)).
 */
function centralProbability(t: number, nu: number): number {
  const squaredCosine = nu / (nu + t * t);
  const sine = t / Math.sqrt(nu + t * t);
  const odd = nu % 2;
  let term = odd === 1 ? Math.sqrt(squaredCosine) : 1;
  let series = 0;
  for (let power = odd; power <= nu - 2; power += 2) {
    series += term;
    term *= (squaredCosine * (power + 1)) / (power + 2);
  }
  return odd === 1 ? (2 / Math.PI) * (Math.atan(t / Math.sqrt(nu)) + sine * series) : sine * series;
}
