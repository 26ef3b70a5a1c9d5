import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreStock } from '../../src/backend/kernels.ts';
import { useBackend } from '../../src/backend/use-backend.ts';
import { Dataset } from '../../src/data/dataset.ts';
import { ModelError } from '../../src/errors.ts';
import {
  type BatchNormalization,
  batchNormalization,
  type BatchNormalizationOptions,
} from '../../src/layers/batch-normalization.ts';
import { layerNormalization } from '../../src/layers/layer-normalization.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import { batchOf } from '../../src/training/batch-data.ts';
import { runLoop } from '../../src/training/loop.ts';
import { trainableModel } from '../../src/training/trainable-model.ts';
import { withoutLeak } from '../no-leak.ts';
import { absoluteError, GOLDEN_SMOOTH, relativeError, SINGLE } from '../tolerances.ts';
import { golden, statisticsOf, weightOf } from './norm-golden.ts';

/** Sees the batch, in training unless said otherwise; what it gives. */
function see(layer: tf.layers.Layer, values: number[], shape: number[], training = true): number[] {
  return tf.tidy(() => [...(layer.apply(tf.tensor(values, shape), { training }) as tf.Tensor).dataSync()]);
}

const built = (shape: tf.Shape, options?: BatchNormalizationOptions): BatchNormalization => {
  const layer = batchNormalization(options);
  layer.apply(tf.input({ batchShape: shape }));
  return layer;
};

