import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import type { Dataset, Splits } from '../../src/data/dataset.ts';
import { loadDigits } from '../../src/data/load.ts';
import { standardise } from '../../src/data/standardise.ts';
import { dropout } from '../../src/layers/dropout.ts';
import { initialize, torchDefault } from '../../src/layers/initialize.ts';
import { binaryCrossEntropy } from '../../src/losses/binary-cross-entropy.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { accuracy } from '../../src/metrics/accuracy.ts';
import { adam } from '../../src/optimizers/adam.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import type { History } from '../../src/result/history.ts';
import { conditionalWarmup } from '../../src/schedules/conditional-warmup.ts';
import { scaleSchedule } from '../../src/schedules/combine.ts';
import { reduceOnPlateau } from '../../src/schedules/reduce-on-plateau.ts';
import { evaluate } from '../../src/training/evaluate.ts';
import { train } from '../../src/training/train.ts';
import type { TrainOptions } from '../../src/training/train-options.ts';
import { withoutLeak } from '../no-leak.ts';
import { absoluteError, BACKENDS_SMOOTH, CLOSED_FORM_10, relativeError, SINGLE } from '../tolerances.ts';

const line = (): Dataset =>
  datasetFrom({ inputs: [[1], [2], [3], [4], [5]], targets: [2.5, 4, 6.5, 8, 10.5], task: 'regression' });
const linearModel = (): tf.Sequential =>
  tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'zeros' })] });
const weights = (model: tf.LayersModel): number[] =>
  model.getWeights().flatMap((weight) => [...weight.dataSync()]);
const fitLine = (model: tf.LayersModel, options: Partial<TrainOptions>): Promise<History> =>
  train(model, line(), {
    loss: squaredError(),
    optimizer: sgd({ learningRate: 0.01 }),
    rng: Rng.fromSeed(0),
    ...(options.epochs === undefined ? { steps: 4 } : {}),
    ...options,
  });

