/** Softmax classification of handwritten digits, linear and with a hidden layer (Lee, ML 2021, lecture 2.8). */
import * as tf from '@tensorflow/tfjs';
import {
  accuracy,
  adam,
  atLeast,
  crossEntropy,
  curves,
  defineRecipe,
  evaluate,
  initialize,
  kaimingNormalWeights,
  loadDigits,
  meanIntervals,
  rowsOf,
  scatter,
  shuffleTargets,
  standardise,
  xavierUniformWeights,
} from 'tfjs-recipes';
import { z } from 'zod';
import { text } from './text.ts';

const ARMS = ['linear', 'mlp', 'shuffled'] as const;

export const classification = defineRecipe({
  id: 'classification',
  lecture: '2.8',
  text,
  options: z.object({
    hiddenUnits: z.int().min(1).max(1024).default(64).describe('units of the hidden layer'),
    learningRate: z.number().positive().max(1).default(0.01).describe('η of Adam, per step'),
    batchSize: z.int().min(1).max(1257).default(64).describe('rows of a batch'),
    steps: z.int().min(1).max(100_000).default(200).describe('optimizer updates'),
  }),
  arms: ({ hiddenUnits }) => ({
    linear: { hidden: 0, start: 'first', shuffled: false },
    linearAgain: { hidden: 0, start: 'second', shuffled: false },
    mlp: { hidden: hiddenUnits, start: 'first', shuffled: false },
    shuffled: { hidden: hiddenUnits, start: 'first', shuffled: true },
  }),
  seeds: { full: 20, quick: 5 },

  async runArm({ options, arm, rng, train }) {
    const data = standardise((await loadDigits()).split({ validation: 0.1, test: 0.2 }, rng.split('split')));
    const training = arm.shuffled ? shuffleTargets(data.train, rng.split('shuffle')) : data.train;
    const hidden = arm.hidden > 0 ? [tf.layers.dense({ units: arm.hidden, activation: 'relu' })] : [];
    const model = tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: [64] }),
        ...hidden,
        tf.layers.dense({ units: data.classes }),
      ],
    });
    initialize(model, arm.hidden > 0 ? kaimingNormalWeights : xavierUniformWeights, rng.split(arm.start));

    const history = await train('digits', {
      model,
      data: { ...data, train: training },
      loss: crossEntropy(),
      optimizer: adam({ learningRate: options.learningRate }),
      batchSize: options.batchSize,
      steps: options.steps,
      metrics: [accuracy()],
    });
    const test = await evaluate(model, data.test, { loss: crossEntropy(), metrics: [accuracy()] });
    model.dispose();
    return { accuracy: test.accuracy, loss: test.loss, validationLoss: history.series('validation/loss') };
  },

  // Effect sizes and their reasons: README.md.
  claims: [
    {
      id: 'net-reads-digits',
      arm: 'mlp',
      control: 'shuffled',
      measure: ({ arm }) => arm.accuracy,
      expect: atLeast(0.96),
    },
    {
      id: 'linear-reads-digits',
      arm: 'linear',
      control: 'shuffled',
      measure: ({ arm }) => arm.accuracy,
      expect: atLeast(0.93),
    },
    {
      id: 'hidden-layer-helps',
      arm: 'mlp',
      against: 'linear',
      control: 'linearAgain',
      measure: ({ arm, against }) => arm.accuracy - against.accuracy,
      expect: atLeast(0.005),
    },
  ],

  figures: (runs) => [
    curves({
      id: 'learning',
      title: text.figures.learning,
      caption: text.figures.learningCaption,
      x: { label: text.figures.updates },
      y: { label: text.figures.validationLoss, scale: 'log' },
      rows: rowsOf(runs.byArm('validationLoss', ARMS)),
      names: text.arms,
      references: [{ axis: 'y', value: Math.log(10), label: text.figures.guessing }],
    }),
    scatter({
      id: 'accuracy',
      title: text.figures.accuracy,
      caption: text.figures.accuracyCaption,
      x: { label: text.figures.model, categories: [text.arms.linear, text.arms.mlp] },
      y: { label: text.figures.testAccuracy },
      rows: runs
        .byArm('accuracy', ['linear', 'mlp'])
        .map(({ arm, seed, value }) => ({ series: arm, group: seed, x: arm === 'linear' ? 0 : 1, y: value })),
      names: text.arms,
      intervals: meanIntervals(runs.byArm('accuracy', ['linear', 'mlp']), { linear: 0, mlp: 1 }),
    }),
  ],
});
