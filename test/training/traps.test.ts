/** What goes wrong in tfjs's own `model.fit`, and cannot here: one test each. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test, vi } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { initialize, torchDefault } from '../../src/layers/initialize.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { accuracy } from '../../src/metrics/accuracy.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import { train } from '../../src/training/train.ts';

const rng = Rng.fromSeed(12);
const rows = 30;
/** Sorted by class, so that a tail is one class. */
const sorted = datasetFrom({
  inputs: { values: rng.split('x').normal(rows * 4), shape: [rows, 4] },
  targets: Array.from({ length: rows }, (_, i) => Number(i >= 20)),
  classes: 2,
});
const net = (...inside: tf.layers.Layer[]): tf.LayersModel => {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 6, inputShape: [4] }), ...inside, tf.layers.dense({ units: 2 })],
  });
  initialize(model, torchDefault, rng.split('weights'));
  return model;
};
const options = () => ({ loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), rng, batchSize: 8 });

beforeAll(async () => {
  await useBackend('cpu');
});

test('the validation split is not the tail: the classes keep their shares', async () => {
  const always0 = tf.sequential({
    layers: [tf.layers.dense({ units: 2, inputShape: [4], kernelInitializer: 'zeros' })],
  });
  const { metrics, ...rest } = { ...options(), metrics: [accuracy()] };
  const history = await train(always0, sorted, {
    ...rest,
    optimizer: sgd({ learningRate: 1e-9 }),
    metrics,
    validation: 0.3,
    steps: 1,
  });
  expect(history.last('validation/accuracy')).toBeCloseTo(2 / 3, 12);
});

test('a Dropout with a seed has a new mask at every step', async () => {
  const outputs: string[] = [];
  const seeded = tf.layers.dropout({ rate: 0.5, seed: 7 });
  const model = net(seeded);
  const loss = Object.assign(
    (predictions: tf.Tensor, targets: tf.Tensor) => {
      outputs.push(predictions.dataSync().join());
      return crossEntropy()(predictions, targets);
    },
    { ...crossEntropy() },
  );
  await train(model, sorted, {
    ...options(),
    loss,
    optimizer: sgd({ learningRate: 1e-12 }),
    batchSize: rows,
    steps: 4,
  });
  expect(new Set(outputs).size).toBe(4);
});

test('accuracy is called accuracy, in the history and in the logs', async () => {
  const seen: string[] = [];
  const history = await train(net(), sorted, {
    ...options(),
    metrics: [accuracy()],
    validation: 0.3,
    epochs: 1,
    callbacks: [{ onEpochEnd: (_, logs) => void seen.push(...Object.keys(logs)) }],
  });
  expect(history.names).toContain('validation/accuracy');
  expect(seen).toContain('validation/accuracy');
  expect([...history.names, ...seen].filter((name) => name.endsWith('acc'))).toEqual([]);
});

test('the penalty is in neither loss: the same rows have the same loss in training and in validation', async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({
        units: 1,
        inputShape: [1],
        kernelInitializer: 'ones',
        kernelRegularizer: tf.regularizers.l2({ l2: 1 }),
      }),
    ],
  });
  const data = datasetFrom({ inputs: [[1], [2]], targets: [0, 0], task: 'regression' });
  const history = await train(model, data, {
    loss: squaredError(),
    optimizer: sgd({ learningRate: 1e-12 }),
    rng,
    steps: 1,
    validation: data,
  });
  expect(history.last('train/loss')).toBe(2.5);
  expect(history.last('validation/loss')).toBe(2.5);
  expect(history.last('train/penalty')).toBe(1);
});

test('nothing is drawn from Math.random', async () => {
  const model = net(tf.layers.dropout({ rate: 0.3 }));
  const random = vi.spyOn(Math, 'random').mockImplementation(() => {
    throw new Error('Math.random was asked');
  });
  try {
    await train(model, sorted, { ...options(), validation: 0.3, mixup: { alpha: 0.3 }, epochs: 2 });
  } finally {
    random.mockRestore();
  }
});
