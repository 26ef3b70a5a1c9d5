/** Every option of `train`: a hand-worked number, or what changes when it is ignored. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { DataError, DivergenceError, ModelError, OptionError } from '../../src/errors.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { accuracy } from '../../src/metrics/accuracy.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import type { History } from '../../src/result/history.ts';
import type { Callback, Logs } from '../../src/training/callback.ts';
import { evaluate } from '../../src/training/evaluate.ts';
import type { BatchStream } from '../../src/training/stream-source.ts';
import { train } from '../../src/training/train.ts';
import type { TrainData, TrainOptions } from '../../src/training/train-options.ts';
import { withoutLeak } from '../no-leak.ts';
import { absoluteError, relativeError, SINGLE } from '../tolerances.ts';

const rng = Rng.fromSeed(3);
const INPUTS = [1, 2, 3, 4, 5];
const TARGETS = [2.5, 4, 6.5, 8, 10.5];
const line = (weights?: number[]): Dataset =>
  datasetFrom({
    inputs: INPUTS.map((x) => [x]),
    targets: TARGETS,
    task: 'regression',
    ...(weights && { weights }),
  });
const linear = (): tf.LayersModel =>
  tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'zeros' })] });
const classes = (): Dataset =>
  datasetFrom({ inputs: INPUTS.map((x) => [x]), targets: [0, 1, 0, 0, 0], classes: 2 });
const scores = (): tf.LayersModel =>
  tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [1], kernelInitializer: 'zeros' })] });
const weightsOf = (model: tf.LayersModel): number[] => model.getWeights().flatMap((w) => [...w.dataSync()]);
const fit = (
  model: tf.LayersModel,
  data: TrainData,
  { steps = 1, ...options }: Partial<TrainOptions> = {},
): Promise<History> =>
  train(model, data, {
    loss: squaredError(),
    optimizer: sgd({ learningRate: 0.01 }),
    rng,
    batchSize: 5,
    ...(options.epochs === undefined && { steps }),
    ...options,
  });
/** w and b after one step from 0 on rows that count `weights`: η times the weighted mean of 2 y x and of 2 y. */
const stepFrom0 = (weights: readonly number[]): number[] => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (of: (i: number) => number): number =>
    weights.reduce((sum, weight, i) => sum + weight * of(i), 0) / total;
  return [
    0.01 * mean((i) => 2 * (TARGETS[i] ?? 0) * (INPUTS[i] ?? 0)),
    0.01 * mean((i) => 2 * (TARGETS[i] ?? 0)),
  ];
};

beforeAll(async () => {
  await useBackend('cpu');
});

describe('what the rows count', () => {
  test('weights of the rows: the gradient, the losses and the evaluation are weighted means', async () => {
    const weights = [3, 0, 1, 0.5, 0];
    const model = linear();
    const history = await fit(model, line(weights));
    expect(absoluteError(weightsOf(model), stepFrom0(weights))).toBeLessThanOrEqual(SINGLE);
    const loss = TARGETS.reduce((sum, y, i) => sum + (weights[i] ?? 0) * y * y, 0) / 4.5;
    expect(relativeError([history.last('train/loss')], [loss])).toBeLessThanOrEqual(SINGLE);
    const { loss: evaluated } = await evaluate(linear(), line(weights), { loss: squaredError() });
    expect(relativeError([evaluated], [loss])).toBeLessThanOrEqual(SINGLE);
  });

  test('in ragged and accumulated batches too', async () => {
    const weights = [3, 0, 1, 0.5, 2];
    const [whole, parts] = [linear(), linear()];
    await fit(whole, line(weights));
    await fit(parts, line(weights), { batchSize: 2, accumulate: 3 });
    expect(relativeError(weightsOf(parts), weightsOf(whole))).toBeLessThanOrEqual(SINGLE);
  });

  test('class weights: numbers, or balanced; the same as the weights of their rows', async () => {
    const loss = crossEntropy();
    const byRow = async (weights: number[]): Promise<number[]> => {
      const model = scores();
      const data = classes();
      const rows = datasetFrom({ inputs: data.inputs, targets: data.targets, classes: 2, weights });
      await fit(model, rows, { loss });
      return weightsOf(model);
    };
    const byClass = async (classWeights: 'balanced' | number[]): Promise<number[]> => {
      const model = scores();
      await fit(model, classes(), { loss, classWeights });
      return weightsOf(model);
    };
    expect(await byClass([1, 4])).toEqual(await byRow([1, 4, 1, 1, 1]));
    // 5 / (2 · 4) and 5 / (2 · 1)
    expect(await byClass('balanced')).toEqual(await byRow([0.625, 2.5, 0.625, 0.625, 0.625]));
    await expect(byClass([1, 2, 3])).rejects.toThrow('classWeights must be 2 numbers, one per class');
    await expect(fit(linear(), line(), { classWeights: 'balanced' })).rejects.toThrow('need classes');
    const twice = fit(scores(), classes(), {
      loss: crossEntropy({ classWeights: [1, 2] }),
      classWeights: 'balanced',
    });
    await expect(twice).rejects.toThrow('stand in the loss already');
  });

  test('bad weights are data errors', () => {
    expect(() => line([1, 2])).toThrow('[5], one number a row');
    expect(() => line([1, 1, -1, 1, 1])).toThrow('row 2 must be >= 0, received -1');
    expect(() => line([0, 0, 0, 0, 0])).toThrow('at least one row');
    expect(() => line([1, 1, Number.NaN, 1, 1])).toThrow(DataError);
  });
});

