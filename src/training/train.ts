/** `train`: a `tf.LayersModel`, data, a loss, an optimizer. */
import type * as tf from '@tensorflow/tfjs';
import type { History } from '../result/history.ts';
import { checkTrainOptions, type TrainData, type TrainOptions } from './train-options.ts';
import { Training } from './training.ts';

/**
 * Trains a model in place and returns what happened. It prints nothing.
 *
 * Series of the history: `train/loss` and `learningRate` at every step (`train/penalty` too where the model has
 * regularizers, and what `record` asks for), measured at the parameters before the update; `epoch/loss`, the mean of the
 * step losses weighted by rows, and `validation/loss`, `validation/<metric>` in evaluation mode after each epoch and
 * after the last step. The penalty of regularizers is in no loss: it is minimized with the loss and reported apart.
 *
 * A training that leaves the finite numbers stops at that step, keeps the state before it and says so in
 * `history.outcome`. Called again with the same optimizer, it goes on where it was: step numbers, batch order and masks
 * continue. With `checkpoint` and `resume` an interrupted training goes on as if it had not been interrupted, bit for bit.
 *
 * Weights are initialised by the model's own initializers, which tfjs draws from `Math.random`; for a training that
 * repeats, call `initialize(model, …, rng)` first. A frozen batch normalization, tfjs's own too, keeps its statistics.
 *
 * Throws an OptionError for options, a ShapeError, DataError or ModelError for what does not fit together, before the
 * first step; a DataError for a checkpoint that is damaged or of another training.
 *
 * @example
 * ```ts
 * const history = await train(model, data, {
 *   loss: crossEntropy(),
 *   optimizer: adamW({ learningRate: 1e-3 }),
 *   epochs: 2,
 *   validation: 0.1,
 *   metrics: [accuracy()],
 *   rng,
 * });
 * history.at('validation/accuracy').best; // { step, value }
 * ```
 */
export async function train(model: tf.LayersModel, data: TrainData, options: TrainOptions): Promise<History> {
  return new Training(model, data, checkTrainOptions(options)).run();
}
