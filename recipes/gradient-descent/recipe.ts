/** Gradient descent on a line and in a double well: what rate, loss and start decide (Lee, ML 2021, lecture 1). */
import * as tf from '@tensorflow/tfjs';
import {
  absoluteError,
  atLeast,
  atMost,
  curves,
  defineRecipe,
  lineSurface,
  type Loss,
  noisyLine,
  type Objective,
  Rng,
  rowsOf,
  scatter,
  sgd,
  squaredError,
  surface,
} from 'tfjs-recipes';
import { z } from 'zod';
import { text } from './text.ts';

const TRUTH = { intercept: 0.5, slope: 2 };
const START = [-1, -1] as const;
const PICTURE = { x: [-1.6, 2.6], y: [-1.6, 4] } as const;
/** The columns of the figure on outliers. */
const COLUMNS = [
  { arm: 'right', field: 'squaredLineError', series: 'squared', label: text.figures.columns.squared },
  { arm: 'right', field: 'absoluteLineError', series: 'absolute', label: text.figures.columns.absolute },
  {
    arm: 'outliers',
    field: 'squaredLineError',
    series: 'squared',
    label: text.figures.columns.squaredOutliers,
  },
  {
    arm: 'outliers',
    field: 'absoluteLineError',
    series: 'absolute',
    label: text.figures.columns.absoluteOutliers,
  },
] as const;
const RATES = ['small', 'right', 'below', 'beyond'] as const;

/** L(w) = w⁴/4 + w³/3 − w²: global minimum −2 with L″ = 6, local minimum 1 with L″ = 3, a hill at 0 between them. */
const doubleWell: Objective = (w) =>
  w.square().square().div(4).add(w.square().mul(w).div(3)).sub(w.square()).sum();
const SHARPEST = 6;

const points = (rng: Rng, { rows, noise }: { rows: number; noise: number }, outliers: number) =>
  noisyLine({ rows, ...TRUTH, noise, outliers: { count: outliers, shift: 6 } }, rng.split('points'));

/** Root mean square of the difference from the true line over x ~ U(−1, 1). */
const lineError = ([b = 0, w = 0]: readonly number[]) =>
  Math.hypot(b - TRUTH.intercept, (w - TRUTH.slope) / Math.sqrt(3));

export const gradientDescent = defineRecipe({
  id: 'gradient-descent',
  lecture: '1.4',
  text,
  options: z.object({
    rows: z.int().min(10).max(10_000).default(50).describe('points on the line'),
    noise: z.number().min(0).max(10).default(0.3).describe('standard deviation of the noise on y'),
    steps: z.int().min(101).max(10_000).default(200).describe('updates of each descent'),
    starts: z.int().min(17).max(10_000).default(200).describe('random starts in the double well'),
  }),
  arms: () => ({
    small: { rate: 0.005, loss: squaredError(), outliers: 0 },
    right: { rate: 0.5, loss: squaredError(), outliers: 0 },
    below: { rate: 0.98, loss: squaredError(), outliers: 0 },
    beyond: { rate: 1.02, loss: squaredError(), outliers: 0 },
    absolute: { rate: 0.5, loss: absoluteError(), outliers: 0 },
    outliers: { rate: 0.5, loss: squaredError(), outliers: 5 },
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
    const descent = { start: [...START], steps, names: ['b', 'w'] };

    const fixed = await minimize('fixed rate', {
      ...descent,
      objective: meanLoss(arm.loss),
      optimizer: sgd({ learningRate }),
    });
    const decaying = sgd({ learningRate: (step) => 0.2 * (1 - step / steps) });
    const absolute = await minimize('MAE, falling rate', {
      ...descent,
      objective: meanLoss(absoluteError()),
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
      path: path.slice(0, 26),
      excess: {
        steps: every8th.map(({ t }) => t),
        values: every8th.map(
          ({ point: [b, w] }) => line.squaredError(b, w) - line.squaredError(...line.minimum),
        ),
      },
    };
  },

  // Effect sizes and their reasons: README.md.
  claims: [
    {
      id: 'below-the-limit-arrives',
      arm: 'below',
      control: 'beyond',
      measure: ({ arm }) => arm.remaining,
      expect: atMost(0.1),
    },
    {
      id: 'beyond-the-limit-leaves',
      arm: 'beyond',
      control: 'below',
      measure: ({ arm }) => arm.remaining,
      expect: atLeast(10),
    },
    {
      id: 'too-small-is-not-there-yet',
      arm: 'small',
      control: 'right',
      measure: ({ arm }) => arm.remaining,
      expect: atLeast(0.1),
    },
    {
      id: 'path-is-the-closed-form',
      arm: 'right',
      control: 'absolute',
      measure: ({ arm }) => arm.fromClosedForm,
      expect: atMost(1e-5),
    },
    {
      id: 'outliers-want-absolute-error',
      arm: 'outliers',
      control: 'right',
      measure: ({ arm }) => 2 * Math.log(arm.absoluteLineError / arm.squaredLineError),
      expect: atMost(Math.log(0.1)),
    },
    {
      id: 'start-decides-the-valley',
      arm: 'right',
      control: 'beyond',
      measure: ({ arm }) => arm.asTheStartSays,
      expect: atLeast(0.99),
    },
    {
      id: 'sharp-valley-needs-a-small-rate',
      arm: 'beyond',
      control: 'right',
      measure: ({ arm }) => arm.global,
      expect: atMost(0.01),
    },
  ],

  figures: (runs, options) => {
    const first = runs.seeds[0] ?? 0;
    const data = points(Rng.fromSeed(first), options, 0);
    const line = lineSurface(data.inputs.values, data.targets.values);
    const shown = runs.byArm('path', ['small', 'right', 'beyond']).filter(({ seed }) => seed === first);
    return [
      surface({
        id: 'surface',
        title: text.figures.surface,
        caption: text.figures.surfaceCaption,
        x: { label: text.figures.intercept },
        y: { label: text.figures.slope },
        z: { label: text.figures.meanSquaredError, scale: 'log' },
        over: PICTURE,
        of: line.squaredError,
        names: text.arms,
        paths: shown.flatMap(({ arm, value }) => value.map(([x, y]) => ({ series: arm, x, y }))),
        points: [{ x: line.minimum[0], y: line.minimum[1], label: text.figures.best }],
      }),
      curves({
        id: 'excess-loss',
        title: text.figures.loss,
        caption: text.figures.lossCaption,
        x: { label: text.figures.updates },
        y: { label: text.figures.excess, scale: 'log' },
        rows: rowsOf(runs.byArm('excess', RATES)),
        names: text.arms,
      }),
      scatter({
        id: 'outliers',
        title: text.figures.outliers,
        caption: text.figures.outliersCaption,
        x: { label: text.figures.lossAndData, categories: COLUMNS.map(({ label }) => label) },
        y: { label: text.figures.lineError, scale: 'log' },
        rows: COLUMNS.flatMap(({ arm, field, series }, x) =>
          runs.byArm(field, [arm]).map(({ seed, value }) => ({ series, group: seed, x, y: value })),
        ),
        names: text.figures.losses,
      }),
    ];
  },
});
