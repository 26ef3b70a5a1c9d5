/** A piecewise-linear curve built as in Lee, ML 2021, lecture 1: a constant and hard sigmoids, or ReLUs in pairs. */
import { OptionError } from '../errors.ts';

/** Where a piece ends and the next begins. */
export type Knot = readonly [x: number, y: number];

/** `height` times an activation of weight · x + bias. */
export interface CurveUnit {
  readonly height: number;
  readonly weight: number;
  readonly bias: number;
}

/** A curve through knots, straight between them and constant outside. All in float64. */
export interface PiecewiseLinear {
  /** The height of the curve, by interpolation between the knots. */
  readonly at: (x: number) => number;
  /** What the sums begin with: the height on the left of all knots. */
  readonly constant: number;
  /** constant + Σ height · min(1, max(0, weight · x + bias)) is the curve: one unit a piece, which rises where the piece does. */
  readonly hardSigmoids: readonly CurveUnit[];
  /** constant + Σ height · max(0, weight · x + bias) is the curve: two units a piece, since a hard sigmoid is the difference of two ReLUs. */
  readonly relus: readonly CurveUnit[];
}

/**
 * @param knots - At least two, from left to right. Throws an OptionError otherwise.
 *
 * @example
 * ```ts
 * const { hardSigmoids } = piecewiseLinear([[0, 0], [1, 3], [2, 1]]);
 * // [{ height: 3, weight: 1, bias: 0 }, { height: -2, weight: 1, bias: -1 }]
 * ```
 */
export function piecewiseLinear(knots: readonly Knot[]): PiecewiseLinear {
  checkKnots(knots);
  const [, constant] = knots[0] ?? [0, 0];
  const hardSigmoids = knots.slice(1).map(([x, y], index): CurveUnit => {
    const [before, from] = knots[index] ?? [0, 0];
    const weight = 1 / (x - before);
    return { height: y - from, weight, bias: 0 - before * weight };
  });
  const relus = hardSigmoids.flatMap(({ height, weight, bias }): CurveUnit[] => [
    { height, weight, bias },
    { height: -height, weight, bias: bias - 1 },
  ]);
  return { at: (x) => interpolate(knots, x), constant, hardSigmoids, relus };
}

function interpolate(knots: readonly Knot[], x: number): number {
  const next = knots.findIndex(([at]) => x < at);
  const [left, right] = [knots.at(next - 1), knots[next]];
  if (next <= 0 || left === undefined || right === undefined) return knots.at(next)?.[1] ?? Number.NaN;
  const share = (x - left[0]) / (right[0] - left[0]);
  return left[1] + share * (right[1] - left[1]);
}

function checkKnots(knots: readonly Knot[]): void {
  const wrong = knots.findIndex(
    ([x, y], index) =>
      !Number.isFinite(x) || !Number.isFinite(y) || (index > 0 && x <= (knots[index - 1]?.[0] ?? x)),
  );
  if (knots.length >= 2 && wrong < 0) return;
  const received = wrong < 0 ? `${knots.length} knots` : `${JSON.stringify(knots[wrong])} at place ${wrong}`;
  throw new OptionError('piecewiseLinear', [
    { path: 'knots', rule: 'must be two or more [x, y] of finite numbers with growing x', received },
  ]);
}