describe.each(['cpu', 'wasm'] as const)('train on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test('full-batch updates are hand-worked gradient descent', async () => {
    const model = linearModel();
    await fitLine(model, { batchSize: 5, steps: 4 });
    const [x, y] = [
      [1, 2, 3, 4, 5],
      [2.5, 4, 6.5, 8, 10.5],
    ];
    let [w, b] = [0, 0];
    for (let step = 0; step < 4; step++) {
      const residuals = x.map((xi, i) => w * xi + b - (y[i] ?? 0));
      const [gradientW, gradientB] = [
        residuals.map((r, i) => 2 * r * (x[i] ?? 0)),
        residuals.map((r) => 2 * r),
      ];
      w -= 0.01 * (gradientW.reduce((a, c) => a + c) / 5);
      b -= 0.01 * (gradientB.reduce((a, c) => a + c) / 5);
    }
    expect(absoluteError(weights(model), [w, b])).toBeLessThanOrEqual(CLOSED_FORM_10);
  });

  test('a ragged last batch counts by its rows, in the epoch loss and under accumulation', async () => {
    // Rate so small that nothing moves: the mean over the epoch is the loss of all 5 rows.
    const still = linearModel();
    const history = await fitLine(still, {
      batchSize: 2,
      epochs: 1,
      optimizer: sgd({ learningRate: 1e-12 }),
    });
    const exact = [2.5, 4, 6.5, 8, 10.5].reduce((sum, y) => sum + y * y, 0) / 5;
    expect(history.series('train/loss').steps).toEqual([0, 1, 2]);
    expect(absoluteError([history.last('epoch/loss')], [exact])).toBeLessThanOrEqual(SINGLE * exact);

    // One update from micro-batches of 2, 2 and 1 rows is the update from all 5.
    const [whole, parts] = [linearModel(), linearModel()];
    await fitLine(whole, { batchSize: 5, steps: 1 });
    const accumulated = await fitLine(parts, { batchSize: 2, accumulate: 3, steps: 1 });
    expect(absoluteError(weights(parts), weights(whole))).toBeLessThanOrEqual(SINGLE);
    expect(absoluteError([accumulated.last('train/loss')], [exact])).toBeLessThanOrEqual(SINGLE * exact);
  });

  test('class weights: gradient, epoch loss and evaluation are weighted means, however the rows fall into batches', async () => {
    // Zero logits: every loss is ln 2. Weights 1 and 3: the gradient of the bias of class 1 is Σ w (½ − ŷ) / Σ w.
    const data = datasetFrom({ inputs: [[0], [0], [0]], targets: [0, 0, 1], classes: 2 });
    const loss = crossEntropy({ classWeights: [1, 3] });
    const run = async (
      options: Partial<TrainOptions>,
    ): Promise<{ biases: number[]; history: History; model: tf.Sequential }> => {
      const model = tf.sequential({
        layers: [tf.layers.dense({ units: 2, inputShape: [1], kernelInitializer: 'zeros' })],
      });
      const history = await train(model, data, {
        loss,
        optimizer: sgd({ learningRate: 1 }),
        rng: Rng.fromSeed(0),
        epochs: 1,
        ...options,
      });
      return { biases: [...(model.getWeights()[1]?.dataSync() ?? [])], history, model };
    };
    const whole = await run({ batchSize: 3 });
    expect(absoluteError(whole.biases, [-0.1, 0.1])).toBeLessThanOrEqual(SINGLE);
    const parts = await run({ batchSize: 2, accumulate: 2 });
    expect(absoluteError(parts.biases, whole.biases)).toBeLessThanOrEqual(SINGLE);
    expect(
      absoluteError(
        [whole.history.last('epoch/loss'), parts.history.last('epoch/loss')],
        [Math.LN2, Math.LN2],
      ),
    ).toBeLessThanOrEqual(SINGLE);
    const logits = 0.2; // z₁ − z₀ after the update
    const expected = (2 * Math.log1p(Math.exp(logits)) + 3 * Math.log1p(Math.exp(-logits))) / 5;
    const { loss: measured } = await evaluate(whole.model, data, { loss });
    expect(absoluteError([measured], [expected])).toBeLessThanOrEqual(SINGLE);
  });

  test('the penalty of regularizers is in the gradient and in a series of its own, not in the loss', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({
          units: 1,
          inputShape: [1],
          useBias: false,
          kernelInitializer: 'ones',
          kernelRegularizer: tf.regularizers.l2({ l2: 0.5 }),
        }),
      ],
    });
    const history = await train(model, datasetFrom({ inputs: [[1]], targets: [1], task: 'regression' }), {
      loss: squaredError(),
      optimizer: sgd({ learningRate: 0.1 }),
      rng: Rng.fromSeed(0),
      steps: 1,
    });
    // Loss 0 with gradient 0; penalty 0.5 w² = 0.5 with gradient w = 1.
    expect([history.last('train/loss'), history.last('train/penalty')]).toEqual([0, 0.5]);
    expect(absoluteError(weights(model), [0.9])).toBeLessThanOrEqual(SINGLE);
  });

  test('leaves no tensor behind but the slots of the optimizer', async () => {
    const optimizer = sgd({ learningRate: 0.01 });
    await withoutLeak(async () => {
      const model = tf.sequential({
        layers: [
          tf.layers.dense({ units: 3, inputShape: [1], activation: 'tanh' }),
          dropout({ rate: 0.2 }),
          tf.layers.dense({ units: 1 }),
        ],
      });
      await fitLine(model, { optimizer, batchSize: 2, epochs: 3 });
      model.dispose();
    });
  });

  test('a batch whose rows all weigh 0 has no loss and no gradient', async () => {
    const data = datasetFrom({ inputs: [[1], [1]], targets: [0, 0], classes: 2 });
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [1], kernelInitializer: 'zeros' })],
    });
    const history = await train(model, data, {
      loss: crossEntropy({ classWeights: [0, 1] }),
      optimizer: sgd(),
      rng: Rng.fromSeed(0),
      steps: 1,
    });
    expect([history.outcome.kind, history.last('train/loss'), ...weights(model)]).toEqual([
      'completed',
      0,
      0,
      0,
      0,
      0,
    ]);
  });

  test('plain arrays in every part, and in evaluate', async () => {
    const part = { inputs: [[1], [2]], targets: [2, 4], task: 'regression' } as const;
    const model = linearModel();
    const history = await train(model, { train: part, validation: part } as never, {
      loss: squaredError(),
      optimizer: sgd(),
      rng: Rng.fromSeed(0),
      steps: 1,
    });
    expect(history.last('validation/loss')).toBe(
      (await evaluate(model, part, { loss: squaredError() })).loss,
    );
  });

  test('a throw in a loss or a callback leaves no tensor behind, and the weights as before the step', async () => {
    const model = linearModel();
    await fitLine(model, { steps: 1 });
    const before = weights(model);
    const broken = Object.assign(
      (predictions: tf.Tensor): tf.Tensor1D => {
        predictions.tanh().square();
        throw new Error('loss broke');
      },
      { lossName: 'broken', expects: 'predictions', forModelFit: (t: tf.Tensor) => t } as const,
    );
    await withoutLeak(async () => {
      await expect(fitLine(model, { loss: broken })).rejects.toThrow('loss broke');
      await expect(
        fitLine(model, {
          callbacks: [
            {
              onTrainBegin: () => {
                throw new Error('hook broke');
              },
            },
          ],
        }),
      ).rejects.toThrow('hook broke');
    });
    expect(weights(model)).toEqual(before);
  });
});

