import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { Rng } from '../../src/random/rng.ts';
import { gradientNoiseScale } from '../../src/training/gradient-noise-scale.ts';
import { withoutLeak } from '../no-leak.ts';

const rng = Rng.fromSeed(6);
const ROWS = 4096;
const [x, noise] = [rng.split('x').normal(ROWS), rng.split('noise').normal(ROWS)];
const data = datasetFrom({
  inputs: { values: x, shape: [ROWS, 1] },
  targets: [...x].map((value, i) => 0.7 * value + (noise[i] ?? 0)),
  task: 'regression',
});
const slope = (): tf.LayersModel =>
  tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [1], useBias: false, kernelInitializer: 'zeros' })],
  });

beforeAll(async () => {
  await useBackend('cpu');
});

test('on a line the noise scale is the closed form of the rows, within four standard errors', async () => {
  // The gradient of row i at w = 0 is −2 yᵢ xᵢ: mean and variance over the rows are known.
  const gradients = [...x].map((value, i) => -2 * value * (0.7 * value + (noise[i] ?? 0)));
  const mean = gradients.reduce((sum, g) => sum + g, 0) / ROWS;
  const variance = gradients.reduce((sum, g) => sum + (g - mean) ** 2, 0) / ROWS;
  const options = { loss: squaredError(), rng, batchSize: 8, batches: 16 };
  const runs = [];
  for (let i = 0; i < 6; i++)
    runs.push(await gradientNoiseScale(slope(), data, { ...options, rng: rng.split(i), samples: 6 }));
  for (const [values, expected] of [
    [runs.map(({ squaredGradient }) => squaredGradient), mean * mean],
    [runs.map(({ covarianceTrace }) => covarianceTrace), variance],
  ] as const) {
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1);
    expect(Math.abs(average - expected)).toBeLessThan(4 * Math.sqrt(spread / values.length));
  }
  const [first] = runs;
  expect(first?.noiseScale).toBe((first?.covarianceTrace ?? 0) / (first?.squaredGradient ?? 1));
});

test('it leaves weights and norm statistics alone, and nothing behind', async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 3, inputShape: [1], useBias: false }),
      batchNormalization(),
      tf.layers.dense({ units: 1 }),
    ],
  });
  const bits = (): number[] => model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  const before = bits();
  const options = { loss: squaredError(), rng, batchSize: 4, batches: 2, samples: 2 };
  await gradientNoiseScale(model, data, options);
  await withoutLeak(() => gradientNoiseScale(model, data, options));
  expect(bits()).toEqual(before);
});

test('more rows asked than there are, and one batch only, are refused', async () => {
  const options = { loss: squaredError(), rng };
  await expect(gradientNoiseScale(slope(), data, { ...options, batchSize: 1024 })).rejects.toThrow(
    'batches times batchSize must not exceed the 4096 rows, received 8',
  );
  await expect(gradientNoiseScale(slope(), data, { ...options, batches: 1 })).rejects.toThrow(
    'batches must be >= 2',
  );
});
