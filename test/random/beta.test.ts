import { expect, test } from 'vitest';
import { drawBeta } from '../../src/random/beta.ts';
import { Rng } from '../../src/random/rng.ts';

const COUNT = 4000;
/** Four standard errors: a right sampler fails once in 16 000 seeds, and the seed is fixed. */
const STANDARD_ERRORS = 4;

test.each([0.2, 1, 2.5])('Beta(%f, same) has its mean, its variance and its range', (alpha) => {
  const rng = Rng.fromSeed(11).split(alpha);
  const draws = Array.from({ length: COUNT }, () => drawBeta(rng, alpha));
  const moment = (power: number): number =>
    draws.reduce((sum, draw) => sum + Math.abs(draw - 0.5) ** power, 0) / COUNT;
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / COUNT;
  const variance = 1 / (4 * (2 * alpha + 1)); // αβ / ((α + β)² (α + β + 1))
  const fourth = 3 / (16 * (2 * alpha + 1) * (2 * alpha + 3)); // the central moment
  expect(Math.abs(mean - 0.5)).toBeLessThan(STANDARD_ERRORS * Math.sqrt(variance / COUNT));
  expect(Math.abs(moment(2) - variance)).toBeLessThan(
    STANDARD_ERRORS * Math.sqrt((fourth - variance * variance) / COUNT),
  );
  expect(draws.every((draw) => draw >= 0 && draw <= 1)).toBe(true);
});

test('Beta(1, 1) is uniform: each tenth has its share', () => {
  const rng = Rng.fromSeed(5);
  const counts = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < COUNT; i++) {
    const bin = Math.min(9, Math.floor(drawBeta(rng, 1) * 10));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const chiSquare = counts.reduce((sum, found) => sum + (found - COUNT / 10) ** 2 / (COUNT / 10), 0);
  expect(chiSquare).toBeLessThan(27.9); // the 99.9 % point with 9 degrees of freedom
});

test('a tiny alpha gives 0 or 1, never NaN', () => {
  const rng = Rng.fromSeed(1);
  const draws = Array.from({ length: 200 }, () => drawBeta(rng, 1e-4));
  expect(draws.every((draw) => draw < 1e-6 || draw > 1 - 1e-6)).toBe(true);
});
