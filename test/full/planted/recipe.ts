/** A small training with all that a twin can get wrong: a norm, a schedule, Adam, an order of batches. */
import * as tf from '@tensorflow/tfjs';
import {
  adam,
  batchNormalization,
  crossEntropy,
  defineRecipe,
  initialize,
  linearWarmup,
  loadDigits,
  torchDefault,
} from 'tfjs-recipes';
import { z } from 'zod';

const same = (text: string) => ({ en: text, zh: text });

export const planted = defineRecipe({
  id: 'planted',
  lecture: '0',
  text: {
    title: same('planted'),
    summary: same('planted'),
    arms: { only: same('only') },
    claims: {},
    measures: {},
  },
  options: z.object({
    steps: z.int().min(1).max(1000).default(40).describe('optimizer updates'),
  }),
  arms: () => ({ only: {} }),
  seeds: { full: 2, quick: 2 },
  async runArm({ options: { steps }, rng, train }) {
    const data = (await loadDigits()).split({ test: 0.5 }, rng.split('split'));
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [64], units: 16, useBias: false }),
        batchNormalization(),
        tf.layers.activation({ activation: 'tanh' }),
        tf.layers.dense({ units: 10 }),
      ],
    });
    initialize(model, torchDefault, rng.split('start'));
    const history = await train('digits', {
      model,
      data: data.train,
      loss: crossEntropy(),
      optimizer: adam({ learningRate: linearWarmup({ to: 0.01, steps: 20 }) }),
      batchSize: 32,
      steps,
    });
    model.dispose();
    return { loss: history.last('train/loss') };
  },
  claims: [],
  figures: () => [],
});
