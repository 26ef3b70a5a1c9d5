import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { DataError, ModelError, OptionError, ShapeError } from '../../src/errors.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { dropout } from '../../src/layers/dropout.ts';
import { predict, type PredictInputs } from '../../src/training/predict.ts';
import { withoutLeak } from '../no-leak.ts';

beforeAll(() => useBackend('cpu'));

/** y = kernel · x. */
const linear = (kernel: number[][]): tf.LayersModel => {
  const weights = [tf.tensor2d(kernel)];
  const units = kernel[0]?.length ?? 1;
  return tf.sequential({
    layers: [tf.layers.dense({ units, inputShape: [kernel.length], useBias: false, weights })],
  });
};
const half = linear([[1], [2]]);
const bare = { standardisation: null, classNames: null };

describe('predict', () => {
  const rows = [
    [1, 1],
    [0, 2],
    [5, -1],
  ];
  const expected = { values: Float32Array.of(3, 4, 3), shape: [3, 1], labels: null };

  it.each<[string, () => PredictInputs]>([
    ['nested lists', () => rows],
    ['numbers with a shape', () => ({ values: rows.flat(), shape: [3, 2] })],
    ['whole numbers', () => ({ values: Int32Array.from(rows.flat()), shape: [3, 2] })],
    ['a data set', () => datasetFrom({ inputs: rows, targets: [0.5, 1, 2] })],
  ])('takes %s', async (_, inputs) => {
    expect(await withoutLeak(() => predict(half, inputs()))).toEqual(expected);
  });

  it('takes a tensor, and leaves it', async () => {
    const tensor = tf.tensor2d(rows);
    expect(await withoutLeak(() => predict(half, tensor))).toEqual(expected);
    expect(tensor.isDisposed).toBe(false);
  });

  it.each([1, 2, 3, 4])('gives the same in chunks of %i', async (batchSize) => {
    expect(await withoutLeak(() => predict(half, rows, { batchSize }))).toEqual(expected);
  });

  it('passes no more rows at once than asked for', async () => {
    const sizes: number[] = [];
    const layer = tf.layers.dense({ units: 1, inputShape: [2] });
    const call = layer.call.bind(layer);
    layer.call = (inputs, options) => {
      sizes.push([inputs].flat()[0]?.shape[0] ?? 0);
      return call(inputs, options);
    };
    await predict(tf.sequential({ layers: [layer] }), rows, { batchSize: 2 });
    expect(sizes).toEqual([2, 1]);
  });

  it('is in evaluation mode, and moves no statistics', async () => {
    const model = tf.sequential({ layers: [dropout({ rate: 0.9, inputShape: [2] }), batchNormalization()] });
    const before = model.getWeights().map((weight) => weight.dataSync());
    const { values } = await predict(model, rows);
    // (x − 0) / √(1 + 1e-5)
    expect(values[0]).toBeCloseTo(1 / Math.sqrt(1 + 1e-5), 6);
    expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(before);
  });

  it('keeps the shape of each output', async () => {
    const model = tf.sequential({ layers: [tf.layers.repeatVector({ n: 2, inputShape: [2] })] });
    expect(await predict(model, [[1, 2]])).toMatchObject({
      values: Float32Array.of(1, 2, 1, 2),
      shape: [1, 2, 2],
    });
  });

  it('standardises rows as they came, for a model that was loaded so', async () => {
    const standardisation = { mean: [1, 10], standardDeviation: [2, 5] };
    const { values } = await predict({ ...bare, model: half, standardisation }, [[5, 20]]);
    // (5 − 1) / 2 + 2 · (20 − 10) / 5
    expect(values).toEqual(Float32Array.of(6));
  });
});

describe('labels', () => {
  const classNames = ['a', 'b', 'c'];
  it('name the largest output, of equal ones the first', async () => {
    const model = linear([
      [1, 0, -1],
      [0, 1, -1],
    ]);
    const { labels } = await predict({ ...bare, model, classNames }, [
      [1, 0],
      [0, 1],
      [-1, -1],
      [2, 2],
    ]);
    expect(labels).toEqual(['a', 'b', 'c', 'a']);
  });

  it('one output parts two classes at 0, or at 0.5 of probabilities', async () => {
    const loaded = { ...bare, model: linear([[1]]), classNames: ['no', 'yes'] };
    expect((await predict(loaded, [[0.2], [0.7], [-1]])).labels).toEqual(['yes', 'yes', 'no']);
    const { labels } = await predict(loaded, [[0.2], [0.7], [0]], { from: 'probabilities' });
    expect(labels).toEqual(['no', 'yes', 'no']);
  });

  it('an output that is NaN has none', async () => {
    const model = linear([[Number.NaN, 0, 0]]);
    expect((await predict({ ...bare, model, classNames }, [[1]])).labels).toEqual([null]);
  });

  it('must be as many as the classes', async () => {
    const loaded = { ...bare, model: linear([[1, 2]]), classNames };
    await expect(predict(loaded, [[1]])).rejects.toThrow('loaded with 3 class names, and gives 2 outputs');
  });
});

describe('what cannot be predicted', () => {
  const two = (): tf.LayersModel => {
    const inputs = [tf.input({ shape: [1] }), tf.input({ shape: [1] })];
    return tf.model({ inputs, outputs: tf.layers.add().apply(inputs) as tf.SymbolicTensor });
  };
  it.each<[string, tf.LayersModel, PredictInputs, new (...parts: never[]) => Error, string]>([
    [
      'another number of features',
      half,
      [[1, 2, 3]],
      ShapeError,
      'predict: inputs: expected shape [rows, 2], received [1, 3]',
    ],
    ['one row without its brackets', half, [1, 2], ShapeError, 'received [2]'],
    ['ragged lists', half, [[1, 2], [3]], DataError, 'expected a list of 2 like the first at [1]'],
    ['words', half, [['a', 'b']] as never, DataError, 'expected a number at [0, 0]'],
    [
      'NaN',
      half,
      [
        [1, 2],
        [3, Number.NaN],
      ],
      DataError,
      'row 1, column 1',
    ],
    ['no rows', half, [], DataError, 'holds no values'],
    [
      'numbers that do not fill their shape',
      half,
      { values: [1, 2, 3], shape: [2, 2] },
      ShapeError,
      'of 3 values',
    ],
    ['two inputs', two(), [[1]], ModelError, 'the model has 2 inputs and 1 outputs'],
    ['no layers', tf.sequential(), [[1]], ModelError, 'give its first layer an inputShape'],
  ])('%s', async (_, model, inputs, error, message) => {
    await withoutLeak(async () => {
      await expect(predict(model, inputs)).rejects.toThrow(error);
      await expect(predict(model, inputs)).rejects.toThrow(message);
    });
  });

  it('chunks of no rows', async () => {
    await expect(predict(half, [[1, 2]], { batchSize: 0 })).rejects.toThrow(OptionError);
    await expect(predict(half, [[1, 2]], { batchsize: 2 } as object)).rejects.toThrow(
      'did you mean "batchSize"?',
    );
  });

  it('frees everything when a layer throws', async () => {
    const layer = tf.layers.dense({ units: 1, inputShape: [2] });
    const model = tf.sequential({ layers: [layer] });
    layer.call = () => {
      throw new Error('no');
    };
    await withoutLeak(() => expect(predict(model, [[1, 2]])).rejects.toThrow('no'));
  });
});