describe('batches', () => {
  test('dropRemainder leaves the small batch out: every update has full batches', async () => {
    const steps = async (options: Partial<TrainOptions>): Promise<number> =>
      (await fit(linear(), line(), { batchSize: 2, epochs: 3, ...options })).steps;
    expect(await steps({})).toBe(9);
    expect(await steps({ dropRemainder: true })).toBe(6);
    expect(await steps({ dropRemainder: true, accumulate: 2 })).toBe(3);
    await expect(steps({ dropRemainder: true, batchSize: 6 })).rejects.toThrow(
      'leaves no batch of 6 in 5 rows',
    );
  });

  test('a batch norm that would meet a single row is refused before the first step, with the cure', async () => {
    const model = (): tf.LayersModel =>
      tf.sequential({
        layers: [batchNormalization({ inputShape: [1] }), tf.layers.dense({ units: 1 })],
      });
    const run = (options: Partial<TrainOptions>): Promise<History> =>
      fit(model(), line(), { batchSize: 2, epochs: 1, ...options });
    await expect(run({})).rejects.toThrow(ModelError);
    await expect(run({})).rejects.toThrow(
      'batch_normalization:0 needs at least 2 rows in a batch, and 5 rows in batches of 2 leave one of 1; set dropRemainder: true, or another batchSize',
    );
    await expect(run({ batchSize: 1 })).rejects.toThrow('take a larger batchSize');
    expect((await run({ dropRemainder: true })).steps).toBe(2);
    expect((await run({ batchSize: 3 })).steps).toBe(2);
  });

  test('mixup blends each row with its partner: hand-worked for one update', async () => {
    const model = linear();
    let seen: number[] = [];
    const spy: Callback = { onTrainEnd: () => void (seen = weightsOf(model)) };
    await fit(model, line(), { mixup: { alpha: 0.7 }, callbacks: [spy] });
    const plain = linear();
    await fit(plain, line());
    expect(seen).not.toEqual(weightsOf(plain));
    // Σ over rows of 2 y x is a quadratic form of the blend: λ² + (1 − λ)² of the rows, 2 λ (1 − λ) of the pairs.
    // The gradient of b is linear, and the blend keeps the mean: it must be that of the plain rows.
    expect(relativeError(seen.slice(1), weightsOf(plain).slice(1))).toBeLessThanOrEqual(SINGLE);
    const again = linear();
    await fit(again, line(), { mixup: { alpha: 0.7 } });
    expect(weightsOf(again)).toEqual(seen);
  });

  test('mixup makes distributions of classes: the loss is λ L(y) + (1 − λ) L(partner)', async () => {
    const model = scores();
    const history = await fit(model, classes(), { loss: crossEntropy(), mixup: { alpha: 1 }, steps: 3 });
    expect(relativeError([history.series('train/loss').values[0] ?? 0], [Math.log(2)])).toBeLessThanOrEqual(
      SINGLE,
    );
    await expect(fit(scores(), classes(), { mixup: { alpha: 0 } })).rejects.toThrow(OptionError);
  });
});

describe('validation', () => {
  test('a share of the rows, taken at random with the classes in proportion, never the tail', async () => {
    const rows = 40;
    const targets = Array.from({ length: rows }, (_, i) => (i < 30 ? 0 : 1)); // sorted: a tail would be one class
    const data = datasetFrom({ inputs: targets.map((t) => [t]), targets, classes: 2 });
    // Scores that always say class 0: its accuracy is the share of class 0 in the validation rows.
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [1], kernelInitializer: 'zeros', trainable: true })],
    });
    const history = await fit(model, data, {
      loss: crossEntropy(),
      optimizer: sgd({ learningRate: 1e-9 }),
      validation: 0.2,
      metrics: [accuracy()],
      epochs: 1,
    });
    expect(history.last('validation/accuracy')).toBe(0.75);
    expect(history.steps).toBe(Math.ceil(32 / 5));
  });

  test('other rows, or arrays; not given twice, not a share of a stream', async () => {
    const other = { inputs: [[2]], targets: [1.5], task: 'regression' } as const;
    const history = await fit(linear(), line(), {
      optimizer: sgd({ learningRate: 1e-9 }),
      validation: other,
    });
    expect(relativeError([history.last('validation/loss')], [2.25])).toBeLessThanOrEqual(SINGLE);
    const parts = line().split({ validation: 0.2 }, rng);
    await expect(fit(linear(), parts, { validation: 0.2 })).rejects.toThrow('give it once');
    await expect(fit(linear(), () => [], { validation: 0.2 })).rejects.toThrow(
      'cannot be a share of a stream',
    );
    await expect(fit(linear(), line(), { validation: 1 })).rejects.toThrow('validation must be < 1');
  });
});

