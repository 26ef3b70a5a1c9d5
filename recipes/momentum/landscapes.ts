/** What the arms of `momentum` move on: a bump, a plateau, bowls, the curve on which heavy ball cycles, and a net. */
import * as tf from '@tensorflow/tfjs';
import {
  type History,
  initialize,
  lineSurface,
  loadDigits,
  type Objective,
  type Rng,
  xavierUniformWeights,
} from 'tfjs-recipes';

/** Heights of the bump. Below 0.073 it has no valley in front of it, and gradient descent passes too. */
export const HEIGHTS = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5] as const;
/** The place in `HEIGHTS` of the bump that momentum is claimed to pass, and of the one it is not. */
export const LOW = 2;
export const HIGH = 5;
/** Where the bump stands, and its width: the standard deviation of a bell. */
export const BUMP = { at: 2, width: 0.2 } as const;
/** The valley at the end of the plateau: half its width, and its curvature L″. Outside, the slope is constant. */
export const VALLEY = { radius: 0.05, curvature: 6 } as const;

/** L(x) = 0.05 x² + A exp(−(x − 2)² / (2 · 0.2²)) of each ball: the same balls at every height, [heights · balls]. */
export const bump: Objective = (x) => {
  const balls = x.reshape([HEIGHTS.length, -1]);
  const bell = balls.sub(BUMP.at).div(BUMP.width).square().mul(-0.5).exp();
  return balls
    .square()
    .mul(0.05)
    .add(bell.mul(tf.tensor2d([...HEIGHTS], [HEIGHTS.length, 1])))
    .sum();
};

/** Its derivative at one height A. */
export function bumpSlope(x: number, height: number): number {
  const away = (x - BUMP.at) / BUMP.width;
  return 0.1 * x - ((height * away) / BUMP.width) * Math.exp(-away * away * 0.5);
}

/** L(x) = L″ x² / 2 where |x| is below the radius; beyond, the tangent goes on: a plateau of slope L″ · radius. */
export const plateau: Objective = (x) => {
  const inside = x.clipByValue(-VALLEY.radius, VALLEY.radius);
  return inside.mul(x).sub(inside.square().div(2)).mul(VALLEY.curvature).sum();
};

/** L(x, y) = (x² / κ + y²) / 2: κ is the condition number, steep along y and flat along x. */
export const bowl =
  (condition: number): Objective =>
  (point) =>
    point
      .square()
      .mul(tf.tensor1d([1 / condition, 1]))
      .sum()
      .div(2);

/**
 * Convex, with L″ = 25, but 1 for 1 < x < 2, and the minimum at 0 (Lessard, Recht & Packard 2016, arXiv:1408.3595):
 * L(x) = 12.5 x² − 12 max(0, x − 1)² + 12 max(0, x − 2)².
 */
export const bentBowl: Objective = (x) =>
  x.square().mul(12.5).sub(x.sub(1).relu().square().mul(12)).add(x.sub(2).relu().square().mul(12)).sum();

/** A start from which heavy ball cycles, tuned for these curvatures: the first ball of every run. */
export const CYCLES_FROM = 3.3;

/** How an arm moves. */
export type Rule = 'gradient descent' | 'larger rate' | 'heavy ball' | 'nesterov';

/** What an arm is: the rate at bump and plateau is multiplied by `boost`, and so are the net's, [full, small batches]. */
export interface Arm {
  readonly rule: Rule;
  readonly momentum: number;
  readonly boost: number;
  readonly netRates: readonly [full: number, small: number];
  /** Which weights the net with small batches starts from. @default those of the other arms */
  readonly smallStart?: string;
}

/** A rate with its momentum. */
export type Best = { readonly learningRate: number; readonly momentum: number };

/** The best for a quadratic with these curvatures (Polyak 1964; Nesterov 1983, as d'Aspremont et al. 2021). */
export function bestFor(rule: Rule, largest: number, smallest: number): Best {
  const [steep, flat] = [Math.sqrt(largest), Math.sqrt(smallest)];
  const share = (steep - flat) / (steep + flat);
  if (rule === 'heavy ball') return { learningRate: 4 / (steep + flat) ** 2, momentum: share ** 2 };
  if (rule === 'nesterov') return { learningRate: 1 / largest, momentum: share };
  return { learningRate: (rule === 'larger rate' ? 20 : 2) / (largest + smallest), momentum: 0 };
}

/** What each past gradient adds to the movement that follows the last one: −η λ^(t − k) g_k, k from 0 to t. */
export const pushes = (gradients: readonly number[], learningRate: number, momentum: number): number[] =>
  gradients.map((gradient, k) => -learningRate * momentum ** (gradients.length - 1 - k) * gradient);

/** How far the movements of a ball at the low bump are from the sums of its pushes, as a share of the largest movement. */
export function unlikeTheSum(ball: readonly number[], learningRate: number, momentum: number): number {
  const gradients = ball.map((x) => bumpSlope(x, HEIGHTS[LOW]));
  const movements = ball.slice(1).map((x, t) => x - (ball[t] ?? Number.NaN));
  const differences = movements.map((movement, t) =>
    pushes(gradients.slice(0, t + 1), learningRate, momentum).reduce((left, push) => left - push, movement),
  );
  return Math.max(...differences.map(Math.abs)) / Math.max(...movements.map(Math.abs));
}

/** The points (x, y) of a minimization, from its start on. */
export const pathOf = (history: History): (readonly [x: number, y: number])[] =>
  history.series('x0').values.map((x, t) => [x, history.series('x1').values[t] ?? Number.NaN]);

/** The share of the balls that lie nearer to the origin than `radius`. */
export const shareNear = (balls: readonly number[], radius: number): number =>
  balls.filter((x) => Math.abs(x) < radius).length / balls.length;

/** After how many updates a path stays within a millionth of its start's distance from the origin. */
export function updatesNeeded(path: readonly (readonly [number, number])[]): number {
  const distances = path.map(([x, y]) => Math.hypot(x, y));
  return 1 + distances.findLastIndex((distance) => !(distance < 1e-6 * (distances[0] ?? 0)));
}

/** The share that ends behind the bump, by height. */
export function sharesThatPass(balls: readonly number[]): number[] {
  const count = balls.length / HEIGHTS.length;
  return HEIGHTS.map((_, row) => shareNear(balls.slice(row * count, (row + 1) * count), 0.1));
}

/** p of updates ~ κ^p: the slope of the line through the logarithms. */
export const exponentOf = (bowls: readonly { condition: number; updates: number }[]): number =>
  lineSurface(
    bowls.map(({ condition }) => Math.log(condition)),
    bowls.map(({ updates }) => Math.log(updates)),
  ).minimum[1];

/** How many images the net learns. */
export const IMAGES = 400;

/** Images drawn at random, pixels from 0 to 1. */
export async function someDigits(rng: Rng) {
  const digits = await loadDigits();
  const values = digits.inputs.values.map((pixel) => pixel / 16);
  const scaled = digits.withInputs({ ...digits.inputs, values });
  return scaled.split({ test: 1 - IMAGES / digits.rows }, rng).train;
}

/** 64 pixels, 32 units, 10 logits. */
export function digitsNet(rng: Rng): tf.Sequential {
  const hidden = tf.layers.dense({ inputShape: [64], units: 32, activation: 'tanh' });
  const model = tf.sequential({ layers: [hidden, tf.layers.dense({ units: 10 })] });
  initialize(model, xavierUniformWeights, rng);
  return model;
}
