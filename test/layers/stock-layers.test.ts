import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { adaptStockLayers } from '../../src/layers/stock-layers.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import { train } from '../../src/training/train.ts';
import { statisticsOf } from './norm-golden.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

const NORMS: Record<string, () => tf.layers.Layer> = {
  'stock batch norm': () => tf.layers.batchNormalization({ inputShape: [2] }),
  'our batch norm': () => batchNormalization({ inputShape: [2] }),
  'our batch norm without scale and shift': () => batchNormalization({ inputShape: [2], affine: false }),
};

const head = (): tf.layers.Layer => tf.layers.dense({ units: 1 });

/** A frozen layer in a model, in each way that tfjs knows. */
const WAYS: Record<string, (norm: tf.layers.Layer) => tf.LayersModel> = {
  'the layer': (norm) => {
    norm.trainable = false;
    return tf.sequential({ layers: [norm, head()] });
  },
  'a model around it': (norm) => {
    const base = tf.sequential({ layers: [norm] });
    base.trainable = false;
    return tf.sequential({ layers: [base, head()] });
  },
  'a model around that model': (norm) => {
    const inner = tf.sequential({ layers: [norm] });
    const outer = tf.sequential({ layers: [inner] });
    outer.trainable = false;
    return tf.sequential({ layers: [outer, head()] });
  },
  'a model from which it was taken': (norm) => {
    const base = tf.sequential({ layers: [norm, tf.layers.dense({ units: 3 })] });
    base.trainable = false;
    const output = head().apply(norm.output) as tf.SymbolicTensor;
    return tf.model({ inputs: base.inputs, outputs: output });
  },
  'the model in a wrapper': (norm) => {
    const base = tf.sequential({ layers: [norm] });
    base.trainable = false;
    const layers = [
      tf.layers.reshape({ targetShape: [1, 2], inputShape: [2] }),
      tf.layers.timeDistributed({ layer: base }),
      tf.layers.flatten(),
      head(),
    ];
    return tf.sequential({ layers });
  },
};

const fit = (model: tf.LayersModel): Promise<unknown> =>
  train(
    model,
    datasetFrom({ inputs: [[1, 2], [3, 9], [4, 4], [0, 1]], targets: [1, 2, 3, 4], task: 'regression' }), // prettier-ignore
    {
      loss: squaredError(),
      optimizer: sgd({ learningRate: 0.01 }),
      rng: Rng.fromSeed(0),
      steps: 2,
      batchSize: 4,
    },
  );

const START = [
  [0, 0],
  [1, 1],
];

/** Nothing on the layer itself tells that it was taken out of a frozen model when it has no scale and shift. */
const leavesNoMark = (norm: string, way: string): boolean =>
  norm === 'our batch norm without scale and shift' && way === 'a model from which it was taken';

describe.each(Object.entries(NORMS))('%s under train', (norm, make) => {
  test.each(Object.keys(WAYS).filter((way) => !leavesNoMark(norm, way)))(
    'frozen is %s: its statistics stay, and its own call comes back',
    async (way) => {
      const layer = make();
      const model = WAYS[way]?.(layer) ?? tf.sequential();
      await fit(model);
      expect(statisticsOf(layer)).toEqual(START);
      expect(Object.hasOwn(layer, 'call')).toBe(false);
      model.dispose();
    },
  );

  test('not frozen: its statistics move', async () => {
    const layer = make();
    const model = tf.sequential({ layers: [layer, head()] });
    await fit(model);
    expect(statisticsOf(layer)).not.toEqual(START);
    model.dispose();
  });
});

test('a frozen stock norm gives in training what it gives in evaluation, and moves again afterwards', () => {
  const layer = tf.layers.batchNormalization({ inputShape: [2] });
  const model = tf.sequential({ layers: [layer] });
  layer.trainable = false;
  const restore = adaptStockLayers(model);
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 9], [2, 2]);
    const [trained, evaluated] = [true, false].map((training) =>
      (model.apply(x, { training }) as tf.Tensor).arraySync(),
    );
    expect(trained).toEqual(evaluated);
    restore();
    model.apply(x, { training: true });
  });
  expect(statisticsOf(layer)).not.toEqual(START);
  model.dispose();
});

test('the call comes back when a training throws', async () => {
  const layer = tf.layers.batchNormalization({ inputShape: [2] });
  layer.trainable = false;
  const model = tf.sequential({ layers: [layer, head()] });
  const failing = {
    onTrainBegin: (): void => {
      expect(Object.hasOwn(layer, 'call')).toBe(true);
      throw new Error('stop here');
    },
  };
  const data = datasetFrom({ inputs: [[1, 2]], targets: [1], task: 'regression' });
  const options = { loss: squaredError(), optimizer: sgd(), rng: Rng.fromSeed(0), steps: 1 };
  await expect(train(model, data, { ...options, callbacks: [failing] })).rejects.toThrow('stop here');
  expect(Object.hasOwn(layer, 'call')).toBe(false);
  model.dispose();
});
