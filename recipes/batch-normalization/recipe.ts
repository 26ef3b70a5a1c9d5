/** Feature, batch and other normalisation: what trains, on which statistics, and why (Lee, ML 2021, lecture 2.7). */
import {
  accuracy,
  crossEntropy,
  defineRecipe,
  evaluate,
  initialize,
  kaimingNormalWeights,
  loadBreastCancer,
  loadDigits,
  lossAlongGradient,
  mean,
  type Rng,
  sgd,
  standardise,
  xavierUniformWeights,
} from 'tfjs-recipes';
import { z } from 'zod';
import { type Arm, type ArmName, armsOf } from './arms.ts';
import { probing, shaking } from './callbacks.ts';
import { claims, type Outcome } from './claims.ts';
import { figures } from './figures.ts';
import { netOf } from './net.ts';
import { text } from './text.ts';

/** A net has learnt when the mean training loss of five updates falls below this. */
const TARGET = 0.3;

async function dataOf(data: Arm['data'], rng: Rng) {
  const all = data.endsWith('nuclei') ? await loadBreastCancer() : await loadDigits();
  const splits = all.split({ test: 0.2 }, rng.split('split'));
  if (data === 'nuclei') return splits;
  const { train, test, ...rest } = standardise(splits);
  if (data !== 'images') return { ...rest, train, test };
  const image = (rows: typeof train) =>
    rows.withInputs({ values: rows.inputs.values, shape: [rows.rows, 8, 8, 1] });
  return { ...rest, train: image(train), test: image(test) };
}

const updatesOf = ({ length, batchSize }: Arm, rows: number) =>
  'steps' in length ? length.steps : Math.ceil(length.epochs * Math.floor(rows / batchSize));

const schema = z.object({
  depth: z.int().min(1).max(20).default(5).describe('hidden layers of the deep nets'),
  units: z.int().min(4).max(256).default(32).describe('units of a hidden layer'),
  steps: z
    .int()
    .min(10)
    .max(10_000)
    .default(200)
    .describe('updates of the sigmoid nets; those of the other nets grow with it'),
  epochs: z
    .number()
    .min(0.02)
    .max(20)
    .default(1)
    .describe('passes over the digits at every batch size, and over the images'),
  shift: z.number().min(0).max(10).default(0.5).describe('size of the injected shift, in units of γ'),
});

export const batchNormalization = defineRecipe<typeof schema, ArmName, Arm, Outcome>({
  id: 'batch-normalization',
  lecture: '2.7',
  text,
  options: schema,
  quick: { epochs: 0.5 },
  arms: armsOf,
  seeds: { full: 10, quick: 2 },

  async runArm({ arm, rng, train }) {
    const data = await dataOf(arm.data, rng);
    const model = netOf(arm, data.train.inputs.shape.slice(1), data.classes);
    initialize(
      model,
      arm.activation === 'relu' ? kaimingNormalWeights : xavierUniformWeights,
      rng.split(arm.start),
    );
    const probe = probing(model, data.train, { ...arm, rng: rng.split('probe') });

    const loss = crossEntropy();
    const history = await train('net', {
      model,
      data,
      loss,
      optimizer: sgd({ learningRate: arm.rate, momentum: arm.momentum }),
      batchSize: arm.batchSize,
      dropRemainder: true,
      steps: updatesOf(arm, data.train.rows),
      callbacks: [...(arm.isProbed ? [probe] : []), ...(arm.shift > 0 ? [shaking(model, arm.shift)] : [])],
    });
    const { steps, values } = history.series('train/loss');
    const smooth = values.map((_, t) => mean(values.slice(Math.max(0, t - 4), t + 1)));
    const learnt = smooth.findIndex((value, t) => t >= 4 && value < TARGET);
    const test = await evaluate(model, data.test, { loss, metrics: [accuracy()] });
    const running = await evaluate(model, data.train, { loss });
    const { losses } = await lossAlongGradient(model, data.train, { loss, learningRates: [], rng });
    const [trainingLoss = Number.NaN] = losses;
    model.dispose();
    const { found } = probe;
    return {
      accuracy: test.accuracy,
      trainingLoss,
      statisticsGap: running.loss - trainingLoss,
      updatesToLearn: learnt < 0 ? values.length : learnt + 1,
      loss: { steps: steps.filter((_, t) => t % 5 === 4), values: smooth.filter((_, t) => t % 5 === 4) },
      lossRange: { steps: found.steps, values: found.lossRange },
      gradientChange: { steps: found.steps, values: found.gradientChange },
    };
  },

  claims,

  equations: [
    { equation: 'z = W x', code: 'tf.layers.dense()', part: 'dense', arm: 'sigmoidBefore' },
    {
      equation: 'μ = mean z; σ = √(mean (z − μ)²)',
      code: 'batchNormalization()',
      part: 'batch_normalization',
      arm: 'sigmoidBefore',
    },
    {
      equation: 'z̃ = (z − μ) / σ; ẑ = γ z̃ + β',
      code: 'batchNormalization()',
      part: 'batch_normalization',
      arm: 'sigmoidBefore',
    },
    {
      equation: 'μ̄ ← p μ̄ + (1 − p) μ',
      code: 'batchNormalization({ momentum: 1 − p })',
      part: 'batch_normalization',
      arm: 'sigmoidBefore',
    },
    { equation: 'a = sigmoid(ẑ)', code: 'tf.layers.activation()', part: 'activation', arm: 'sigmoidBefore' },
    { equation: 'e = −Σ ŷ ln softmax(y)', code: 'crossEntropy()', part: 'loss', arm: 'sigmoidBefore' },
    { equation: 'g = ∂L/∂θ', code: 'train()', part: 'gradient', arm: 'sigmoidBefore' },
    { equation: 'θ ← θ − η g', code: 'sgd()', part: 'update', arm: 'sigmoidBefore' },
  ],

  figures,
});
