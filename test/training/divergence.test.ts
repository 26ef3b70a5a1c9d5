/** Eight ways to leave the finite numbers: each stops at its step, keeps the state before it, and names the tensor. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { customLoss } from '../../src/losses/custom-loss.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import type { BatchStream } from '../../src/training/stream-source.ts';
import { train } from '../../src/training/train.ts';
import type { TrainOptions } from '../../src/training/train-options.ts';
import { withoutLeak } from '../no-leak.ts';

const rng = Rng.fromSeed(1);
const linear = (): tf.LayersModel =>
  tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' })] });

/** Five equal batches; those from the third on (step 2) have other numbers. */
const stream = (input: number, target: number, laterInput = input, laterTarget = target): BatchStream =>
  function* () {
    for (let step = 0; step < 5; step++)
      yield {
        xs: tf.tensor2d([[step < 2 ? input : laterInput]]),
        ys: tf.tensor2d([[step < 2 ? target : laterTarget]]),
      };
  };
/** A loss of the predictions y; finite as long as y is above the edge. */
const ofPredictions = (formula: (y: tf.Tensor) => tf.Tensor): TrainOptions['loss'] =>
  customLoss('custom', (predictions) => formula(predictions).reshape([-1]));

const WAYS: [string, Partial<TrainOptions>, BatchStream, number, string][] = [
  ['a rate that is too large', { optimizer: sgd({ learningRate: 1e25 }) }, stream(1, 0), 1, 'loss'],
  ['an infinite feature', {}, stream(1, 0, Number.POSITIVE_INFINITY), 2, 'loss'],
  ['a target that is NaN', {}, stream(1, 0, 1, Number.NaN), 2, 'loss'],
  ['ln 0', { loss: ofPredictions((y) => y.sub(y).log()) }, stream(1, 0), 0, 'loss'],
  [
    'the root of a negative number',
    { loss: ofPredictions((y) => y.sub(y).sub(1e-9).sqrt()) },
    stream(1, 0),
    0,
    'loss',
  ],
  [
    '0 / 0 in a normalisation',
    { loss: ofPredictions((y) => y.sub(y.mean()).div(y.sub(y.mean()).abs().max())) },
    stream(1, 0),
    0,
    'loss',
  ],
  ['an overflow of float32', { loss: ofPredictions((y) => y.mul(89).exp()) }, stream(1, 0), 0, 'loss'],
  // √y at 0 is 0, and its slope is infinite: the loss is finite, the gradient 0 · ∞ is not.
  [
    'a gradient alone',
    { loss: ofPredictions((y) => y.relu().sqrt()) },
    stream(1, 0, 0),
    2,
    'gradient of dense:0/kernel',
  ],
];

beforeAll(async () => {
  await useBackend('cpu');
});

test.each(WAYS)('%s', async (_, options, data, step, tensor) => {
  const model = linear();
  const before: number[][] = [];
  const weights = (): number[] => model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  // The kernel goes towards 0 by steps that leave it above.
  const optimizer = options.optimizer ?? sgd({ learningRate: 1e-3 });
  const callbacks = [{ onBatchBegin: () => void before.push(weights()) }];
  const history = await train(model, data, {
    loss: squaredError(),
    rng,
    epochs: 1,
    ...options,
    optimizer,
    callbacks,
  });
  const { learningRate } = optimizer;
  expect(history.outcome).toEqual({ kind: 'diverged', step, tensor, learningRate });
  expect(history.steps).toBe(step);
  expect(weights()).toEqual(before.at(-1));
  expect(weights().every(Number.isFinite)).toBe(true);
  await withoutLeak(() =>
    train(model, data, { loss: squaredError(), rng, epochs: 1, ...options, optimizer, callbacks }),
  );
});
