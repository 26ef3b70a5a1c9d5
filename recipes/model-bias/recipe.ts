/** Model bias: what a model cannot be, can be, and is found to be; more features, units, layers (Lee, ML 2021, lecture 1.5). */
import * as tf from '@tensorflow/tfjs';
import {
  absoluteError,
  adam,
  atLeast,
  atMost,
  defineRecipe,
  evaluate,
  initialize,
  kaimingNormalWeights,
  lineSurface,
  weeklySeries,
} from 'tfjs-recipes';
import { z } from 'zod';
import { armsOf, type Outcome } from './arms.ts';
import { equations } from './equations.ts';
import { figures } from './figures.ts';
import { constructed, drawn, judged, pointsOn, squaredErrors, withOnes } from './nets.ts';
import { text } from './text.ts';

const falling = (rate: number, steps: number) => adam({ learningRate: (step) => rate * (1 - step / steps) });

export const modelBias = defineRecipe({
  id: 'model-bias',
  lecture: '1.5',
  text,
  options: z.object({
    rows: z.int().min(20).max(10_000).default(100).describe('points on the curve'),
    steps: z.int().min(10).max(100_000).default(1500).describe('updates of the nets on the curve'),
    days: z.int().min(64).max(10_000).default(1460).describe('days of the weekly series to learn'),
    seriesSteps: z.int().min(10).max(100_000).default(600).describe('updates of the models of the series'),
  }),
  quick: { steps: 1000, seriesSteps: 300 },
  arms: armsOf,
  seeds: { full: 10, quick: 2 },

  async runArm({ options, arm, rng, train, minimize }): Promise<Outcome> {
    if ('lags' in arm) {
      const data = weeklySeries({ days: options.days, lags: arm.lags }, rng.split('series'));
      const hidden = arm.hidden.map((units) => tf.layers.dense({ units, activation: 'relu' }));
      const input = tf.layers.inputLayer({ inputShape: [arm.lags] });
      const model = tf.sequential({ layers: [input, ...hidden, tf.layers.dense({ units: 1 })] });
      initialize(model, kaimingNormalWeights, rng.split('start'));
      const steps = options.seriesSteps;
      const optimizer = falling(arm.rate, steps);
      await train('series', { model, data, loss: absoluteError(), optimizer, batchSize: 32, steps });
      const { loss: seriesError } = await evaluate(model, data, { loss: absoluteError() });
      const parameters = model.countParams();
      model.dispose();
      return { parameters, seriesError };
    }

    const { x, y } = pointsOn(arm.curve, options.rows);
    const [places, heights] = [withOnes(x), tf.tensor1d(y)];
    const start = arm.start === 'drawn' ? drawn(arm, rng.split('start')) : constructed(arm);
    const objective = squaredErrors(arm, places, heights);
    const { steps } = options;
    const theta =
      arm.start === 'drawn'
        ? (await minimize('curve', { objective, start, steps, optimizer: falling(arm.rate, steps) }))
            .parameters
        : start;
    tf.dispose([places, heights]);
    const { lowestLoss, ...outcome } = judged(arm, theta, x, y);
    const line = lineSurface(x, y);
    const ofTheLine = lowestLoss / line.squaredError(...line.minimum);
    return { parameters: 3 * arm.units + 1, ofTheLine, ...outcome };
  },

  // Effect sizes and their reasons: README.md.
  claims: [
    {
      id: 'a-line-stays-a-line',
      arm: 'line',
      control: 'sigmoids',
      measure: ({ arm }) => arm.ofTheLine ?? Number.NaN,
      expect: atLeast(0.9999),
      figure: { id: 'fits' },
    },
    {
      id: 'six-relus-are-the-curve',
      arm: 'constructed',
      control: 'relu6',
      measure: ({ arm }) => arm.largestError ?? Number.NaN,
      expect: atMost(1e-6),
      figure: { id: 'pieces' },
    },
    {
      id: 'three-sigmoids-learn-the-curve',
      arm: 'sigmoids',
      control: 'line',
      measure: ({ arm }) => arm.found ?? Number.NaN,
      expect: atLeast(0.8),
      figure: { id: 'found', at: (y) => ({ x: 3, y }) },
    },
    {
      id: 'six-relus-learn-the-curve',
      arm: 'relu6',
      control: 'line',
      measure: ({ arm }) => arm.found ?? Number.NaN,
      expect: atLeast(0.5),
      figure: { id: 'found', at: (y) => ({ x: 6, y }) },
    },
    {
      id: 'many-relus-learn-the-curve',
      arm: 'relu200',
      control: 'relu6',
      measure: ({ arm }) => arm.found ?? Number.NaN,
      expect: atLeast(0.8),
      figure: { id: 'found', at: (y) => ({ x: 200, y }) },
    },
    {
      id: 'a-week-tells-more-than-a-day',
      arm: 'week',
      against: 'day',
      control: 'dayNet',
      measure: ({ arm, against }) => Math.log((arm.seriesError ?? Number.NaN) / (against.seriesError ?? 0)),
      scale: 'ln',
      expect: atMost(Math.log(0.7)),
      figure: { id: 'sweep' },
    },
    {
      id: 'layers-fit-more',
      arm: 'layers3',
      against: 'layers1',
      control: 'units100',
      measure: ({ arm, against }) => Math.log((arm.seriesError ?? Number.NaN) / (against.seriesError ?? 0)),
      scale: 'ln',
      expect: atMost(Math.log(0.8)),
      figure: { id: 'sweep' },
    },
  ],
  equations,
  figures,
});
