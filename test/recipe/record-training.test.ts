/** What is recorded of a training for its twin: the start, the order, the trace, one step in detail; and that nothing changes by it. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { batches } from '../../src/data/batches.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { initialize, torchDefault } from '../../src/layers/initialize.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import {
  type RecordedTraining,
  recordTraining,
  type RecordOptions,
} from '../../src/recipe/record-training.ts';
import { contextTrainers } from '../../src/recipe/run-context.ts';
import type { History } from '../../src/result/history.ts';
import { withoutLeak } from '../no-leak.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

const RATE = 0.5;
const rng = Rng.fromSeed(7);
const data = datasetFrom({
  inputs: { values: rng.split('inputs').normal(30 * 3), shape: [30, 3] },
  targets: Array.from({ length: 30 }, (_, row) => row % 2),
  task: 'classification',
});

/** Seven updates of 8 rows; undefined records nothing. */
async function trained(
  how: RecordOptions | undefined,
  change: { readonly accumulate?: number } = {},
): Promise<{ recorded: RecordedTraining[]; history: History; weights: number[] }> {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [3], units: 4, useBias: false }),
      batchNormalization(),
      tf.layers.dense({ units: 2, activation: 'linear' }),
    ],
  });
  initialize(model, torchDefault, Rng.fromSeed(3));
  const recorded: RecordedTraining[] = [];
  const { train, release } = contextTrainers({
    rng,
    signal: undefined,
    onStep: () => undefined,
    watch: async (training) => how && recordTraining(training, (each) => void recorded.push(each), how),
  });
  try {
    const optimizer = sgd({ learningRate: RATE });
    const history = await train('net', {
      model,
      data,
      loss: crossEntropy(),
      optimizer,
      batchSize: 8,
      steps: 7,
      ...change,
    });
    return { recorded, history, weights: model.getWeights().flatMap((weight) => [...weight.dataSync()]) };
  } finally {
    release();
    model.dispose();
  }
}

const valuesOf = ({ start, trace }: RecordedTraining, name: string): number[] => [
  ...(start.tensors.get(name) ?? trace.tensors.get(name) ?? { values: [] }).values,
];

describe('a training of a net', () => {
  test('is the same to the last bit, watched in any way or not', () =>
    withoutLeak(async () => {
      const plain = await trained(undefined);
      for (const how of [{}, { detail: 3 }, { snapshots: [1, 2, 3, 4, 5, 6, 7] }]) {
        const watched = await trained(how);
        expect(watched.weights).toEqual(plain.weights);
        expect(watched.history.data.series).toEqual(plain.history.data.series);
      }
    }));

  test('starts from weights in PyTorch’s layout, and has data and order', async () => {
    const {
      recorded: [record],
      history,
    } = await trained({});
    if (record === undefined) throw new Error('nothing recorded');
    expect([...record.start.tensors.keys()]).toEqual([
      'weight/dense:0.weight',
      'weight/batch_normalization:0.weight',
      'weight/batch_normalization:0.bias',
      'weight/batch_normalization:0.running_mean',
      'weight/batch_normalization:0.running_var',
      'weight/dense:1.weight',
      'weight/dense:1.bias',
      'train/inputs',
      'train/targets',
      'order',
      'offsets',
    ]);
    expect(record.start.tensors.get('weight/dense:0.weight')?.shape).toEqual([4, 3]);
    expect(valuesOf(record, 'offsets')).toEqual([0, 8, 16, 24, 30, 38, 46, 54]);
    const source = batches({ rows: 30, batchSize: 8, rng: rng.split('net').split('batches') });
    expect(valuesOf(record, 'order')).toEqual(
      Array.from({ length: 7 }, () => [...source.next().value.indices]).flat(),
    );
    expect(valuesOf(record, 'loss').map(Math.fround)).toEqual(
      history.series('train/loss').values.map(Math.fround),
    );
    expect(valuesOf(record, 'learningRate')).toEqual(Array.from({ length: 7 }, () => RATE));
    expect([...record.trace.tensors.keys()].filter((key) => key.endsWith('dense:1.bias'))).toEqual(
      [1, 2, 5, 7].map((at) => `after/${at}/dense:1.bias`),
    );
    expect(record.kind).toBe('smooth');
  });

  test('one step in detail: the update is −η times the gradient, and the weights fit the trace', async () => {
    const {
      recorded: [record],
    } = await trained({ detail: 2, snapshots: [2, 3] });
    if (record === undefined) throw new Error('nothing recorded');
    const name = 'dense:1.weight';
    expect(valuesOf(record, `detail/before/${name}`)).toEqual(valuesOf(record, `after/2/${name}`));
    const gradient = valuesOf(record, `detail/gradient/${name}`);
    const update = valuesOf(record, `detail/update/${name}`);
    update.forEach((value, index) => expect(value).toBeCloseTo(-RATE * (gradient[index] ?? 0), 6));
    expect(Math.max(...update.map(Math.abs))).toBeGreaterThan(1e-3);
    expect(valuesOf(record, 'detail/loss/')[0]).toBe(valuesOf(record, 'loss')[2]);
    expect(valuesOf(record, 'detail/forward/dense:1')).toHaveLength(16);
    expect(valuesOf(record, 'detail/inputs/')).toHaveLength(24);
  });

  test('a perturbed start differs by the perturbation, by turns', async () => {
    const [plain, shaken] = [await trained({}), await trained({ perturbation: 1e-3 })].map(
      ({ recorded: [record] }) => (record === undefined ? [] : valuesOf(record, 'weight/dense:1.bias')),
    );
    expect(shaken?.map((value, index) => value / (plain?.[index] ?? 1))).toEqual([
      expect.closeTo(1.001, 6),
      expect.closeTo(0.999, 6),
    ]);
  });

  test('what a twin cannot follow is refused by name', async () => {
    await expect(trained({}, { accumulate: 2 })).rejects.toThrow(
      'accumulate is not recorded for a PyTorch twin',
    );
  });
});

describe('a minimization', () => {
  const minimized = async (how: RecordOptions): Promise<RecordedTraining> => {
    const found: RecordedTraining[] = [];
    const { minimize, release } = contextTrainers({
      rng,
      signal: undefined,
      onStep: () => undefined,
      watch: async (training) => recordTraining(training, (each) => void found.push(each), how),
    });
    const optimizer = sgd({ learningRate: 0.25 });
    await minimize('bowl', { objective: (x) => x.square().sum(), start: [4, -2], optimizer, steps: 3 });
    release();
    const [record] = found;
    if (record === undefined) throw new Error('nothing recorded');
    return record;
  };

  test('has its start, its losses and its points: halved at each step', async () => {
    const record = await minimized({});
    expect(record.kind).toBe('function');
    expect(valuesOf(record, 'start')).toEqual([4, -2]);
    expect(valuesOf(record, 'loss')).toEqual([20, 5, 1.25]);
    expect(valuesOf(record, 'after/1/parameters')).toEqual([2, -1]);
    expect(valuesOf(record, 'after/3/parameters')).toEqual([0.5, -0.25]);
  });

  test('one step in detail', async () => {
    const record = await minimized({ detail: 1 });
    expect(valuesOf(record, 'detail/gradient/parameters')).toEqual([4, -2]);
    expect(valuesOf(record, 'detail/update/parameters')).toEqual([-1, 0.5]);
  });

  test('a perturbed start', async () => {
    expect(valuesOf(await minimized({ perturbation: 0.5 }), 'start')).toEqual([6, -1]);
  });
});
