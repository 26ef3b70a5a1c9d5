import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { initialize, torchDefault } from '../../src/layers/initialize.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { adam } from '../../src/optimizers/adam.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import type { History } from '../../src/result/history.ts';
import { reduceOnPlateau } from '../../src/schedules/reduce-on-plateau.ts';
import { earlyStopping } from '../../src/training/early-stopping.ts';
import { evaluate } from '../../src/training/evaluate.ts';
import { train } from '../../src/training/train.ts';
import type { TrainOptions } from '../../src/training/train-options.ts';
import { withoutLeak } from '../no-leak.ts';

const rng = Rng.fromSeed(4);

/** Few rows with random labels: the validation loss soon rises. */
const noise = () => {
  const draws = rng.split('data');
  const inputs = { values: draws.normal(60 * 3), shape: [60, 3] };
  const targets = Array.from({ length: 60 }, () => draws.integer(2));
  return datasetFrom({ inputs, targets, classes: 2 }).split({ validation: 0.4 }, rng.split('split'));
};
const model = (): tf.LayersModel => {
  const made = tf.sequential({
    layers: [
      tf.layers.dense({ units: 16, inputShape: [3], useBias: false }),
      batchNormalization(),
      tf.layers.reLU(),
      tf.layers.dense({ units: 2 }),
    ],
  });
  initialize(made, torchDefault, rng.split('model'));
  return made;
};
const fit = (trained: tf.LayersModel, options: Partial<TrainOptions>): Promise<History> =>
  train(trained, noise(), {
    loss: crossEntropy(),
    optimizer: sgd({ learningRate: 0.5 }),
    rng: rng.split('train'),
    batchSize: 12,
    ...options,
  });

beforeAll(async () => {
  await useBackend('cpu');
});

describe('earlyStopping in train', () => {
  test.each<[string, number, Partial<TrainOptions>]>([
    ['after patience measurements without improvement', 3, { epochs: 40 }],
    ['at the planned end too', 100, { epochs: 12 }],
    ['inside an epoch', 100, { steps: 20 }],
    ['with averaged weights', 3, { epochs: 40, averageWeights: { decay: 0.7 } }],
  ])('restored weights give exactly the minimum of the history: %s', async (_, patience, options) => {
    const trained = model();
    const stopping = earlyStopping({ patience, restoreBestWeights: true });
    const history = await fit(trained, { ...options, callbacks: [stopping] });
    const { best, values } = history.at('validation/loss');
    expect(best?.value).toBe(Math.min(...values));
    expect(stopping.best).toBe(best?.value);
    const { loss } = await evaluate(trained, noise().validation, { loss: crossEntropy() });
    expect(loss).toBe(best?.value);
    expect(values.at(-1)).toBeGreaterThan(best?.value ?? Number.NaN);
  });

  test('it stops after the measurement that Keras stops after', async () => {
    for (const patience of [0, 1, 4]) {
      const history = await fit(model(), { epochs: 40, callbacks: [earlyStopping({ patience })] });
      const { values } = history.at('validation/loss');
      let [best, waited] = [Number.POSITIVE_INFINITY, 0];
      const expected = values.findIndex((value) => {
        [best, waited] = value < best ? [value, 0] : [best, waited + 1];
        return waited > 0 && waited >= patience;
      });
      expect(values).toHaveLength(expected + 1);
      expect(history.outcome).toEqual({ kind: 'stopped', by: 'callback' });
    }
  });

  test('mode, minimumDelta and monitor count', async () => {
    const epochs = async (options: Parameters<typeof earlyStopping>[0]): Promise<number> => {
      const history = await fit(model(), { epochs: 6, callbacks: [earlyStopping(options)] });
      return history.series('epoch/loss').values.length;
    };
    expect(await epochs({ minimumDelta: 10 })).toBe(2);
    expect(await epochs({ monitor: 'epoch/loss', mode: 'max' })).toBe(2);
    await expect(epochs({ monitor: 'validation/los', mode: 'min' })).rejects.toThrow(
      /monitor must be a series/,
    );
    await expect(epochs({ monitor: 'validation/accuracy' })).rejects.toThrow(
      'is a lower or a higher value better',
    );
  });

  test('it leaks nothing, also when the training throws', async () => {
    const trained = model();
    const optimizer = sgd({ learningRate: 0.5 });
    await fit(trained, { optimizer, epochs: 1 });
    const boom = { onEpochEnd: () => Promise.reject(new Error('boom')) };
    const stopping = earlyStopping({ restoreBestWeights: true });
    await withoutLeak(() => fit(trained, { optimizer, epochs: 1, callbacks: [stopping] }));
    await withoutLeak(async () => {
      await expect(fit(trained, { optimizer, epochs: 1, callbacks: [stopping, boom] })).rejects.toThrow(
        'boom',
      );
    });
  });
});

test.each(['val_loss', 'validation/loss'])(
  'under model.fit it stops and restores as well: %s',
  async (monitor) => {
    const trained = model();
    trained.compile({ optimizer: adam({ learningRate: 0.05 }), loss: crossEntropy().forModelFit });
    const { train: rows, validation } = noise();
    const tensors = (part: typeof rows) => ({
      x: tf.tensor2d(part.inputs.values, [part.rows, 3]),
      y: tf.oneHot(tf.tensor1d(part.targets.values, 'int32'), 2).toFloat(),
    });
    const [seen, unseen] = [tensors(rows), tensors(validation)];
    const { history } = await trained.fit(seen.x, seen.y, {
      epochs: 40,
      verbose: 0,
      validationData: [unseen.x, unseen.y],
      callbacks: [earlyStopping({ monitor, patience: 2, restoreBestWeights: true })],
    });
    const losses = (history['val_loss'] ?? []) as number[];
    expect(losses.length).toBeLessThan(40);
    const [loss] = await (trained.evaluate(unseen.x, unseen.y) as tf.Scalar).data();
    expect(loss).toBe(Math.min(...losses));
  },
);

test('without a validation split there is nothing to watch: an error, in train and in fit', async () => {
  const { train: rows } = noise();
  const options = { loss: crossEntropy(), optimizer: sgd(), rng, epochs: 2, callbacks: [earlyStopping()] };
  await expect(train(model(), rows, options)).rejects.toThrow('monitor must be a series');
});

test('a plateau controller lowers the rate under model.fit, told by a callback', async () => {
  const trained = model();
  const plateau = reduceOnPlateau({ from: 1e-3, monitor: 'loss', patience: 0, threshold: 0.5 });
  const optimizer = sgd({ learningRate: plateau });
  trained.compile({ optimizer, loss: crossEntropy().forModelFit });
  const { train: rows } = noise();
  const x = tf.tensor2d(rows.inputs.values, [rows.rows, 3]);
  const y = tf.oneHot(tf.tensor1d(rows.targets.values, 'int32'), 2).toFloat();
  await trained.fit(x, y, { epochs: 3, verbose: 0, callbacks: { onEpochEnd: plateau.onEpochEnd as never } });
  expect(plateau(0)).toBeLessThan(1e-3);
});
