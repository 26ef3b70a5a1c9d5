/** A rate for each parameter, and rates that change: Adagrad, RMSProp, Adam, decay, warm-up (Lee, ML 2021, 2.6). */
import { atLeast, atMost, defineRecipe } from 'tfjs-recipes';
import { z } from 'zod';
import { simulateAdaptiveRate } from './adaptive-rate.ts';
import { bounce, crossPlateau, crossValleys, type OptimizerName, trainDeepNet } from './experiments.ts';
import { equations } from './equations.ts';
import { figures } from './figures.ts';
import type { Data } from './net-figures.ts';
import { text } from './text.ts';

/** The dots of five optimizers stand this far apart at one angle of figure `valley`: Adagrad second, Adam last. */
const ASIDE = 0.132;

/** What an arm does, and how. */
type Arm =
  | { readonly part: 'canyon'; readonly rate: number }
  | { readonly part: 'surfaces'; readonly optimizer: OptimizerName; readonly rate: number }
  | { readonly part: 'net'; readonly optimizer: OptimizerName; readonly from: number; readonly to: number }
  | { readonly part: 'noise'; readonly beta2: number };

export const adaptiveLearningRate = defineRecipe({
  id: 'adaptive-learning-rate',
  lecture: '2.6',
  text,
  options: z.object({
    canyonRate: z
      .number()
      .gt(2)
      .max(100)
      .default(4)
      .describe('η that bounces between the walls of the canyon'),
    momentumRate: z.number().positive().max(1).default(0.01).describe('η of SGD with momentum, deep net'),
    warmupRate: z.number().positive().max(1).default(0.002).describe('η of its warm-up'),
    adamRate: z.number().positive().max(1).default(0.03).describe('η of Adam and RAdam, deep net'),
    netUpdates: z.int().min(1).max(100_000).default(200).describe('updates of the deep net'),
    beta2: z.number().gt(0.9).lt(1).default(0.999).describe('β₂ of Adam where its variance is simulated'),
  }),
  arms: ({ canyonRate, momentumRate: to, warmupRate, adamRate, beta2 }) => {
    const arms = {
      stuck: { part: 'canyon', rate: canyonRate },
      settled: { part: 'canyon', rate: 1.5 },
      gd: { part: 'surfaces', optimizer: 'gd', rate: 1.9 },
      adagradMean: { part: 'surfaces', optimizer: 'adagradMean', rate: 0.3 },
      adagradSum: { part: 'surfaces', optimizer: 'adagradSum', rate: 3 },
      rmsProp: { part: 'surfaces', optimizer: 'rmsProp', rate: 0.03 },
      adam: { part: 'surfaces', optimizer: 'adam', rate: 1 },
      atOnce: { part: 'net', optimizer: 'momentum', from: to, to },
      warmedUp: { part: 'net', optimizer: 'momentum', from: warmupRate, to },
      adamAtOnce: { part: 'net', optimizer: 'adam', from: adamRate, to: adamRate },
      radamAtOnce: { part: 'net', optimizer: 'radam', from: adamRate, to: adamRate },
      longMemory: { part: 'noise', beta2 },
      shortMemory: { part: 'noise', beta2: 0.9 },
    } as const;
    return arms satisfies Record<string, Arm>;
  },
  quick: { netUpdates: 130 },
  seeds: { full: 12, quick: 3 },

  async runArm({ arm, options, ...context }): Promise<Data> {
    if (arm.part === 'canyon') return bounce(context, arm.rate);
    if (arm.part === 'net') return trainDeepNet(context, { ...arm, steps: options.netUpdates });
    if (arm.part === 'noise') return simulateAdaptiveRate(context.rng.split('gradients'), arm.beta2);
    const valleys = await crossValleys(context, arm.optimizer, arm.rate);
    return { ...valleys, ...(await crossPlateau(context, arm.optimizer)) };
  },

  // Effect sizes and their reasons: README.md.
  claims: [
    {
      id: 'stuck-on-a-steep-slope',
      arm: 'stuck',
      control: 'settled',
      measure: ({ arm }) => arm.slopeWhenStuck ?? Number.NaN,
      expect: atLeast(0.8),
      figure: { id: 'bouncing', at: (y) => ({ x: 300, y, panel: 1 }) },
    },
    {
      id: 'own-rates-cross-the-valley',
      arm: 'adagradMean',
      control: 'gd',
      measure: ({ arm }) => arm.straight ?? Number.NaN,
      expect: atMost(0.1),
      figure: { id: 'valley', at: (y) => ({ x: -ASIDE, y }) },
    },
    {
      id: 'own-rates-cross-the-turned-valley',
      arm: 'adam',
      control: 'gd',
      measure: ({ arm }) => arm.turned ?? Number.NaN,
      expect: atMost(0.1),
      figure: { id: 'valley', at: (y) => ({ x: 4 + 2 * ASIDE, y }) },
    },
    {
      id: 'explodes-late',
      arm: 'adagradMean',
      control: 'adagradSum',
      measure: ({ arm }) => arm.explosions ?? Number.NaN,
      expect: atLeast(0.9),
      figure: { id: 'explosion' },
    },
    {
      id: 'deep-net-needs-warm-up',
      arm: 'warmedUp',
      control: 'atOnce',
      measure: ({ arm }) => arm.trained ?? Number.NaN,
      statistic: 'share',
      expect: atLeast(0.6),
      figure: { id: 'deep-net' },
    },
    {
      id: 'radam-needs-no-warm-up',
      arm: 'radamAtOnce',
      control: 'atOnce',
      measure: ({ arm }) => arm.trained ?? Number.NaN,
      statistic: 'share',
      expect: atLeast(0.6),
      figure: { id: 'deep-net' },
    },
    {
      id: 'adaptive-rate-is-wild-at-first',
      arm: 'longMemory',
      control: 'shortMemory',
      measure: ({ arm }) => arm.fallsBy ?? Number.NaN,
      expect: atLeast(5),
      figure: { id: 'variance' },
    },
  ],
  equations,
  figures,
});
