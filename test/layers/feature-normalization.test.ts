/** Standardised inputs inside the model: hand values, what is measured, and that nothing moves them. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { Dataset } from '../../src/data/dataset.ts';
import { standardise } from '../../src/data/standardise.ts';
import { featureNormalization } from '../../src/layers/feature-normalization.ts';
import { initialize, torchDefault } from '../../src/layers/initialize.ts';
import { parameterPaths } from '../../src/layers/paths.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { relativeError, SINGLE } from '../tolerances.ts';
import { modelOf } from './in-training.ts';
import { read, variableOf } from './wrapper-golden.ts';

const numbers = { mean: [1, 10], standardDeviation: [2, 5] };

/** Columns of means 2 and 7 and deviations 1 and 0 in the first two rows; wild numbers in the third. */
const data = new Dataset({
  name: 'three',
  task: 'regression',
  inputs: { values: [1, 7, 3, 7, 900, -900], shape: [3, 2] },
  targets: { values: [0, 1, 2], shape: [3, 1] },
  classes: 0,
});

const apply = (layer: tf.layers.Layer, values: number[], shape: number[]): number[] =>
  tf.tidy(() => read(layer.apply(tf.tensor(values, shape)) as tf.Tensor));

const stored = (layer: tf.layers.Layer): number[][] =>
  ['mean', 'standard_deviation'].map((name) => read(variableOf(layer, name)));

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test('(x − mean) / standardDeviation over the last axis of any rank, in training as in evaluation', async () => {
    const found = await withoutLeak(() => {
      const layer = featureNormalization(numbers);
      const model = modelOf(layer, [null, 2]);
      const values = tf.tidy(() =>
        [true, false].map((training) =>
          read(model.apply(tf.tensor([1, 10, 3, 0, 5, 15], [1, 3, 2]), { training }) as tf.Tensor),
        ),
      );
      model.dispose();
      return values;
    });
    expect(found).toEqual([
      [0, 0, 1, -2, 2, 1],
      [0, 0, 1, -2, 2, 1],
    ]);
    for (const rank of [2, 3, 4, 5]) {
      const shape = [...Array.from({ length: rank - 1 }, () => 1), 2];
      expect(apply(featureNormalization(numbers), [3, 15], shape)).toEqual([1, 1]);
    }
  });

  test('the gradient of the inputs is 1 / standardDeviation', () => {
    const layer = featureNormalization(numbers);
    const gradient = tf.grad((x: tf.Tensor) => (layer.apply(x) as tf.Tensor).sum());
    expect(
      relativeError(
        tf.tidy(() => read(gradient(tf.ones([1, 2])))),
        [0.5, 0.2],
      ),
    ).toBeLessThanOrEqual(SINGLE);
  });
});

describe('what it is fitted on', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test('a Dataset as it is; of splits the training part alone; a constant feature becomes 0', () => {
    const train = data.take([0, 1]);
    expect(apply(featureNormalization({ fit: train }), [4, 7], [1, 2])).toEqual([2, 0]);
    const splits = {
      ...data.split({ test: 1 / 3 }, Rng.fromSeed(0)),
      train,
      test: data.take([2]),
    };
    const layer = featureNormalization({ fit: splits });
    expect(apply(layer, [4, 7], [1, 2])).toEqual([2, 0]);
    expect(stored(layer)).toEqual([
      [2, 7],
      [1, 1],
    ]);
  });

  test('the layer on raw inputs gives what standardise gives', () => {
    const rows = 40;
    const many = new Dataset({
      name: 'many',
      task: 'regression',
      inputs: { values: Rng.fromSeed(1).normal(rows * 3, 5, 2), shape: [rows, 3] },
      targets: { values: new Float32Array(rows), shape: [rows, 1] },
      classes: 0,
    });
    const splits = many.split({ test: 0.5 }, Rng.fromSeed(0));
    const { values, shape } = splits.test.inputs;
    const found = apply(featureNormalization({ fit: splits }), [...values], [...shape]);
    expect(relativeError(found, standardise(splits).test.inputs.values)).toBeLessThanOrEqual(SINGLE);
    expect(() => featureNormalization({ fit: standardise(splits) })).toThrow(
      'featureNormalization: these splits are standardised already',
    );
  });
});

describe('as a layer of a model', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });
  const build = (): tf.LayersModel =>
    tf.sequential({
      layers: [featureNormalization({ ...numbers, inputShape: [2] }), tf.layers.dense({ units: 1 })],
    });

  test('its numbers are weights that training and initialize leave alone', () => {
    const model = build();
    const [layer] = model.layers;
    expect([...parameterPaths(model).keys()]).toEqual([
      'feature_normalization:0/mean',
      'feature_normalization:0/standard_deviation',
      'dense:0/kernel',
      'dense:0/bias',
    ]);
    expect(model.trainableWeights.map((weight) => weight.originalName.replace(/.*\//, ''))).toEqual([
      'kernel',
      'bias',
    ]);
    initialize(model, torchDefault, Rng.fromSeed(0));
    const optimizer = tf.train.sgd(0.1);
    optimizer.minimize(() => (model.apply(tf.ones([1, 2]), { training: true }) as tf.Tensor).sum());
    expect(layer && stored(layer)).toEqual([numbers.mean, numbers.standardDeviation]);
    optimizer.dispose();
    model.dispose();
  });

  test('travels with the model: by configuration, and by saved weights', async () => {
    const model = build();
    const input = tf.tensor2d([[4, -3]]);
    const before = tf.tidy(() => read(model.predict(input) as tf.Tensor));
    let saved: tf.io.ModelArtifacts = {};
    await model.save(
      tf.io.withSaveHandler((artifacts) => {
        saved = artifacts;
        return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved));
    expect(tf.tidy(() => read(loaded.predict(input) as tf.Tensor))).toEqual(before);
    const { modelTopology } = saved;
    const again = await tf.models.modelFromJSON({ modelTopology } as never);
    const [layer] = again.layers;
    expect(layer && stored(layer)).toEqual([numbers.mean, numbers.standardDeviation]);
    tf.dispose([input, ...[model, loaded, again].flatMap((one) => one.getWeights())]);
  });

  test('refuses what cannot be right', () => {
    const call = (options: object) => () => featureNormalization(options as never);
    expect(call({ mean: [0, 1], standardDeviation: [1] })).toThrow(
      'standardDeviation must hold 2 numbers, as many as mean, received 1',
    );
    expect(call({ mean: [0], standardDeviation: [0] })).toThrow(
      'standardDeviation must be > 0 (a constant feature has 1, and becomes 0), received [0]',
    );
    expect(call({ mean: [Number.NaN], standardDeviation: [1] })).toThrow('mean.0');
    expect(call({ fit: [1, 2] })).toThrow('fit must be a Dataset or what its split() gives');
    expect(call({ fit: data, mean: [1] })).toThrow('mean is not an option');
    expect(() => modelOf(featureNormalization(numbers), [3])).toThrow(
      'featureNormalization: expected shape [..., 2], received [null, 3]',
    );
  });
});