describe('what is recorded', () => {
  test('gradient norm before clipping, and the ratio of update to weights: hand-worked', async () => {
    const model = linear();
    model.setWeights([tf.tensor2d([[1]]), tf.tensor1d([2])]);
    const history = await fit(model, line(), { record: ['updateRatio', 'gradientNorm'] });
    const residuals = INPUTS.map((x, i) => x + 2 - (TARGETS[i] ?? 0));
    const gradient = [
      residuals.reduce((sum, r, i) => sum + (2 * r * (INPUTS[i] ?? 0)) / 5, 0),
      residuals.reduce((sum, r) => sum + (2 * r) / 5, 0),
    ];
    const norm = Math.hypot(...gradient);
    expect(relativeError([history.last('train/gradientNorm')], [norm])).toBeLessThanOrEqual(SINGLE);
    expect(
      relativeError([history.last('train/updateRatio')], [(0.01 * norm) / Math.hypot(1, 2)]),
    ).toBeLessThanOrEqual(10 * SINGLE);
    expect((await fit(linear(), line())).names).not.toContain('train/gradientNorm');
  });

  test('time is told by phase', async () => {
    const { timings } = await fit(linear(), line(), { validation: line() });
    for (const phase of ['dataSeconds', 'evaluationSeconds'] as const)
      expect(timings[phase]).toBeGreaterThan(0);
    expect(timings.checkpointSeconds).toBeGreaterThanOrEqual(0);
  });
});

describe('streams', () => {
  const batchesOf = function* (epoch: number): Generator<{ xs: tf.Tensor; ys: tf.Tensor }> {
    for (const first of epoch % 2 === 0 ? [0, 2, 4] : [0, 2])
      yield {
        xs: tf.tensor2d(INPUTS.slice(first, first + 2), [Math.min(2, 5 - first), 1]),
        ys: tf.tensor2d(TARGETS.slice(first, first + 2), [Math.min(2, 5 - first), 1]),
      };
  };

  test('a generator: its batches, its epochs, its end; all tensors are freed', async () => {
    const epochs: (number | string)[] = [];
    const optimizer = sgd({ learningRate: 0.01 });
    const model = linear();
    await fit(model, batchesOf, { optimizer });
    optimizer.restoreStep(0);
    await withoutLeak(async () => {
      const history = await fit(model, batchesOf, {
        optimizer,
        epochs: 3,
        callbacks: [
          { onEpochEnd: (epoch) => void epochs.push(epoch), onBatchEnd: () => void epochs.push('·') },
        ],
      });
      expect(history.steps).toBe(8);
      expect(history.outcome).toEqual({ kind: 'completed' });
    });
    expect(epochs).toEqual(['·', '·', '·', 0, '·', '·', 1, '·', '·', '·', 2]);
  });

  test('the same batches in the same order train the same weights as a data set of one batch', async () => {
    const [streamed, whole] = [linear(), linear()];
    const one: BatchStream = () => [
      {
        inputs: tf.tensor2d(INPUTS, [5, 1]),
        targets: tf.tensor2d(TARGETS, [5, 1]),
        weights: tf.tensor1d([1, 2, 1, 1, 1]),
      },
    ];
    await fit(streamed, one, { steps: 3 });
    await fit(whole, line([1, 2, 1, 1, 1]), { steps: 3 });
    expect(relativeError(weightsOf(streamed), weightsOf(whole))).toBeLessThanOrEqual(SINGLE);
  });

  test('tf.data, accumulated, and stopped in the middle without a leak', async () => {
    const model = linear();
    const optimizer = sgd({ learningRate: 0.01 });
    const data = tf.data.generator(() => batchesOf(0) as never) as never as TrainData;
    await fit(model, data, { optimizer });
    await withoutLeak(async () => {
      const history = await fit(model, data, { optimizer, steps: 3, accumulate: 2 });
      expect(history.steps).toBe(3);
    });
    const optimizerOfAll = sgd({ learningRate: 0.01 });
    const [all, accumulated] = [linear(), linear()];
    await fit(all, line());
    await fit(accumulated, data, { accumulate: 3, optimizer: optimizerOfAll });
    expect(relativeError(weightsOf(accumulated), weightsOf(all))).toBeLessThanOrEqual(SINGLE);
  });

  test.each<[string, BatchStream, string]>([
    ['an empty epoch', () => [], 'the stream gave no batch in epoch 0'],
    ['something else', () => [1 as never], 'a batch of a stream must be { inputs, targets } or { xs, ys }'],
    ['another shape', () => [{ xs: tf.zeros([2, 3]), ys: tf.zeros([2, 1]) }], 'inputs of a batch'],
    ['fewer targets', () => [{ xs: tf.zeros([2, 1]), ys: tf.zeros([1, 1]) }], 'as many rows as the inputs'],
    [
      'a throw',
      () => {
        throw new Error('disk gone');
      },
      'disk gone',
    ],
  ])('%s is an error, and leaks nothing', async (_, stream, message) => {
    const model = linear();
    const optimizer = sgd({ learningRate: 0.01 });
    await fit(model, line(), { optimizer });
    await withoutLeak(async () => {
      await expect(fit(model, stream, { optimizer })).rejects.toThrow(message);
    });
  });
});

