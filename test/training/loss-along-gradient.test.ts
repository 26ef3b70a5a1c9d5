import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { dropout } from '../../src/layers/dropout.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { Rng } from '../../src/random/rng.ts';
import { lossAlongGradient } from '../../src/training/loss-along-gradient.ts';
import { withoutLeak } from '../no-leak.ts';
import { CLOSED_FORM_10, relativeError } from '../tolerances.ts';

// y = w · x on the rows below: L(w) = mean (w·x − y)², a quadratic.
const INPUTS = [
  [1, 0],
  [0, 2],
  [1, 1],
  [-1, 3],
];
const TARGETS = [1, -1, 0.5, 2];
const W = [0.5, -0.25];
const data = datasetFrom({ inputs: INPUTS, targets: TARGETS, task: 'regression' });
const options = { loss: squaredError(), rng: Rng.fromSeed(3) };

/** Loss and gradient at w, in float64. */
function quadratic(w: readonly number[]): { loss: number; gradient: number[] } {
  const errors = INPUTS.map(([a = 0, b = 0], i) => a * (w[0] ?? 0) + b * (w[1] ?? 0) - (TARGETS[i] ?? 0));
  const loss = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
  const gradient = [0, 1].map(
    (axis) => errors.reduce((sum, error, i) => sum + 2 * error * (INPUTS[i]?.[axis] ?? 0), 0) / errors.length,
  );
  return { loss, gradient };
}

const line = (): tf.LayersModel => {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [2], useBias: false })],
  });
  model.setWeights([tf.tensor2d(W, [2, 1])]);
  return model;
};

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test('on a quadratic it is the closed form', async () => {
    const learningRates = [0, 0.1, 0.5, -0.2];
    const model = line();
    const { losses, gradientChanges } = await lossAlongGradient(model, data, { ...options, learningRates });
    const { loss, gradient: g } = quadratic(W);
    const ends = learningRates.map((rate) => quadratic(W.map((w, axis) => w - rate * (g[axis] ?? 0))));
    expect(relativeError(losses, [loss, ...ends.map((end) => end.loss)])).toBeLessThan(CLOSED_FORM_10);
    const changes = ends.map(
      ({ gradient }) =>
        Math.hypot(...gradient.map((value, axis) => value - (g[axis] ?? 0))) / Math.hypot(...g),
    );
    expect(relativeError(gradientChanges, changes)).toBeLessThan(CLOSED_FORM_10);
    model.dispose();
  });
});

describe('the model', () => {
  const net = (): tf.LayersModel =>
    tf.sequential({
      layers: [
        tf.layers.dense({ units: 3, inputShape: [2], useBias: false }),
        batchNormalization(),
        dropout({ rate: 0.5 }),
        tf.layers.dense({ units: 1 }),
      ],
    });

  test('keeps its weights and statistics, and no tensor is left', async () => {
    const model = net();
    const bits = (): number[] => model.getWeights().flatMap((weight) => [...weight.dataSync()]);
    const before = bits();
    const asked = { ...options, learningRates: [0.1, 1] };
    await lossAlongGradient(model, data, asked);
    await withoutLeak(() => lossAlongGradient(model, data, asked));
    expect(bits()).toEqual(before);
  });

  test('is in training mode, with the same masks at every rate', async () => {
    const model = net();
    const asked = { ...options, learningRates: [0, 0] };
    const { losses, gradientChanges } = await lossAlongGradient(model, data, asked);
    expect(losses).toEqual([losses[0], losses[0], losses[0]]);
    expect(gradientChanges).toEqual([0, 0]);
    const other = await lossAlongGradient(model, data, { ...asked, rng: Rng.fromSeed(4) });
    expect(other.losses[0]).not.toBe(losses[0]);
  });

  test('without a rate, the loss alone', async () => {
    const model = line();
    const { losses, gradientChanges } = await lossAlongGradient(model, data, {
      ...options,
      learningRates: [],
    });
    expect(relativeError(losses, [quadratic(W).loss])).toBeLessThan(CLOSED_FORM_10);
    expect(gradientChanges).toEqual([]);
  });
});
