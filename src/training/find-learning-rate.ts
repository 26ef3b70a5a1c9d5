/** The learning-rate range test (Smith 2017, arXiv:1506.01186, section 3.3), read off as fastai does. */
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { type Loss, lossSchema } from '../losses/loss.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { instanceOf, parseOptions } from '../options.ts';
import { Rng } from '../random/rng.ts';
import type { Logs } from './callback.ts';
import { optimizerState } from './optimizer-state.ts';
import { Snapshot } from './stateful.ts';
import { train } from './train.ts';
import { trainableModel } from './trainable-model.ts';
import type { TrainData } from './train-options.ts';

export interface FindLearningRateOptions {
  readonly loss: Loss;
  /** Its learning rate is set aside for the test; groups with rates of their own keep them. */
  readonly optimizer: Optimizer;
  readonly rng: Rng;
  /** The rate of the first update. @default 1e-7 */
  readonly from?: number;
  /** The rate of the last update, if the test gets there. @default 10 */
  readonly to?: number;
  /** Updates, from one rate to the other. @default 100 */
  readonly steps?: number;
  /** @default 32 */
  readonly batchSize?: number;
  /** The share of the running mean that each new loss leaves, in [0, 1); the mean is corrected for its start. @default 0.9 */
  readonly smoothing?: number;
}

export interface LearningRateSearch {
  /** Where the smoothed loss falls fastest against ln η; NaN where it never falls. */
  readonly steepest: number;
  /** The middle of the longest falling subsequence of the smoothed loss, as fastai's `valley`; NaN where it never falls. */
  readonly valley: number;
  /** The rate of each update that was made. */
  readonly learningRates: readonly number[];
  /** The smoothed loss before that update. */
  readonly losses: readonly number[];
}

export const findLearningRateSchema = z
  .strictObject({
    loss: lossSchema,
    optimizer: instanceOf(Optimizer, 'must be an optimizer of this package, such as adam()'),
    rng: instanceOf(Rng, 'must be an Rng, such as Rng.fromSeed(0)'),
    from: z.number().positive().default(1e-7),
    to: z.number().positive().default(10),
    steps: z.int().min(10).default(100),
    batchSize: z.int().positive().default(32),
    smoothing: z.number().min(0).lt(1).default(0.9),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be above from' });

/** The test ends when the smoothed loss is this many times its lowest (of a negative one: as far above it). */
const BLOWN_UP = 4;

/**
 * Trains with a rate that grows from update to update by one factor, until the loss has blown up, and says which rates
 * made it fall. Afterwards the model, its norm statistics and the optimizer are what they were, bit for bit.
 *
 * @example
 * ```ts
 * const { valley } = await findLearningRate(model, data, { loss: crossEntropy(), optimizer: sgd(), rng });
 * ```
 */
export async function findLearningRate(
  model: tf.LayersModel,
  data: TrainData,
  options: FindLearningRateOptions,
): Promise<LearningRateSearch> {
  const checked = parseOptions('findLearningRate', findLearningRateSchema, options);
  const { loss, optimizer, rng, from, to, steps, batchSize, smoothing } = checked;
  const trainable = trainableModel(model, loss);
  const parameters = [...trainable.parameters().values()];
  const fresh = parameters.filter((parameter) => !optimizer.holds([parameter]));
  const before = new Snapshot([trainable, optimizerState(optimizer, trainable)]);
  const { learningRate, step: firstStep } = optimizer;
  const controllers = optimizer.controllers.map((controller) => [controller, controller.host()] as const);
  const factor = Math.exp(Math.log(to / from) / (steps - 1));
  const losses: number[] = [];
  let mean = 0;
  const watch = (step: number, logs: Logs): void => {
    mean = smoothing * mean + (1 - smoothing) * (logs['train/loss'] ?? Number.NaN);
    losses.push(mean / (1 - smoothing ** (step - firstStep + 1)));
    const best = Math.min(...losses);
    if ((losses.at(-1) ?? 0) - best > (BLOWN_UP - 1) * Math.abs(best)) model.stopTraining = true;
  };
  try {
    optimizer.learningRate = (step) => from * factor ** (step - firstStep);
    const history = await train(model, data, {
      loss,
      optimizer,
      rng,
      steps,
      batchSize,
      callbacks: [{ onBatchEnd: watch }],
    });
    const learningRates = history.series('learningRate').values.slice(0, losses.length);
    return { ...suggestions(learningRates, losses), learningRates, losses };
  } finally {
    before.restore();
    before.dispose();
    optimizer.learningRate = learningRate;
    optimizer.restoreStep(firstStep);
    optimizer.release(fresh.filter((parameter) => optimizer.holds([parameter])));
    for (const [controller, state] of controllers) controller.restoreHost(state);
  }
}

/** fastai's `steep` and `valley`, of all points but the first tenth, where a mean over few losses is noise. */
export function suggestions(
  learningRates: readonly number[],
  losses: readonly number[],
): Pick<LearningRateSearch, 'steepest' | 'valley'> {
  const skip = Math.floor(losses.length / 10);
  const rates = learningRates.slice(skip);
  const kept = losses.slice(skip);
  const slopes = kept
    .slice(1)
    .map((loss, i) => (loss - (kept[i] ?? loss)) / Math.log((rates[i + 1] ?? 1) / (rates[i] ?? 1)));
  const steepest = slopes.indexOf(Math.min(...slopes));
  const fall = longestFall(kept);
  return {
    steepest: (slopes[steepest] ?? 0) < 0 ? (rates[steepest] ?? Number.NaN) : Number.NaN,
    valley: fall.length > 1 ? (rates[fall[Math.floor(fall.length / 2)] ?? -1] ?? Number.NaN) : Number.NaN,
  };
}

/** The places of the longest falling subsequence. */
function longestFall(values: readonly number[]): number[] {
  const lengths: number[] = [];
  const previous: number[] = [];
  values.forEach((value, i) => {
    lengths[i] = 1;
    previous[i] = -1;
    for (let j = 0; j < i; j++) {
      if (value < (values[j] ?? value) && (lengths[j] ?? 0) + 1 > (lengths[i] ?? 0)) {
        lengths[i] = (lengths[j] ?? 0) + 1;
        previous[i] = j;
      }
    }
  });
  const fall: number[] = [];
  for (let at = lengths.indexOf(Math.max(...lengths)); at >= 0; at = previous[at] ?? -1) fall.unshift(at);
  return fall;
}