describe('callbacks', () => {
  test('the hooks of Keras, in order, and stopTraining from any of them', async () => {
    const calls: string[] = [];
    const note = (name: string) => (at: unknown) =>
      void calls.push(`${name} ${typeof at === 'number' ? at : ''}`.trim());
    const model = linear();
    const history = await fit(model, line(), {
      batchSize: 3,
      epochs: 9,
      validation: line(),
      callbacks: [
        {
          onTrainBegin: note('begin'),
          onEpochBegin: note('epoch begins'),
          onBatchBegin: note('batch begins'),
          onBatchEnd(step) {
            note('batch')(step);
            if (step === 2) model.stopTraining = true;
          },
          onValidationEnd: note('validated'),
          onEpochEnd: note('epoch'),
          onTrainEnd: note('end'),
        },
      ],
    });
    expect(calls).toEqual([
      'begin',
      'epoch begins 0',
      'batch begins 0',
      'batch 0',
      'batch begins 1',
      'batch 1',
      'validated 1',
      'epoch 0',
      'epoch begins 1',
      'batch begins 2',
      'batch 2',
      'end',
    ]);
    expect(history.outcome).toEqual({ kind: 'stopped', by: 'callback' });
    expect(Object.hasOwn(model, 'stopTraining')).toBe(false);
  });

  test('callbacks of tfjs work: a CustomCallback sees its names, its earlyStopping stops', async () => {
    const seen: string[] = [];
    const custom = new tf.CustomCallback({
      onEpochEnd: (epoch, logs: Logs = {}) =>
        void seen.push(
          `${epoch} ${Object.keys(logs)
            .filter((name) => /loss/.test(name))
            .toSorted()
            .join(' ')}`,
        ),
    });
    const history = await fit(linear(), line(), {
      epochs: 30,
      optimizer: sgd({ learningRate: 1e-12 }),
      validation: line(),
      callbacks: [custom, tf.callbacks.earlyStopping({ monitor: 'val_loss', patience: 2 })],
    });
    expect(seen).toHaveLength(3);
    expect(seen[0]).toBe('0 epoch/loss loss train/loss val_loss validation/loss');
    expect(history.outcome).toEqual({ kind: 'stopped', by: 'callback' });
  });

  test('a passive callback hears of every step in order, before any later hook', async () => {
    const heard: string[] = [];
    await fit(linear(), line(), {
      batchSize: 2,
      epochs: 2,
      callbacks: [
        {
          passive: true,
          onBatchEnd: (step, logs) => void heard.push(`${step} ${logs['learningRate']}`),
          onEpochEnd: (epoch) => void heard.push(`epoch ${epoch}`),
          onTrainEnd: () => void heard.push('end'),
        },
      ],
    });
    expect(heard).toEqual([
      '0 0.01',
      '1 0.01',
      '2 0.01',
      'epoch 0',
      '3 0.01',
      '4 0.01',
      '5 0.01',
      'epoch 1',
      'end',
    ]);
  });
});

test('onDivergence: an outcome, or an error with step, tensor and rate', async () => {
  const options = { optimizer: sgd({ learningRate: 1e30 }), steps: 20 };
  const history = await fit(linear(), line(), options);
  expect(history.outcome).toMatchObject({ kind: 'diverged', learningRate: 1e30 });
  const thrown = fit(linear(), line(), {
    ...options,
    optimizer: sgd({ learningRate: 1e30 }),
    onDivergence: 'throw',
  });
  await expect(thrown).rejects.toThrow(DivergenceError);
  await expect(thrown).rejects.toMatchObject({
    step: history.outcome.kind === 'diverged' ? history.outcome.step : -1,
  });
});
