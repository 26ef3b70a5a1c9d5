/** Where a training stands, as far as the optimizer's count of updates does not tell. */
import { z } from 'zod';
import type * as tf from '@tensorflow/tfjs';
import { DataError } from '../errors.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { type Json, stringifyJson } from '../result/json.ts';
import type { LearningRate } from '../schedules/schedule.ts';
import type { CheckpointPart } from './checkpoint.ts';

const count = z.int().min(0);
const stored = z.strictObject({
  firstStep: count,
  firstEpoch: count.nullable(),
  epochsPassed: count,
  stoppedBy: z.string().nullable(),
  epochLoss: z.tuple([z.number(), z.number()]),
  learningRate: z.union([z.number(), z.literal('another schedule')]).nullable(),
});

export class Progress implements CheckpointPart {
  readonly #optimizer: Optimizer;
  /** Null where it had been set before this process took over. */
  #rateAtStart: LearningRate | null;
  /** The optimizer's count when the training began; of a resumed one, when it first began. */
  firstStep: number;
  /** The first epoch that began in it; null before. */
  firstEpoch: number | null = null;
  /** Epochs that began and ended in it. */
  epochsPassed = 0;
  /** Who stopped the training before its planned end; null while nobody has. */
  stoppedBy: string | null = null;
  /** Σ loss · weight and Σ weight of the open epoch, in float64. */
  #epochLoss: [sum: number, weight: number] = [0, 0];

  constructor(optimizer: Optimizer) {
    this.#optimizer = optimizer;
    this.#rateAtStart = optimizer.learningRate;
    this.firstStep = optimizer.step;
  }

  /** Updates made. */
  get made(): number {
    return this.#optimizer.step - this.firstStep;
  }

  /** Takes note of an epoch's first or last update. */
  epochBegins(epoch: number): void {
    this.firstEpoch ??= epoch;
  }

  epochEnds(epoch: number): void {
    if (this.firstEpoch !== null) this.epochsPassed = epoch + 1 - this.firstEpoch;
  }

  addLoss(loss: number, weight: number): void {
    this.#epochLoss = [this.#epochLoss[0] + loss * weight, this.#epochLoss[1] + weight];
  }

  /** The mean loss of the epoch that ends here. */
  takeEpochLoss(): number {
    const [sum, weight] = this.#epochLoss;
    this.#epochLoss = [0, 0];
    return sum / weight;
  }

  tensors(): Map<string, tf.Variable> {
    return new Map();
  }

  host(): Json {
    const { firstStep, firstEpoch, epochsPassed, stoppedBy } = this;
    return {
      firstStep,
      firstEpoch,
      epochsPassed,
      stoppedBy,
      epochLoss: this.#epochLoss,
      learningRate: this.#changedRate(),
    };
  }

  restoreHost(state: Json): void {
    const { success, data } = stored.safeParse(state);
    if (!success) throw new DataError(`stored state of the training: found ${stringifyJson(state)}`);
    if (data.learningRate === 'another schedule' && typeof this.#optimizer.learningRate === 'number')
      throw new DataError(
        'a callback had set another schedule: set it as the learningRate of the optimizer before you resume',
      );
    this.firstStep = data.firstStep;
    this.firstEpoch = data.firstEpoch;
    this.epochsPassed = data.epochsPassed;
    this.stoppedBy = data.stoppedBy;
    this.#epochLoss = data.epochLoss;
    if (data.learningRate !== null) this.#rateAtStart = null;
    if (typeof data.learningRate === 'number') this.#optimizer.learningRate = data.learningRate;
  }

  /** The rate that somebody has set since the start; null where nobody has. */
  #changedRate(): number | 'another schedule' | null {
    const rate = this.#optimizer.learningRate;
    if (rate === this.#rateAtStart) return null;
    return typeof rate === 'number' ? rate : 'another schedule';
  }
}
