import { describe, expect, test } from 'vitest';
import { Rng } from '../../src/random/rng.ts';
import { type CurveUnit, type Knot, piecewiseLinear } from '../../src/statistics/piecewise-linear.ts';

/** Sums of up to 16 terms below 100 in float64 lose at most this. */
const FLOAT64_SUM = 1e-11;

const hardSigmoid = (r: number): number => Math.min(1, Math.max(0, r));
const relu = (r: number): number => Math.max(0, r);
const sum = (constant: number, units: readonly CurveUnit[], activation: (r: number) => number, x: number) =>
  units.reduce((y, { height, weight, bias }) => y + height * activation(weight * x + bias), constant);

/** Up to 8 pieces with gaps of at least 0.05, heights within ±3. */
function randomKnots(rng: Rng): Knot[] {
  const pieces = 1 + rng.integer(8);
  const heights = rng.uniform(pieces + 1, -3, 3);
  let x = rng.uniform(1, -2, 0)[0] ?? 0;
  return [...heights].map((y): Knot => [(x += 0.05 + (rng.uniform(1)[0] ?? 0)), y]);
}

describe('piecewiseLinear', () => {
  test('by hand: up by 3, then down by 2', () => {
    const curve = piecewiseLinear([
      [0, 1],
      [1, 4],
      [3, 2],
    ]);
    expect(curve.constant).toBe(1);
    expect(curve.hardSigmoids).toEqual([
      { height: 3, weight: 1, bias: 0 },
      { height: -2, weight: 0.5, bias: -0.5 },
    ]);
    expect(curve.relus).toEqual([
      { height: 3, weight: 1, bias: 0 },
      { height: -3, weight: 1, bias: -1 },
      { height: -2, weight: 0.5, bias: -0.5 },
      { height: 2, weight: 0.5, bias: -1.5 },
    ]);
    expect([-5, 0, 0.5, 1, 2, 3, 9].map(curve.at)).toEqual([1, 1, 2.5, 4, 3, 2, 2]);
  });

  test('both sums are the curve, at the knots, between them and outside, for random curves', () => {
    const rng = Rng.fromSeed(3);
    for (let round = 0; round < 100; round++) {
      const knots = randomKnots(rng);
      const curve = piecewiseLinear(knots);
      for (const x of [...knots.map(([at]) => at), ...rng.uniform(20, -4, 12)]) {
        const y = curve.at(x);
        expect(Math.abs(sum(curve.constant, curve.hardSigmoids, hardSigmoid, x) - y)).toBeLessThan(
          FLOAT64_SUM,
        );
        expect(Math.abs(sum(curve.constant, curve.relus, relu, x) - y)).toBeLessThan(FLOAT64_SUM);
      }
    }
  });

  test('refuses what is no curve', () => {
    expect(() => piecewiseLinear([[0, 1]])).toThrow(
      'piecewiseLinear: knots must be two or more [x, y] of finite numbers with growing x, received "1 knots"',
    );
    const backwards: Knot[] = [
      [0, 1],
      [1, 2],
      [1, 3],
    ];
    expect(() => piecewiseLinear(backwards)).toThrow('at place 2');
    expect(() =>
      piecewiseLinear([
        [0, 1],
        [1, Number.NaN],
      ]),
    ).toThrow('at place 1');
  });
});
