import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { clipByGlobalNorm, clipByValue } from '../../src/optimizers/clip.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import { train } from '../../src/training/train.ts';
import { CLOSED_FORM_10, relativeError } from '../tolerances.ts';

const data = datasetFrom({ inputs: [[3]], targets: [0], task: 'regression' });
const linear = (): tf.LayersModel =>
  tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones', useBias: false })],
  });
const kernel = (model: tf.LayersModel): number[] => [...(model.getWeights()[0]?.dataSync() ?? [])];
/** The gradient at w = 1 is 2 · 9 = 18; clipped to 1, one update of rate 0.1 leaves 0.9. */
const clip = clipByGlobalNorm({ maxNorm: 1 });

beforeAll(async () => {
  await useBackend('cpu');
});

test('an optimizer clips where there is no train: in model.fit, minimize and applyGradients', async () => {
  const fitted = linear();
  fitted.compile({ optimizer: sgd({ learningRate: 0.1, clip }), loss: 'meanSquaredError' });
  await fitted.fit(tf.tensor2d([[3]]), tf.tensor2d([[0]]), { epochs: 1, verbose: 0 });
  expect(relativeError(kernel(fitted), [0.9])).toBeLessThanOrEqual(CLOSED_FORM_10);

  const w = tf.variable(tf.scalar(1));
  sgd({ learningRate: 0.1, clip: clipByValue({ limit: 2 }) }).minimize(
    () => w.mul(3).square() as tf.Scalar,
    false,
    [w],
  );
  expect(relativeError([...w.dataSync()], [0.8])).toBeLessThanOrEqual(CLOSED_FORM_10);
});

test('and in train, once', async () => {
  const model = linear();
  const options = { loss: squaredError(), rng: Rng.fromSeed(0), steps: 1 };
  await train(model, data, { ...options, optimizer: sgd({ learningRate: 0.1, clip }) });
  expect(relativeError(kernel(model), [0.9])).toBeLessThanOrEqual(CLOSED_FORM_10);
  await expect(train(model, data, { ...options, optimizer: sgd({ clip }), clip })).rejects.toThrow(
    'clip is an option of the optimizer already',
  );
  expect(() => sgd({ clip: 1 as never })).toThrow('clip must be a clipping');
});
