// Lee's corner, where the landscape of squared error is flat: logits (−10, 10, −1000), the right class is the first.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { withoutLeak } from '../no-leak.ts';

const START = [-10, 10, -1000];

beforeAll(async () => {
  await useBackend('cpu');
});

/** Steps of gradient descent with rate 1 until the right class has more than half the probability; null if never. */
async function stepsToEscape(
  loss: (logits: tf.Tensor, target: tf.Tensor) => tf.Tensor,
  limit: number,
): Promise<number | null> {
  return withoutLeak(() => {
    const target = tf.tensor2d([[1, 0, 0]]);
    const slope = tf.grad((z: tf.Tensor) => loss(z, target).sum());
    const logits: tf.Variable = tf.tidy(() => tf.variable(tf.tensor2d([START])));
    try {
      for (let step = 0; step < limit; step++) {
        if (tf.tidy(() => (tf.softmax(logits).dataSync()[0] ?? 0) > 0.5)) return step;
        tf.tidy(() => logits.assign(logits.sub(slope(logits))));
      }
      return null;
    } finally {
      tf.dispose([target, logits]);
    }
  });
}

test('cross-entropy on logits is out within 15 steps', async () => {
  // the gradient on the two logits is −1 and 1 while they are far apart: the gap of 20 shrinks by 2 a step
  expect(await stepsToEscape(crossEntropy(), 15)).toBe(11);
});

test('squared error on the softmax is not out after 2000 steps', async () => {
  const loss = squaredError();
  expect(await stepsToEscape((z, target) => loss(tf.softmax(z), target), 2000)).toBeNull();
});

test('tfjs’s own cross-entropy is not either: its clipped logarithm has no gradient there', async () => {
  expect(
    await stepsToEscape((z, target) => tf.metrics.categoricalCrossentropy(target, tf.softmax(z)), 2000),
  ).toBeNull();
});

test('the loss of model.compile leaves every bit of the weights as it was', async () => {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 3, inputShape: [1], useBias: false, activation: 'softmax' })],
  });
  model.setWeights([tf.tensor2d([START])]);
  model.compile({ optimizer: tf.train.sgd(1), loss: 'categoricalCrossentropy' });
  await model.fit(tf.tensor2d([[1]]), tf.tensor2d([[1, 0, 0]]), { epochs: 3, verbose: 0 });
  expect([...(model.getWeights()[0]?.dataSync() ?? [])]).toEqual(START);
});