describe.each(['cpu', 'wasm'] as const)('batch norm on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  afterAll(() => restoreStock());

  test('0 and 2 with momentum 0.1: mean 0.1 · 1, variance 0.9 · 1 + 0.1 · 2, which is unbiased', () => {
    const layer = built([null, 1]);
    const output = see(layer, [0, 2], [2, 1]);
    expect(
      relativeError(
        output,
        [-1, 1].map((value) => value / Math.sqrt(1 + 1e-5)),
      ),
    ).toBeLessThanOrEqual(SINGLE);
    const [mean = [], variance = []] = statisticsOf(layer);
    expect(absoluteError(mean, [0.1])).toBeLessThanOrEqual(SINGLE);
    expect(absoluteError(variance, [1.1])).toBeLessThanOrEqual(SINGLE);
    // Evaluation: by these, and they stay.
    const expected = [(5 - 0.1) / Math.sqrt(1.1 + 1e-5)];
    expect(relativeError(see(layer, [5], [1, 1], false), expected)).toBeLessThanOrEqual(SINGLE);
    expect(statisticsOf(layer)).toEqual([mean, variance]);
  });

  test.each(golden.runs.map((run) => [JSON.stringify(run.options), run] as const))(
    'running statistics over batches of 4, 2, 1 and 5 rows are PyTorch’s: %s',
    (_, { options, batches, statistics }) => {
      const layer = built([null, 3, 4], options);
      for (const [step, { values, shape }] of batches.entries()) {
        see(layer, values, shape);
        for (const [i, found] of statisticsOf(layer).entries())
          expect(relativeError(found, statistics[step]?.[i] ?? [])).toBeLessThanOrEqual(SINGLE);
      }
    },
  );

  test('cumulative statistics count their batches', () => {
    const layer = built([null, 2], { momentum: 'cumulative', affine: false });
    for (let i = 0; i < 3; i++) see(layer, [0, 0, 2, 2], [2, 2]);
    expect(weightOf(layer, 'batches')).toEqual([3]);
    expect(statisticsOf(layer)).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('a training of a net with batch and layer norm, 40 steps, is PyTorch’s', async () => {
    const { training } = golden;
    await withoutLeak(async () => {
      const dense = (units: number, useBias = false): tf.layers.Layer => tf.layers.dense({ units, useBias });
      const model = tf.sequential({
        layers: [
          tf.layers.inputLayer({ inputShape: [4] }),
          dense(6),
          batchNormalization(),
          tf.layers.activation({ activation: 'tanh' }),
          dense(5),
          layerNormalization(),
          tf.layers.activation({ activation: 'tanh' }),
          dense(3, true),
        ],
      });
      // In the order of the layers; `model.weights` has the statistics at its end.
      const variables = model.layers.flatMap((layer) => layer.weights.map((weight) => weight.read()));
      tf.tidy(() => {
        for (const [i, variable] of variables.entries())
          (variable as tf.Variable).assign(tf.tensor(training.start[i] ?? [], variable.shape));
      });
      const data = new Dataset({
        name: 'training',
        task: 'classification',
        inputs: { values: training.inputs, shape: [21, 4] },
        targets: { values: training.labels, shape: [21] },
        classes: 3,
      });
      const optimizer = sgd({ learningRate: training.learningRate });
      const losses: number[] = [];
      const trainable = trainableModel(model, crossEntropy());
      optimizer.prepare(trainable.parameters().values());
      await runLoop({
        trainable,
        optimizer,
        rng: Rng.fromSeed(0),
        end: 41,
        microBatches: (step) => {
          const [first, end] = training.batches[step % 3] ?? [0, 0];
          return [
            batchOf(
              data,
              Array.from({ length: end - first }, (_, i) => first + i),
            ),
          ];
        },
        onStep({ step, loss }) {
          if (step in training.losses) losses.push(loss);
          const expected = training.values[step + 1] ?? [];
          for (const [i, values] of expected.entries()) {
            const found = variables[i]?.dataSync() ?? [];
            expect(absoluteError(found, values)).toBeLessThanOrEqual(GOLDEN_SMOOTH.weights);
          }
          return undefined;
        },
      });
      expect(absoluteError(losses, Object.values(training.losses))).toBeLessThanOrEqual(GOLDEN_SMOOTH.losses);
      optimizer.dispose();
      model.dispose();
    });
  });
});

describe('frozen, and batches that are too small', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test.each([true, false])(
    'a frozen layer normalises by its statistics and leaves them, affine %s',
    (affine) => {
      const layer = built([null, 2], { affine });
      see(layer, [1, 2, 3, 4, 5, 9], [3, 2]);
      const [statistics, evaluated] = [statisticsOf(layer), see(layer, [1, 2, 3, 7], [2, 2], false)];
      layer.trainable = false;
      expect(see(layer, [1, 2, 3, 7], [2, 2])).toEqual(evaluated);
      expect(statisticsOf(layer)).toEqual(statistics);
      layer.trainable = true;
      see(layer, [1, 2, 3, 7], [2, 2]);
      expect(statisticsOf(layer)).not.toEqual(statistics);
    },
  );

  test('so does a layer of a frozen model, under model.fit too', async () => {
    const layer = batchNormalization({ inputShape: [2] });
    const base = tf.sequential({ layers: [layer] });
    const layers = [tf.layers.inputLayer({ inputShape: [2] }), base, tf.layers.dense({ units: 1 })];
    const model = tf.sequential({ layers });
    const [x, y] = [tf.tensor2d([1, 2, 3, 9], [2, 2]), tf.tensor2d([0, 1], [2, 1])];
    base.trainable = false;
    model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
    await model.fit(x, y, { verbose: 0 });
    expect(statisticsOf(layer)).toEqual([
      [0, 0],
      [1, 1],
    ]);
    base.trainable = true;
    model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
    await model.fit(x, y, { verbose: 0 });
    expect(statisticsOf(layer)).not.toEqual([
      [0, 0],
      [1, 1],
    ]);
    tf.dispose([x, y]);
  });

  test('one value a channel is refused in training, with the cure, and moves nothing', () => {
    const layer = built([null, 1, 3]);
    expect(() => see(layer, [1, 2, 3], [1, 1, 3])).toThrow(ModelError);
    expect(() => see(layer, [1, 2, 3], [1, 1, 3])).toThrow(
      /more than one value a channel in training, and this batch has shape \[1, 1, 3\].*dropRemainder: true/,
    );
    expect(statisticsOf(layer)).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
    expect(see(layer, [0, 0, 0], [1, 1, 3], false)).toEqual([0, 0, 0]);
    layer.trainable = false;
    expect(see(layer, [0, 0, 0], [1, 1, 3])).toEqual([0, 0, 0]);
  });

  test('leastRows is known before the first batch', () => {
    const least = (shape: tf.Shape): number => built(shape).leastRows;
    expect(
      [
        [null, 3],
        [null, 1, 1, 3],
        [null, 2, 1, 3],
        [null, null, 3],
      ].map(least),
    ).toEqual([2, 2, 1, 1]);
    const frozen = built([null, 3]);
    frozen.trainable = false;
    expect(frozen.leastRows).toBe(1);
  });
});
