/** When a training is put aside, and how it is taken up again. */
import * as tf from '@tensorflow/tfjs';
import { DataError } from '../errors.ts';
import type { Json } from '../result/json.ts';
import {
  type CheckpointParts,
  type CheckpointStore,
  packCheckpoint,
  unpackCheckpoint,
} from './checkpoint.ts';
import type { CheckedTrainOptions } from './train-options.ts';
import type { TrainingData } from './training-data.ts';

/** The checkpoints of one training; without a store it does nothing. */
export class Checkpointing {
  readonly #store: CheckpointStore | undefined;
  readonly #resume: CheckedTrainOptions['resume'];
  readonly #parts: () => Promise<CheckpointParts>;
  readonly #identity: () => Promise<Readonly<Record<string, Json>>>;
  #known: Promise<Readonly<Record<string, Json>>> | undefined;
  #saved = -1;

  constructor(options: CheckedTrainOptions, data: TrainingData, parts: () => Promise<CheckpointParts>) {
    this.#store = options.checkpoint;
    this.#resume = options.resume;
    this.#parts = parts;
    this.#identity = () => (this.#known ??= identityOf(options, data));
  }

  /** Takes up the stored state, if that is asked for. */
  async restore(): Promise<void> {
    if (this.#store === undefined || this.#resume === false) return;
    const file = await this.#store.read();
    if (file !== null) await unpackCheckpoint(file, await this.#parts(), await this.#identity());
    else if (this.#resume === true)
      throw new DataError("there is no checkpoint to go on from; resume: 'if present' begins anew then");
  }

  /** Keeps the state, unless that of this step is kept already. */
  async save(step: number): Promise<void> {
    if (this.#store === undefined || this.#saved === step) return;
    await this.#store.write(await packCheckpoint(await this.#parts(), await this.#identity()));
    this.#saved = step;
  }

  async saveIfDue(step: number): Promise<void> {
    if (this.#store !== undefined && step % this.#store.everySteps === 0) await this.save(step);
  }
}

/** What must be the same for the numbers to be the same. The learning rate is left free: a resumed training may lower it. */
async function identityOf(options: CheckedTrainOptions, data: TrainingData): Promise<Record<string, Json>> {
  const { loss, optimizer, rng, batchSize, dropRemainder, accumulate, classWeights, metrics } = options;
  const { clip = optimizer.clip } = options;
  return {
    backend: tf.getBackend(),
    execution: 'eager',
    data: await data.identity(),
    rng: rng.key,
    batchSize,
    dropRemainder,
    accumulate,
    classWeights: classWeights ?? null,
    loss: loss.settings === undefined ? loss.lossName : [loss.lossName, loss.settings],
    optimizer: { rule: optimizer.rule.name, numbers: optimizer.numbersAtRate(1) },
    clip: clip === undefined ? null : [clip.name, ...clip.scalarsAt(0)],
    mixup: options.mixup ?? null,
    averageWeights: options.averageWeights ?? null,
    metrics: metrics.map(({ metricName }) => metricName),
    record: options.record,
  };
}
