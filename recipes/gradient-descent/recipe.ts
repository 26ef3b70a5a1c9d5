/** Gradient descent on a line and in a double well: what rate, loss and start decide (Lee, ML 2021, lecture 1). */
import * as tf from '@tensorflow/tfjs';
import {
  absoluteError,
  defineRecipe,
  lineSurface,
  type Loss,
  type Objective,
  sgd,
  squaredError,
} from 'tfjs-recipes';
import { z } from 'zod';
import { type ArmName, claims, type Outcome } from './claims.ts';
import { figures, points, TRUTH } from './figures.ts';
import { text } from './text.ts';

const START = [-1, -1] as const;
/** L(w) = w⁴/4 + w³/3 − w²: global minimum −2 with L″ = 6, local minimum 1 with L″ = 3, a hill at 0 between them. */
const doubleWell: Objective = (w) =>
  w.square().square().div(4).add(w.square().mul(w).div(3)).sub(w.square()).sum();
const SHARPEST = 6;

/** Root mean square of the difference from the true line over x ~ U(−1, 1). */
const lineError = ([b = 0, w = 0]: readonly number[]) =>
  Math.hypot(b - TRUTH.intercept, (w - TRUTH.slope) / Math.sqrt(3));

const schema = z.object({
  rows: z.int().min(10).max(10_000).default(50).describe('points on the line'),
  noise: z.number().min(0).max(10).default(0.3).describe('standard deviation of the noise on y'),
  steps: z.int().min(101).max(10_000).default(200).describe('updates of each descent'),
  starts: z.int().min(17).max(10_000).default(200).describe('random starts in the double well'),
});

/** How the line is fitted: η as a share of 2/λ, and to which points. */
interface Arm {
  readonly rate: number;
  readonly loss: keyof typeof LOSSES;
  readonly outliers: number;
}
const LOSSES = { 'squared error': squaredError(), 'absolute error': absoluteError() };

export const gradientDescent = defineRecipe<typeof schema, ArmName, Arm, Outcome>({
  id: 'gradient-descent',
  lecture: '1.4',
  text,
  options: schema,
  arms: () => ({
    small: { rate: 0.005, loss: 'squared error', outliers: 0 },
    right: { rate: 0.5, loss: 'squared error', outliers: 0 },
    below: { rate: 0.98, loss: 'squared error', outliers: 0 },
    beyond: { rate: 1.02, loss: 'squared error', outliers: 0 },
    absolute: { rate: 0.5, loss: 'absolute error', outliers: 0 },
    outliers: { rate: 0.5, loss: 'squared error', outliers: 5 },
  }),
  seeds: { full: 20, quick: 3 },

  async runArm({ options, arm, rng, minimize }) {
    const { steps } = options;
    const data = points(rng, options, arm.outliers);
    const line = lineSurface(data.inputs.values, data.targets.values);
    const [x, y] = [tf.tensor1d(data.inputs.values), tf.tensor1d(data.targets.values)];
    const meanLoss =
      (loss: Loss): Objective =>
      (p) =>
        loss(p.slice(1, 1).mul(x).add(p.slice(0, 1)), y).mean();
    const learningRate = (arm.rate * 2) / line.eigenvalues[1];
    const descent = { start: [...START], steps, names: ['b', 'w'], data };

    const fixed = await minimize('fixed rate', {
      ...descent,
      objective: meanLoss(LOSSES[arm.loss]),
      optimizer: sgd({ learningRate }),
    });
    const decaying = sgd({ learningRate: (step) => 0.2 * (1 - step / steps) });
    const absolute = await minimize('MAE, falling rate', {
      ...descent,
      objective: meanLoss(LOSSES['absolute error']),
      optimizer: decaying,
    });
    tf.dispose([x, y]);

    const start = [...rng.split('starts').uniform(options.starts, -3, 2)];
    const inWell = sgd({ learningRate: (arm.rate * 2) / SHARPEST });
    const wells = await minimize('double well', { objective: doubleWell, start, steps, optimizer: inWell });
    const ends = wells.parameters.map((w) =>
      Math.abs(w + 2) < 0.05 ? 'global' : Math.abs(w - 1) < 0.05 ? 'local' : 'neither',
    );
    const share = (of: (end: string, index: number) => boolean) => ends.filter(of).length / ends.length;

    const path = fixed
      .series('b')
      .values.map((b, t) => [b, fixed.series('w').values[t] ?? Number.NaN] as const);
    const distance = ([b, w]: readonly [number, number]) =>
      Math.hypot(b - line.minimum[0], w - line.minimum[1]);
    const fromClosedForm = path.slice(0, 101).map(([b, w], t) => {
      const expected = line.descend(START, learningRate, t);
      return Math.max(Math.abs(b - expected[0]), Math.abs(w - expected[1]));
    });
    const every8th = path.flatMap((point, t) => (t % 8 === 0 ? [{ point, t }] : []));
    return {
      remaining: distance(path.at(-1) ?? START) / distance(START),
      fromClosedForm: Math.max(...fromClosedForm),
      squaredLineError: lineError(line.minimum),
      absoluteLineError: lineError(absolute.parameters),
      global: share((end) => end === 'global'),
      local: share((end) => end === 'local'),
      asTheStartSays: share((end, i) => end === ((start[i] ?? 0) < 0 ? 'global' : 'local')),
      wells: wells.parameters.slice(0, 20).map((end, i) => [start[i] ?? Number.NaN, end] as const),
      path: path.slice(0, 26),
      excess: {
        steps: every8th.map(({ t }) => t),
        values: every8th.map(
          ({ point: [b, w] }) => line.squaredError(b, w) - line.squaredError(...line.minimum),
        ),
      },
    };
  },

  claims,

  equations: [
    { equation: 'y = b + w x', code: 'p.slice(1, 1).mul(x).add(p.slice(0, 1))', part: 'objective' },
    { equation: 'e = (y − ŷ)²', code: 'squaredError()', part: 'objective' },
    { equation: 'L = (1/N) Σ e', code: 'loss.mean()', part: 'objective' },
    { equation: 'g = (∂L/∂b, ∂L/∂w)', code: 'minimize()', part: 'gradient' },
    { equation: 'θ¹ = θ⁰ − η g', code: 'sgd()', part: 'update' },
  ],

  figures,
});