describe('reproducibility', () => {
  async function digits(rng: Rng): Promise<Splits> {
    return standardise(
      (await loadDigits()).take(Array.from({ length: 300 }, (_, i) => i)).split({ validation: 0.2 }, rng),
    );
  }
  async function trainDigits(
    layers: tf.layers.Layer[],
    seed: number,
    steps: number,
  ): Promise<{ history: History; weights: number[] }> {
    const model = tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: [64] }), ...layers, tf.layers.dense({ units: 10 })],
    });
    const rng = Rng.fromSeed(seed);
    initialize(model, torchDefault, rng.split('start'));
    const history = await train(model, await digits(rng.split('split')), {
      loss: crossEntropy(),
      optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }),
      batchSize: 32,
      steps,
      metrics: [accuracy()],
      rng,
    });
    return { history, weights: weights(model) };
  }
  const tanh = (): tf.layers.Layer => tf.layers.dense({ units: 16, activation: 'tanh' });

  test.each(['cpu', 'wasm'] as const)(
    'the same seed gives the same training, bit for bit, twice in one process on %s',
    async (backend) => {
      await useBackend(backend);
      const run = (seed: number): ReturnType<typeof trainDigits> =>
        trainDigits([tanh(), dropout({ rate: 0.3 })], seed, 20);
      const [one, two, other] = [await run(1), await run(1), await run(2)];
      expect(two.history.data.series).toEqual(one.history.data.series);
      expect(two.weights).toEqual(one.weights);
      expect(other.weights).not.toEqual(one.weights);
    },
  );

  test('wasm and cpu agree on a smooth net over 400 steps', async () => {
    await useBackend('cpu');
    const onCpu = await trainDigits([tanh()], 3, 400);
    await useBackend('wasm');
    const onWasm = await trainDigits([tanh()], 3, 400);
    for (const name of ['train/loss', 'validation/loss']) {
      expect(
        absoluteError(onWasm.history.series(name).values, onCpu.history.series(name).values),
      ).toBeLessThanOrEqual(BACKENDS_SMOOTH);
    }
  });

  test('training in two calls with one optimizer is training in one', async () => {
    await useBackend('cpu');
    const run = async (parts: readonly number[]): Promise<number[]> => {
      const model = tf.sequential({
        layers: [
          tf.layers.inputLayer({ inputShape: [1] }),
          dropout({ rate: 0.3 }),
          tf.layers.dense({ units: 1, kernelInitializer: 'zeros' }),
        ],
      });
      const optimizer = adam({ learningRate: (step) => 0.1 / (1 + step) });
      for (const steps of parts) await fitLine(model, { optimizer, steps, batchSize: 2, accumulate: 2 });
      return weights(model);
    };
    expect(await run([3, 4])).toEqual(await run([7]));
  });
});

describe('how it ends', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test('an update that is not finite is not made; the outcome names step, tensor and rate', async () => {
    const model = linearModel();
    // The first update makes |w| about 5e21, whose square is beyond float32.
    const history = await fitLine(model, { optimizer: sgd({ learningRate: 1e20 }), batchSize: 5, steps: 50 });
    expect(history.outcome).toEqual({ kind: 'diverged', step: 1, tensor: 'loss', learningRate: 1e20 });
    expect(history.steps).toBe(1);
    expect(weights(model).every(Number.isFinite)).toBe(true);
    expect(history.last('train/loss')).toBe(Number.POSITIVE_INFINITY);
  });

  test('a gradient that is not finite is named by its parameter', async () => {
    const model = linearModel();
    const rootLoss = Object.assign(
      (predictions: tf.Tensor, targets: tf.Tensor): tf.Tensor1D =>
        predictions.sub(targets).mul(0).sqrt().reshape([-1]) as tf.Tensor1D,
      {
        lossName: 'root',
        expects: 'predictions',
        forModelFit: (t: tf.Tensor) => t,
      } as const,
    );
    const history = await fitLine(model, { loss: rootLoss });
    expect(history.outcome).toMatchObject({
      kind: 'diverged',
      step: 0,
      tensor: 'gradient of dense:0/kernel',
    });
    expect(weights(model)).toEqual([0, 0]);
  });

  test('finite values whose sum leaves float32 are not a divergence', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({
          units: 2,
          inputShape: [1],
          useBias: false,
          kernelInitializer: tf.initializers.constant({ value: 3e38 }),
        }),
      ],
    });
    const flat = Object.assign((predictions: tf.Tensor): tf.Tensor1D => predictions.mul(0).sum(1), {
      lossName: 'flat',
      expects: 'predictions',
      forModelFit: (t: tf.Tensor) => t,
    } as const);
    const history = await train(
      model,
      datasetFrom({ inputs: [[1]], targets: [[1, 1]], task: 'regression' }),
      {
        loss: flat,
        optimizer: sgd(),
        rng: Rng.fromSeed(0),
        steps: 3,
      },
    );
    expect(history.outcome).toEqual({ kind: 'completed' });
    expect(history.steps).toBe(3);
  });

  test('a signal stops it after the running step', async () => {
    const controller = new AbortController();
    const stop = {
      onBatchEnd: (step: number): void => {
        if (step === 1) controller.abort();
      },
    };
    const history = await fitLine(linearModel(), { steps: 50, signal: controller.signal, callbacks: [stop] });
    expect(history.outcome).toEqual({ kind: 'stopped', by: 'signal' });
    expect(history.steps).toBe(2);
  });

  test('the event loop gets its turn while a training runs', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const history = await fitLine(linearModel(), { steps: 1_000_000, signal: controller.signal });
    expect(history.outcome.kind).toBe('stopped');
  });
});

