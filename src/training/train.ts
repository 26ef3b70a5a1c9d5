/** `train`: a `tf.LayersModel`, a data set, a loss, an optimizer. */
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { batches as batchRows, batchesPerEpoch } from '../data/batches.ts';
import { asDataset, type DatasetOptions } from '../data/dataset-from.ts';
import { Dataset, type Splits } from '../data/dataset.ts';
import { OptionError } from '../errors.ts';
import { seedStockLayers } from '../layers/stock-randomness.ts';
import type { Loss } from '../losses/loss.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Clipping } from '../optimizers/clip.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { instanceOf, parseOptions } from '../options.ts';
import { Rng } from '../random/rng.ts';
import type { History } from '../result/history.ts';
import { batchOf } from './batch-data.ts';
import { type Callback, callHooks } from './callback.ts';
import { evaluate } from './evaluate.ts';
import { runLoop, type StepRecord } from './loop.ts';
import { checkModelFits } from './model-fits.ts';
import { Recorder } from './recorder.ts';
import { trainableModel } from './trainable-model.ts';
import { WeightAverage } from './weight-average.ts';

export interface TrainOptions {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Decides the order of the batches and every mask; the same rng gives the same training, bit for bit. */
  readonly rng: Rng;
  /** Optimizer updates to make; this or `epochs`. */
  readonly steps?: number;
  /** Passes over the training data; this or `steps`. */
  readonly epochs?: number;
  /** Rows of a batch; the last one of an epoch may be smaller, and counts by its rows. @default 32 */
  readonly batchSize?: number;
  /** Batches whose gradients are averaged into one update, weighted by rows. @default 1 */
  readonly accumulate?: number;
  /** Applied to the gradients of each update: `clipByGlobalNorm({ maxNorm: 1 })`. @default none */
  readonly clip?: Clipping;
  /**
   * Keep a running average of the weights, `decay` of it from update to update. Validation measures the average, and
   * the model has it when the training ends: another call starts from there, with a new average. @default none
   */
  readonly averageWeights?: { readonly decay: number };
  /** Measured on the validation split after each epoch. @default [] */
  readonly metrics?: readonly Metric[];
  /** @default [] */
  readonly callbacks?: readonly Callback[];
  /** Stops after the running step; the history's outcome is then `stopped`. */
  readonly signal?: AbortSignal;
}

/** Training data: a data set, its splits, or plain arrays. */
export type TrainData = Dataset | Splits | DatasetOptions;

const count = z.int().positive();
const schema = z
  .strictObject({
    loss: z.custom<Loss>(
      (value) => typeof value === 'function' && 'lossName' in value,
      'must be a loss, such as crossEntropy()',
    ),
    optimizer: instanceOf(Optimizer, 'must be an optimizer of this package, such as adam()'),
    rng: instanceOf(Rng, 'must be an Rng, such as Rng.fromSeed(0)'),
    steps: count.optional(),
    epochs: count.optional(),
    batchSize: count.default(32),
    accumulate: count.default(1),
    clip: z
      .custom<Clipping>(
        (value) => typeof value === 'object' && value !== null && 'transform' in value,
        'must be a clipping, such as clipByGlobalNorm({ maxNorm: 1 })',
      )
      .optional(),
    averageWeights: z.strictObject({ decay: z.number().min(0).lt(1) }).optional(),
    metrics: z
      .array(
        z.custom<Metric>(
          (value) => typeof value === 'object' && value !== null && 'perExample' in value,
          'must be a metric, such as accuracy()',
        ),
      )
      .default([]),
    callbacks: z
      .array(
        z.custom<Callback>(
          (value) => typeof value === 'object' && value !== null,
          'must be an object of hooks',
        ),
      )
      .default([]),
    signal: instanceOf(AbortSignal, 'must be an AbortSignal').optional(),
  })
  .refine(({ steps, epochs }) => (steps === undefined) !== (epochs === undefined), {
    path: ['steps'],
    message: 'or epochs must be given, and not both',
  });

/**
 * Trains a model in place and returns what happened. It prints nothing.
 *
 * Series of the history: `train/loss` and `learningRate` at every step (`train/penalty` too where the model has
 * regularizers), measured at the parameters before the update; `epoch/loss`, the mean of the step losses weighted by
 * rows, and `validation/loss`, `validation/<metric>` in evaluation mode after each epoch and after the last step.
 *
 * A training that leaves the finite numbers stops at that step, keeps the state before it and says so in
 * `history.outcome`. Called again with the same optimizer, it goes on where it was: step numbers, batch order and
 * masks continue. Weights are initialised by the model's own initializers, which tfjs draws from `Math.random`; for a
 * training that repeats, call `initialize(model, …, rng)` first. A frozen batch normalization of tfjs still moves its
 * statistics (Keras's does not).
 */
