import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { clipByGlobalNorm } from '../../src/optimizers/clip.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import type { History } from '../../src/result/history.ts';
import { train } from '../../src/training/train.ts';
import type { TrainOptions } from '../../src/training/train-options.ts';
import { withoutLeak } from '../no-leak.ts';
import { absoluteError, CLOSED_FORM_10 } from '../tolerances.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

const model = (): tf.Sequential =>
  tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [1], useBias: false, kernelInitializer: 'zeros' })],
  });
const kernelOf = (of: tf.LayersModel): number => of.getWeights()[0]?.dataSync()[0] ?? Number.NaN;
const one = datasetFrom({ inputs: [[1]], targets: [1], task: 'regression' });
/** From w = 0 on (w − 1)², η = 0.25: w is 1/2, 3/4, 7/8 … */
const run = (of: tf.LayersModel, options: Partial<TrainOptions>): Promise<History> =>
  train(
    of,
    {
      train: one,
      validation: one,
      test: null,
      task: 'regression',
      classes: 0,
      classNames: null,
      standardisation: null,
      source: null,
    },
    {
      loss: squaredError(),
      optimizer: sgd({ learningRate: 0.25 }),
      rng: Rng.fromSeed(0),
      steps: 3,
      ...options,
    },
  );

describe('averageWeights', () => {
  test('starts with the first update, is measured by validation and stays in the model', async () => {
    const of = model();
    const history = await withoutLeak(() => run(of, { averageWeights: { decay: 0.5 } }));
    // Weights 0.5, 0.75, 0.875; averages 0.5, 0.625, 0.75.
    expect(absoluteError([kernelOf(of)], [0.75])).toBeLessThanOrEqual(CLOSED_FORM_10);
    expect(
      absoluteError(history.series('validation/loss').values, [0.25, 0.375 ** 2, 0.0625]),
    ).toBeLessThanOrEqual(CLOSED_FORM_10);
    expect(absoluteError(history.series('train/loss').values, [1, 0.25, 0.0625])).toBeLessThanOrEqual(
      CLOSED_FORM_10,
    );
  });

  test('decay 0 is the weights themselves; wrong ones are refused', async () => {
    const of = model();
    await run(of, { averageWeights: { decay: 0 } });
    expect(kernelOf(of)).toBe(0.875);
    await expect(run(model(), { averageWeights: { decay: 1 } })).rejects.toThrow(
      'averageWeights.decay must be < 1, received 1',
    );
  });

  test('an update that is not finite is not averaged', async () => {
    const of = model();
    const learningRate = (step: number): number => (step === 2 ? Number.POSITIVE_INFINITY : 0.25);
    const history = await run(of, { averageWeights: { decay: 0.5 }, optimizer: sgd({ learningRate }) });
    expect(history.outcome).toMatchObject({ kind: 'diverged', step: 2, tensor: 'dense:0/kernel' });
    expect(absoluteError([kernelOf(of)], [0.625])).toBeLessThanOrEqual(CLOSED_FORM_10);
  });
});

test('clip bounds the gradient of an update', async () => {
  const of = model();
  // The gradient is −2, clipped to −0.4: w = 0.25 · 0.4.
  await run(of, { steps: 1, clip: clipByGlobalNorm({ maxNorm: 0.4 }) });
  expect(absoluteError([kernelOf(of)], [0.1])).toBeLessThanOrEqual(CLOSED_FORM_10);
  await expect(run(of, { clip: 1 as never })).rejects.toThrow(
    'clip must be a clipping, such as clipByGlobalNorm({ maxNorm: 1 }), received 1',
  );
});
