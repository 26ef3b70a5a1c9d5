/** Draws of the symmetric beta distribution, from two gamma draws (Marsaglia & Tsang 2000). */
import type { Rng } from './rng.ts';

/** One number of Beta(alpha, alpha), in [0, 1], alpha > 0: X / (X + Y) of two gammas, by logarithms so that none is 0. */
export function drawBeta(rng: Rng, alpha: number): number {
  const [x, y] = [drawLogGamma(rng, alpha), drawLogGamma(rng, alpha)];
  return 1 / (1 + Math.exp(y - x));
}

/** ln of a number of Gamma(shape, 1); a shape below 1 by that of shape + 1 and a uniform. */
function drawLogGamma(rng: Rng, shape: number): number {
  if (shape < 1) return drawLogGamma(rng, shape + 1) + Math.log(openUniform(rng)) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = rng.normal(1)[0] ?? 0;
    const root = 1 + c * z;
    const v = root * root * root;
    if (v > 0 && Math.log(openUniform(rng)) < (z * z) / 2 + d - d * v + d * Math.log(v))
      return Math.log(d) + Math.log(v);
  }
}

/** Uniform on (0, 1). */
function openUniform(rng: Rng): number {
  return ((rng.bits(1)[0] ?? 0) + 0.5) / 0x1_0000_0000;
}