export async function train(model: tf.LayersModel, data: TrainData, options: TrainOptions): Promise<History> {
  const parsed = parseOptions('train', schema, options);
  const { loss, optimizer, rng, batchSize, accumulate, metrics, callbacks, signal, clip } = parsed;
  const { train: training, validation } = splitsOf(data);
  if (metrics.length > 0 && validation === null) {
    const hint = 'split the data: data.split({ validation: 0.1 }, rng)';
    throw new OptionError('train', [
      { path: 'metrics', rule: 'are measured on a validation split, and there is none', hint },
    ]);
  }
  for (const part of [training, ...(validation ? [validation] : [])]) checkModelFits(model, part, loss);
  const trainable = trainableModel(model, loss);
  const updatesPerEpoch = Math.ceil(batchesPerEpoch(training.rows, batchSize) / accumulate);
  const steps = parsed.steps ?? (parsed.epochs ?? 0) * updatesPerEpoch;

  const recorder = new Recorder();
  const firstStep = optimizer.step;
  const order = updateOrder(training.rows, batchSize, accumulate, rng.split('batches'), firstStep);
  const epochLoss = new RunningMean();
  const restoreStock = seedStockLayers(model);
  const average =
    parsed.averageWeights &&
    new WeightAverage(trainable.parameters(), parsed.averageWeights.decay, firstStep);
  const parts = { gradients: clip ? [clip] : [], after: average ? [average] : [] };
  try {
    await callHooks(callbacks, 'onTrainBegin', { firstStep, steps });
    let update = order.next().value;
    const outcome = await runLoop({
      trainable,
      optimizer,
      parts,
      rng: rng.split('steps'),
      steps,
      signal,
      microBatches: () => update.map(({ indices }) => batchOf(training, indices)),
      async onStep(record, made) {
        recordStep(recorder, record);
        if (!made) return;
        epochLoss.add(record.loss, record.weight);
        await callHooks(callbacks, 'onBatchEnd', record.step, recorder.logs());
        const last = update.at(-1);
        const ends = last?.last === true;
        if (ends) recorder.add('epoch/loss', optimizer.step, epochLoss.take());
        if (validation && (ends || optimizer.step === firstStep + steps)) {
          const measure = (): Promise<Record<string, number>> =>
            evaluate(model, validation, { loss, metrics });
          const values = await recorder.evaluating(() => withAverage(average, measure));
          recordValidation(recorder, optimizer.step, values, metrics);
        }
        if (ends) await callHooks(callbacks, 'onEpochEnd', last.epoch, recorder.logs());
        update = order.next().value;
      },
    });
    if (optimizer.step > firstStep) average?.swap();
    await callHooks(callbacks, 'onTrainEnd', recorder.logs());
    return recorder.finish(outcome, optimizer.step - firstStep);
  } finally {
    restoreStock();
    average?.dispose();
  }
}

/** Runs `work` while the model has its averaged weights, where they are kept. */
async function withAverage<Result>(
  average: WeightAverage | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  average?.swap();
  try {
    return await work();
  } finally {
    average?.swap();
  }
}

function splitsOf(data: TrainData): { train: Dataset; validation: Dataset | null } {
  if (data instanceof Dataset || !('train' in data)) return { train: asDataset(data), validation: null };
  return { train: asDataset(data.train), validation: data.validation && asDataset(data.validation) };
}

/** The micro-batches of each update, from update `from` on; an update does not reach across the end of an epoch. */
function* updateOrder(
  rows: number,
  batchSize: number,
  accumulate: number,
  rng: Rng,
  from: number,
): Generator<BatchRowsList, never> {
  const perEpoch = batchesPerEpoch(rows, batchSize);
  const updatesPerEpoch = Math.ceil(perEpoch / accumulate);
  const firstBatch = Math.floor(from / updatesPerEpoch) * perEpoch + (from % updatesPerEpoch) * accumulate;
  const source = batchRows({ rows, batchSize, rng, from: firstBatch });
  for (;;) {
    const update = [source.next().value];
    while (update.length < accumulate && update.at(-1)?.last === false) update.push(source.next().value);
    yield update;
  }
}

type BatchRowsList = ReturnType<ReturnType<typeof batchRows>['next']>['value'][];

function recordStep(recorder: Recorder, { step, loss, penalty, learningRate }: StepRecord): void {
  recorder.add('train/loss', step, loss);
  if (penalty !== 0) recorder.add('train/penalty', step, penalty);
  recorder.add('learningRate', step, learningRate);
}

function recordValidation(
  recorder: Recorder,
  step: number,
  values: Readonly<Record<string, number>>,
  metrics: readonly Metric[],
): void {
  for (const [name, value] of Object.entries(values)) {
    const metric = metrics.find(({ metricName }) => metricName === name);
    recorder.add(`validation/${name}`, step, value, metric?.better ?? 'lower');
  }
}

/** A weighted mean, in float64. */
class RunningMean {
  #sum = 0;
  #weight = 0;

  add(value: number, weight: number): void {
    this.#sum += value * weight;
    this.#weight += weight;
  }

  /** The mean so far; starts again. */
  take(): number {
    const mean = this.#sum / this.#weight;
    this.#sum = 0;
    this.#weight = 0;
    return mean;
  }
}
