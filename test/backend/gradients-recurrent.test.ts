import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import { train } from '../../src/training/train.ts';
import { withoutLeak } from '../no-leak.ts';
import { CLOSED_FORM_10, relativeError } from '../tolerances.ts';
import { expectGradients, spread } from './gradient-check.ts';

const { bidirectional, dense, gru, lstm, simpleRNN, timeDistributed } = tf.layers;

/** On top of weights, so that gradients pass through the time step itself. */
const below = (): tf.layers.Layer => timeDistributed({ layer: dense({ units: 3 }), inputShape: [1, 2] });
const flat = (): tf.layers.Layer => dense({ units: 3, inputShape: [2] });

/** The weights after five steps, each as a list. */
async function trained(
  layers: tf.layers.Layer[],
  inputs: number[][] | number[][][],
  start: tf.Tensor[],
): Promise<number[][]> {
  const model = tf.sequential({ layers: [...layers, dense({ units: 1 })] });
  model.setWeights(start);
  const optimizer = sgd({ learningRate: 0.05 });
  const options = { loss: squaredError(), optimizer, rng: Rng.fromSeed(0), batchSize: 4, steps: 5 };
  const { outcome } = await train(model, { inputs, targets: [0.5, 1.5, -0.5, 2.5] }, options);
  expect(outcome).toEqual({ kind: 'completed' });
  const weights = model.getWeights().map((weight) => Array.from(weight.dataSync<'float32'>()));
  optimizer.dispose();
  model.dispose();
  return weights;
}

describe.each(['cpu', 'wasm'] as const)('recurrent layers over one time step on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test('a simple one trains as a dense layer does: h = tanh(W x + b) from a state of zeros', async () => {
    const rows = [[0.1, 0.9], [-0.4, 0.3], [0.7, -0.2], [-0.8, -0.6]]; // prettier-ignore
    await withoutLeak(async () => {
      const start = [[2, 3], [3], [3, 2], [2], [2, 1], [1]].map((shape, i) => spread(shape, 1 + (i % 3))); // prettier-ignore
      const between = spread([2, 2]);
      const plain = await trained([flat(), dense({ units: 2, activation: 'tanh' })], rows, start);
      const recurrent = await trained(
        [below(), simpleRNN({ units: 2 })],
        rows.map((row) => [row]),
        start.toSpliced(3, 0, between),
      );
      expect(recurrent[3]).toEqual(Array.from(between.dataSync<'float32'>())); // multiplies the zeros: no gradient
      expect(relativeError(recurrent.toSpliced(3, 1).flat(), plain.flat())).toBeLessThan(CLOSED_FORM_10);
      tf.dispose([...start, between]);
    });
  });

  test.each([
    ['simpleRNN', () => simpleRNN({ units: 2 })],
    ['lstm', () => lstm({ units: 2 })],
    ['gru', () => gru({ units: 2, returnSequences: true })],
    ['bidirectional', () => bidirectional({ layer: lstm({ units: 2 }), mergeMode: 'concat' })],
  ])('%s: the gradient of its input', async (_, make) => {
    await withoutLeak(() => {
      const layer = make();
      expectGradients((x) => layer.apply(x) as tf.Tensor, [spread([2, 1, 2])]);
      layer.dispose();
    });
  });
});