describe('what it records and calls', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test('validation after each epoch and after the last step, in evaluation mode', async () => {
    const splits = line().split({ validation: 0.4 }, Rng.fromSeed(0));
    const model = tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: [1] }),
        dropout({ rate: 0.5 }),
        tf.layers.dense({ units: 1 }),
      ],
    });
    const history = await train(model, splits, {
      loss: squaredError(),
      optimizer: sgd({ learningRate: 0.01 }),
      batchSize: 2,
      steps: 5,
      rng: Rng.fromSeed(0),
    });
    // 3 training rows: epochs end after updates 2 and 4; the last step is 5.
    expect(history.series('validation/loss').steps).toEqual([2, 4, 5]);
    expect(history.series('epoch/loss').steps).toEqual([2, 4]);
    const now = await evaluate(model, splits.validation, { loss: squaredError() });
    expect(history.last('validation/loss')).toBe(now.loss);
    expect(await evaluate(model, splits.validation, { loss: squaredError() })).toEqual(now);
  });

  test('hooks in order, with true step numbers', async () => {
    const calls: string[] = [];
    const callback = {
      onTrainBegin: ({ firstStep, steps }: { firstStep: number; steps: number }) =>
        void calls.push(`begin ${firstStep} ${steps}`),
      onBatchEnd: async (step: number) => void calls.push(`step ${step}`),
      onEpochEnd: (epoch: number) => void calls.push(`epoch ${epoch}`),
      onTrainEnd: () => void calls.push('end'),
    };
    await fitLine(linearModel(), { batchSize: 3, epochs: 2, callbacks: [callback] });
    expect(calls).toEqual(['begin 0 4', 'step 0', 'step 1', 'epoch 0', 'step 2', 'step 3', 'epoch 1', 'end']);
  });

  test('controllers: a rate that waits for a plateau, and one that waits for a condition', async () => {
    // No epoch is a millionth of the best one: a tenth after each but the first, which sets the best.
    const plateau = reduceOnPlateau({ from: 1e-2, patience: 0, threshold: 0.999999, monitor: 'epoch/loss' });
    const still = await fitLine(linearModel(), {
      batchSize: 5,
      epochs: 4,
      optimizer: sgd({ learningRate: plateau }),
    });
    expect(relativeError(still.series('learningRate').values, [1e-2, 1e-2, 1e-3, 1e-4])).toBeLessThanOrEqual(
      SINGLE,
    );

    const warm = conditionalWarmup({ from: 1e-3, to: 1e-2, monitor: 'epoch/loss', below: 45 });
    const history = await fitLine(linearModel(), {
      batchSize: 5,
      epochs: 4,
      // Inside another schedule it is told as a callback.
      optimizer: sgd({ learningRate: scaleSchedule(warm, 1) }),
      callbacks: [warm],
    });
    const [losses, rates] = [history.series('epoch/loss').values, history.series('learningRate').values];
    const first = losses.findIndex((loss) => loss < 45);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(rates).toEqual(rates.map((_, epoch) => (epoch <= first ? 1e-3 : 1e-2)));
  });

  test('evaluate: means over all rows, in chunks', async () => {
    const rows = 2500;
    const data = datasetFrom({
      inputs: Array.from({ length: rows }, (_, i) => [i % 7]),
      targets: Array.from({ length: rows }, (_, i) => i % 5),
      classes: 7,
    });
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 7, inputShape: [1], kernelInitializer: 'zeros' })],
    });
    const { loss, accuracy: share } = await withoutLeak(() =>
      evaluate(model, data, { loss: crossEntropy(), metrics: [accuracy()] }),
    );
    expect(absoluteError([loss, share], [Math.log(7), 500 / rows])).toBeLessThanOrEqual(SINGLE);
  });
});

