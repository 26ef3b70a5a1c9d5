/** Classification: number, one-hot or softmax, which loss, and handwritten digits (Lee, ML 2021, lecture 2.8). */
import * as tf from '@tensorflow/tfjs';
import {
  accuracy,
  adam,
  crossEntropy,
  defineRecipe,
  evaluate,
  initialize,
  kaimingNormalWeights,
  loadDigits,
  type RunContext,
  shuffleTargets,
  standardise,
  xavierUniformWeights,
} from 'tfjs-recipes';
import { z } from 'zod';
import { type Arm, type ArmName, armsOf, type DigitsArm, type Outcome } from './arms.ts';
import { claims } from './claims.ts';
import { leaveTheCorner } from './corner.ts';
import { figures } from './figures.ts';
import { estimateSlopes, tellBlobsApart, tellNucleiApart } from './small-tasks.ts';
import { text } from './text.ts';

const schema = z.object({
  hiddenUnits: z.int().min(1).max(1024).default(64).describe('units of the hidden layer'),
  learningRate: z.number().positive().max(1).default(0.01).describe('η of Adam, per step'),
  batchSize: z.int().min(1).max(1257).default(64).describe('rows of a batch'),
  steps: z.int().min(1).max(100_000).default(200).describe('optimizer updates on the digits'),
  cornerSteps: z.int().min(60).max(100_000).default(1000).describe('updates from the corner of the slide'),
});
type Options = z.output<typeof schema>;

async function readDigits(
  { options, rng, train }: RunContext<Options, unknown>,
  arm: DigitsArm,
): Promise<Outcome> {
  const data = standardise((await loadDigits()).split({ validation: 0.1, test: 0.2 }, rng.split('split')));
  const training = arm.shuffled ? shuffleTargets(data.train, rng.split('shuffle')) : data.train;
  const hidden = arm.hidden > 0 ? [tf.layers.dense({ units: arm.hidden, activation: 'relu' })] : [];
  const model = tf.sequential({
    layers: [tf.layers.inputLayer({ inputShape: [64] }), ...hidden, tf.layers.dense({ units: data.classes })],
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
}

export const classification = defineRecipe<typeof schema, ArmName, Arm, Outcome>({
  id: 'classification',
  lecture: '2.8',
  text,
  options: schema,
  quick: { cornerSteps: 200 },
  arms: armsOf,
  seeds: { full: 20, quick: 5 },

  runArm(context) {
    const { arm } = context;
    switch (arm.task) {
      case 'digits':
        return readDigits(context, arm);
      case 'blobs':
        return tellBlobsApart(context, arm);
      case 'nuclei':
        return tellNucleiApart(context, arm);
      case 'corner':
        return leaveTheCorner(context, arm);
      case 'slopes':
        return estimateSlopes(context, arm);
      default:
        return arm satisfies never;
    }
  },

  claims,

  equations: [
    {
      equation: 'a = max(0, b + W x)',
      code: "tf.layers.dense({ activation: 'relu' })",
      part: 'dense',
      arm: 'mlp',
    },
    { equation: 'y = b′ + W′ a', code: 'tf.layers.dense()', part: 'dense', arm: 'mlp' },
    { equation: 'y′ = softmax(y); e = −Σ ŷ ln y′', code: 'crossEntropy()', part: 'loss', arm: 'mlp' },
    { equation: 'L = (1/N) Σ e', code: 'train()', part: 'loss', arm: 'mlp' },
    { equation: '∂e/∂y = y′ − ŷ', code: 'train()', part: 'gradient', arm: 'mlp' },
    { equation: 'θ ← θ − η m̂ / (√v̂ + ε)', code: 'adam()', part: 'update', arm: 'mlp' },
  ],

  figures,
});
