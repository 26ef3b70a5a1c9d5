/** Nets of one hidden layer as the lecture writes them, all unknowns in one long vector θ; many of them side by side. */
import * as tf from '@tensorflow/tfjs';
import { median, type Objective, piecewiseLinear, type Rng } from 'tfjs-recipes';

type Knots = Parameters<typeof piecewiseLinear>[0];

/** The bent curve: three pieces on [−1, 1], constant at both ends. The ramp is one piece: a hard sigmoid. */
export const CURVES = {
  bent: [
    [-0.75, 0.2],
    [-0.25, 1.2],
    [0.25, 0.4],
    [0.75, 0.8],
  ],
  ramp: [
    [-0.25, 0],
    [0.25, 1],
  ],
} as const satisfies Record<string, Knots>;

/** Nets alike: y = b₀ + Σ c σ(b + w x), `units` terms; σ is nothing at all where the activation is 'none'. */
export interface Nets {
  readonly curve: keyof typeof CURVES;
  readonly activation: 'none' | 'sigmoid' | 'relu';
  readonly units: number;
  /** How many start side by side. */
  readonly nets: number;
  /** The rate of Adam at the first update; it falls to 0. */
  readonly rate: number;
}

/** A net has found the curve when this share of the curve's variance, or less, is left unexplained. */
const FOUND = 0.02;

/** Evenly spaced places and the curve's heights there. */
export function pointsOn(curve: keyof typeof CURVES, rows: number): { x: number[]; y: number[] } {
  const x = Array.from({ length: rows }, (_, i) => (2 * i) / (rows - 1) - 1);
  return { x, y: x.map(piecewiseLinear(CURVES[curve]).at) };
}

/** θ of all nets; each has w, b of its units in turn, then c of all units, then b₀. Drawn as PyTorch's Linear: U(±1/√inputs). */
export const drawn = ({ units, nets }: Nets, rng: Rng): number[] =>
  Array.from({ length: nets }, () => [
    ...rng.uniform(2 * units, -1, 1),
    ...rng.uniform(units + 1, -1 / Math.sqrt(units), 1 / Math.sqrt(units)),
  ]).flat();

/** θ of one net that is the curve: two ReLUs for each of its pieces. */
export function constructed({ curve }: Nets): number[] {
  const { relus, constant } = piecewiseLinear(CURVES[curve]);
  return [
    ...relus.flatMap(({ weight, bias }) => [weight, bias]),
    ...relus.map(({ height }) => height),
    constant,
  ];
}

/** The places with the constant 1 below them, [2, rows]: b is the weight of that 1. */
export const withOnes = (x: readonly number[]): tf.Tensor2D => tf.tensor2d([[...x], x.map(() => 1)]);

/** y = b₀ + cᵀ σ(b + w x) of every net at every place, [nets, rows]. @param theta - [nets · (3 units + 1)] */
export function outputsOf({ activation, units }: Nets, theta: tf.Tensor1D, places: tf.Tensor2D): tf.Tensor {
  const parts = tf.split(theta.reshape([-1, 3 * units + 1]), [2 * units, units, 1], 1);
  const [hidden, c, constant] = parts as [tf.Tensor, tf.Tensor, tf.Tensor];
  const r = hidden.reshape([-1, 2]).matMul(places); // [nets · units, rows]
  const a = activation === 'sigmoid' ? r.sigmoid() : activation === 'relu' ? r.relu() : r;
  const sums = c.expandDims(1).matMul(a.reshape([-1, units, places.shape[1]])); // [nets, 1, rows]
  return sums.squeeze([1]).add(constant);
}

/** The mean squared errors of the nets, added up: each net descends its own. */
export const squaredErrors =
  (nets: Nets, places: tf.Tensor2D, y: tf.Tensor1D): Objective =>
  (theta) =>
    outputsOf(nets, theta, places).sub(y).square().mean(1).sum();

/** What the nets came to. */
export function judged(nets: Nets, theta: readonly number[], x: readonly number[], y: readonly number[]) {
  const flat = tf.tidy(() => outputsOf(nets, tf.tensor1d([...theta]), withOnes(x)).dataSync());
  const fits = Array.from({ length: flat.length / x.length }, (_, net) =>
    Array.from(flat.slice(net * x.length, (net + 1) * x.length)),
  );
  const middle = y.reduce((sum, value) => sum + value, 0) / y.length;
  const meanSquare = (of: (index: number) => number) =>
    y.reduce((sum, _, i) => sum + of(i) ** 2, 0) / y.length;
  const variance = meanSquare((i) => (y[i] ?? 0) - middle);
  const losses = fits.map((fit) => meanSquare((i) => (fit[i] ?? 0) - (y[i] ?? 0)));
  return {
    lowestLoss: Math.min(...losses),
    unexplained: median(losses.map((loss) => loss / variance)),
    found: losses.filter((loss) => loss <= FOUND * variance).length / losses.length,
    largestError: Math.max(...(fits[0] ?? []).map((value, i) => Math.abs(value - (y[i] ?? 0)))),
    fits: fits.slice(0, 3),
  };
}
