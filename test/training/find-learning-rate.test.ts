import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { OptionError } from '../../src/errors.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { initialize, torchDefault } from '../../src/layers/initialize.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { adam } from '../../src/optimizers/adam.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import { findLearningRate, suggestions } from '../../src/training/find-learning-rate.ts';
import { train } from '../../src/training/train.ts';
import { withoutLeak } from '../no-leak.ts';
import { DOUBLE, relativeError, SINGLE } from '../tolerances.ts';

const rng = Rng.fromSeed(2);
const data = datasetFrom({
  inputs: { values: rng.split('x').normal(64 * 2), shape: [64, 2] },
  targets: [...rng.split('y').normal(64)],
});
const model = (): tf.LayersModel => {
  const made = tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, inputShape: [2], useBias: false }),
      batchNormalization(),
      tf.layers.dense({ units: 1 }),
    ],
  });
  initialize(made, torchDefault, rng.split('model'));
  return made;
};
const bits = (trained: tf.LayersModel): number[] => trained.getWeights().flatMap((w) => [...w.dataSync()]);

beforeAll(async () => {
  await useBackend('cpu');
});

test('the rates grow by one factor; model, statistics and optimizer are as before, bit for bit', async () => {
  const [tested, untouched] = [model(), model()];
  const [optimizer, same] = [adam({ learningRate: 0.02 }), adam({ learningRate: 0.02 })];
  const options = { loss: squaredError(), rng, batchSize: 16, steps: 5 };
  await train(tested, data, { ...options, optimizer });
  await train(untouched, data, { ...options, optimizer: same });
  const { learningRates } = await withoutLeak(() =>
    findLearningRate(tested, data, { loss: squaredError(), optimizer, rng, from: 1e-4, to: 1, steps: 21 }),
  );
  expect(relativeError(learningRates.slice(0, 3), [1e-4, 10 ** -3.8, 10 ** -3.6])).toBeLessThanOrEqual(
    DOUBLE,
  );
  expect(bits(tested)).toEqual(bits(untouched));
  expect([optimizer.step, optimizer.learningRate]).toEqual([5, 0.02]);
  await train(tested, data, { ...options, optimizer });
  await train(untouched, data, { ...options, optimizer: same });
  expect(bits(tested)).toEqual(bits(untouched));
});

test('a fresh optimizer is fresh afterwards, also when the training throws', async () => {
  const optimizer = sgd({ momentum: 0.9 });
  const tested = model();
  const before = bits(tested);
  await withoutLeak(async () => {
    await findLearningRate(tested, data, { loss: squaredError(), optimizer, rng });
  });
  expect([
    optimizer.step,
    optimizer.holds(tested.trainableWeights.map((w) => w.read() as tf.Variable)),
  ]).toEqual([0, false]);
  const stream = () => {
    throw new Error('gone');
  };
  await expect(findLearningRate(tested, stream, { loss: squaredError(), optimizer, rng })).rejects.toThrow(
    'gone',
  );
  expect(bits(tested)).toEqual(before);
});

test('it stops when the loss has blown up, and both rates lie where it fell', async () => {
  // L = mean y² + w² mean x² …: gradient descent on a bowl falls below η = 2 / curvature and explodes above.
  const bowl = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [1], useBias: false, kernelInitializer: 'ones' })],
  });
  const ones = datasetFrom({ inputs: [[1], [1]], targets: [0, 0], task: 'regression' });
  const { steepest, valley, learningRates, losses } = await findLearningRate(bowl, ones, {
    loss: squaredError(),
    optimizer: sgd(),
    rng,
    from: 1e-4,
    to: 1e3,
    steps: 200,
    smoothing: 0,
  });
  expect(learningRates.length).toBeLessThan(200);
  expect(learningRates).toHaveLength(losses.length);
  for (const rate of [steepest, valley]) {
    expect(rate).toBeGreaterThan(1e-3);
    expect(rate).toBeLessThan(1); // curvature 2: stable below 1
  }
  // w ← (1 − 2η) w from 1: the loss before update t is the product of (1 − 2ηᵢ)².
  const expected = learningRates
    .slice(0, 40)
    .map((_, t) => learningRates.slice(0, t).reduce((loss, rate) => loss * (1 - 2 * rate) ** 2, 1));
  expect(relativeError(losses.slice(0, 40), expected)).toBeLessThanOrEqual(10 * SINGLE);
});

test('steepest and valley of a drawn curve: hand-worked', () => {
  const rates = Array.from({ length: 10 }, (_, i) => 10 ** (i - 6));
  // The first tenth is left out. Steepest from place 4 to 5; the longest fall is at the places 2 … 7, its middle 5.
  const losses = [9, 3, 3.1, 3, 2.9, 1.5, 1.4, 1.3, 4, 9];
  expect(suggestions(rates, losses)).toEqual({ steepest: rates[4], valley: rates[5] });
  expect(suggestions(rates, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual({
    steepest: Number.NaN,
    valley: Number.NaN,
  });
});

test('bad options, all at once', async () => {
  const bad = { loss: squaredError(), optimizer: sgd(), rng, from: 1, to: 0.1, steps: 3 };
  await expect(findLearningRate(model(), data, bad)).rejects.toThrow(OptionError);
  await expect(findLearningRate(model(), data, { ...bad, steps: 10 })).rejects.toThrow(
    'to must be above from',
  );
});
