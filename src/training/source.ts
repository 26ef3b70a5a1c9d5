/** Where the batches of a training come from, update by update. */
import { batches, batchesPerEpoch } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Rng } from '../random/rng.ts';
import { batchOf } from './batch-data.ts';
import type { Batch } from './trainable.ts';

/** What one update learns from. */
export interface Update {
  /** The micro-batches on the device; called once, and the caller frees them. */
  readonly batches: () => readonly Batch[];
  /** From 0. */
  readonly epoch: number;
  /** Whether it begins its epoch. */
  readonly first: boolean;
  /** Whether it ends its epoch. */
  readonly last: boolean;
}

/** Updates without end. */
export interface UpdateSource {
  /** Undefined where only the end of the first epoch will tell. */
  readonly updatesPerEpoch: number | undefined;
  /** The updates from number `from` on, counted over all epochs: what an uninterrupted sequence gives from there. */
  updates(from: number): AsyncGenerator<Update, never> | Generator<Update, never>;
}

export interface DataSourceOptions {
  readonly batchSize: number;
  /** Micro-batches of an update. */
  readonly accumulate: number;
  readonly dropRemainder: boolean;
  readonly classWeights: readonly number[] | null;
  readonly rng: Rng;
}

/** A data set in an order that `rng` and the epoch decide; an update does not reach across the end of an epoch. */
export function dataSource(data: Dataset, options: DataSourceOptions): UpdateSource {
  const { batchSize, accumulate, dropRemainder, classWeights, rng } = options;
  const perEpoch = batchesPerEpoch(data.rows, batchSize, dropRemainder);
  const updatesPerEpoch = Math.ceil(perEpoch / accumulate);
  return {
    updatesPerEpoch,
    *updates(from) {
      const firstBatch =
        Math.floor(from / updatesPerEpoch) * perEpoch + (from % updatesPerEpoch) * accumulate;
      const rows = batches({ rows: data.rows, batchSize, dropRemainder, rng, from: firstBatch });
      for (;;) {
        const update = [rows.next().value];
        while (update.length < accumulate && update.at(-1)?.last === false) update.push(rows.next().value);
        const [head] = update;
        yield {
          batches: () => update.map(({ indices }) => batchOf(data, indices, classWeights)),
          epoch: head?.epoch ?? 0,
          first: head?.index === 0,
          last: update.at(-1)?.last === true,
        };
      }
    },
  };
}
