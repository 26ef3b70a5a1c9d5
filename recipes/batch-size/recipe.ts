/** Small and large batches: time, noise, loss at equal epochs and at equal updates, linear scaling (Lee, ML 2021, 2.4). */
import {
  accuracy,
  atLeast,
  atMost,
  between,
  crossEntropy,
  defineRecipe,
  evaluate,
  gradientNoiseScale,
  linearWarmup,
  sgd,
} from 'tfjs-recipes';
import { z } from 'zod';
import { arms, RATIO, SMALL } from './arms.ts';
import { digitsNet, loadPixels, ROWS } from './digits-net.ts';
import { equations } from './equations.ts';
import { figures } from './figures.ts';
import { text } from './text.ts';

const LARGE_AGAINST_SMALL = { arm: 'large', against: 'small', control: 'again' } as const;
const AGAINST_ONE = { against: 'one', clock: true, figure: { id: 'time' } } as const;
const decades = (a = Number.NaN, b = Number.NaN) => Math.log10(a / b);

export const batchSize = defineRecipe({
  id: 'batch-size',
  lecture: '2.4',
  text,
  options: z.object({
    epochs: z.int().min(2).max(200).default(10).describe('passes over the data that every batch size makes'),
    learningRate: z.number().positive().max(10).default(1).describe('η, the best one for each batch size'),
    baseRate: z.number().positive().max(1).default(0.04).describe('η of the small batch that is scaled up'),
    warmupEpochs: z.int().min(1).max(100).default(1).describe('passes of warm-up of the rate scaled up'),
  }),
  arms,
  quick: { epochs: 6 },
  seeds: { full: 10, quick: 3 },

  async runArm({ options, arm, rng, train }) {
    const data = await loadPixels(rng.split('split'));
    const model = digitsNet(rng.split('start'));
    const { batchSize: rows, rate, warmup } = arm;
    const loss = crossEntropy();
    const draws = { loss, batchSize: rows, batches: 3, samples: 25, rng: rng.split(arm.order) };
    const noise = arm.noise ? await gradientNoiseScale(model, data.train, draws) : undefined;
    const history = await train(arm.order, {
      model,
      data: { ...data, validation: data.train }, // measured after each epoch: the loss over all training rows
      loss,
      optimizer: sgd({ learningRate: warmup > 0 ? linearWarmup({ to: rate, steps: warmup }) : rate }),
      batchSize: rows,
      steps: arm.updates,
    });
    const test = await evaluate(model, data.test, { loss, metrics: [accuracy()] });
    model.dispose();
    const { steps, values: losses } = history.series('validation/loss');
    const lossAfter = (updates: number) => losses[steps.indexOf(updates)];
    const seconds = 1 / history.timings.stepsPerSecond;
    return {
      batchSize: rows,
      lossAtEqualEpochs: lossAfter((options.epochs * ROWS) / rows),
      lossAtEqualUpdates: lossAfter((options.epochs * ROWS) / SMALL),
      accuracy: test.accuracy,
      variance: noise && noise.covarianceTrace / rows,
      noiseScale: noise?.noiseScale,
      losses: { steps: steps.map((step) => (step * rows) / ROWS), values: losses },
      timings: { update: seconds, epoch: (ROWS / rows) * seconds },
    };
  },

  claims: [
    {
      id: 'update-time-is-flat',
      ...AGAINST_ONE,
      arm: 'middle',
      control: 'whole',
      measure: ({ arm, against }) => arm.timings.update / against.timings.update,
      expect: atMost(2),
    },
    {
      id: 'epoch-is-faster',
      ...AGAINST_ONE,
      arm: 'large',
      control: 'oneAgain',
      measure: ({ arm, against }) => against.timings.epoch / arm.timings.epoch,
      expect: atLeast(10),
    },
    {
      ...LARGE_AGAINST_SMALL,
      id: 'noise-falls-with-batch',
      measure: ({ arm, against }) => decades(against.variance, arm.variance) / Math.log10(RATIO),
      expect: between(0.9, 1.1),
      figure: { id: 'noise' },
    },
    {
      ...LARGE_AGAINST_SMALL,
      id: 'small-wins-at-equal-epochs',
      measure: ({ arm, against }) => decades(arm.lossAtEqualEpochs, against.lossAtEqualEpochs),
      scale: 'log10',
      expect: atLeast(0.3),
      figure: { id: 'loss' },
    },
    {
      ...LARGE_AGAINST_SMALL,
      id: 'small-wins-at-equal-updates',
      measure: ({ arm, against }) => decades(arm.lossAtEqualUpdates, against.lossAtEqualUpdates),
      scale: 'log10',
      expect: atLeast(0.1),
      figure: { id: 'loss' },
    },
    {
      ...LARGE_AGAINST_SMALL,
      id: 'small-generalises-better',
      measure: ({ arm, against }) => against.accuracy - arm.accuracy,
      expect: atLeast(0.01),
      figure: { id: 'accuracy' },
    },
    {
      id: 'linear-scaling-closes-the-gap',
      arm: 'scaled',
      against: 'base',
      control: 'rootScaled',
      measure: ({ arm, against }) => decades(arm.lossAtEqualEpochs, against.lossAtEqualEpochs),
      scale: 'log10',
      expect: atMost(0.1),
      figure: { id: 'scaling' },
    },
  ],
  equations,
  figures,
});