describe('what it refuses', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });
  const classes = (): Dataset => datasetFrom({ inputs: [[0], [1]], targets: [0, 1], classes: 2 });
  const dense = (units: number, activation?: 'softmax'): tf.Sequential =>
    tf.sequential({
      layers: [tf.layers.dense({ units, inputShape: [1], ...(activation ? { activation } : {}) })],
    });
  const options = (): TrainOptions => ({
    loss: crossEntropy(),
    optimizer: sgd(),
    steps: 1,
    rng: Rng.fromSeed(0),
  });

  test('softmax heads, with the cure: activation, layer, nested', async () => {
    const layered = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [1] }), tf.layers.softmax()],
    });
    const activated = tf.sequential({
      layers: [
        tf.layers.dense({ units: 2, inputShape: [1] }),
        tf.layers.activation({ activation: 'softmax' }),
      ],
    });
    const nested = tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: [1] }), dense(2, 'softmax')],
    });
    for (const model of [dense(2, 'softmax'), layered, activated, nested]) {
      await expect(train(model, classes(), options())).rejects.toThrow(
        'leave the activation of the last layer out',
      );
    }
  });

  test('sigmoid heads, where the loss takes logits', async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [1], activation: 'sigmoid' })],
    });
    await expect(train(model, classes(), { ...options(), loss: binaryCrossEntropy() })).rejects.toThrow(
      'binaryCrossEntropy takes logits, and the model ends in a sigmoid',
    );
  });

  test('models and data that do not fit', async () => {
    await expect(train(dense(3), classes(), options())).rejects.toThrow(
      'the model gives 3 outputs, and data has 2 classes',
    );
    await expect(train(dense(2), line(), options())).rejects.toThrow(
      'crossEntropy targets: expected shape [rows] or [rows, 2], received [5, 1]',
    );
    await expect(train(dense(2), line(), { ...options(), loss: squaredError() })).rejects.toThrow(
      'targets of data: expected shape [rows, 2], received [5, 1]',
    );
    const soft = datasetFrom({
      inputs: [[0], [1]],
      targets: [
        [0.5, 0.5],
        [0.5, 0.6],
      ],
      task: 'regression',
    });
    await expect(train(dense(2), soft, options())).rejects.toThrow(
      'crossEntropy targets: row 1 (counted from 0) must be a distribution with sum 1, received numbers with sum 1.1',
    );
    await expect(train(dense(2), classes(), { ...options(), loss: squaredError() })).rejects.toThrow(
      'squaredError wants numbers as targets',
    );
    const wide = datasetFrom({ inputs: [[0, 1]], targets: [0], classes: 2 });
    await expect(train(dense(2), wide, options())).rejects.toThrow(
      'inputs of data: expected shape [rows, 1], received [1, 2]',
    );
    const frozen = dense(2);
    frozen.trainable = false;
    await expect(train(frozen, classes(), options())).rejects.toThrow('no trainable weights');
  });

  test('metrics without a validation split, and probabilities behind layers without weights', async () => {
    await expect(train(dense(2), classes(), { ...options(), metrics: [accuracy()] })).rejects.toThrow(
      'metrics are measured on a validation split, and there is none (give validation: 0.1, or split the data: data.split({ validation: 0.1 }, rng))',
    );
    const behind = tf.sequential({
      layers: [
        tf.layers.dense({ units: 2, inputShape: [1], activation: 'softmax' }),
        tf.layers.dropout({ rate: 0.1 }),
        tf.layers.reshape({ targetShape: [2] }),
      ],
    });
    await expect(train(behind, classes(), options())).rejects.toThrow('the model ends in a softmax');
  });

  test('wrong options, all at once', async () => {
    const wrong = { ...options(), optimizer: 'adam', batchSize: 0, epochs: 2, batchsize: 3 } as never;
    await expect(train(dense(2), classes(), wrong)).rejects.toThrow(
      'train: optimizer must be an optimizer of this package, such as adam(), received "adam"; batchSize must be > 0, received 0; batchsize is not an option, received 3 (did you mean "batchSize"?)',
    );
    await expect(train(dense(2), classes(), { ...options(), epochs: 2 })).rejects.toThrow(
      'steps or epochs must be given, and not both',
    );
  });
});
