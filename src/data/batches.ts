/** Which rows form each batch: every row once an epoch, in an order that the seed and the epoch decide. */
import { OptionError, type OptionProblem } from '../errors.ts';
import type { Rng } from '../random/rng.ts';

/** The options of {@link batches}. */
export interface BatchOptions {
  /** Rows of the data set, an integer ≥ 1. */
  readonly rows: number;
  /** Rows of a batch, an integer ≥ 1; one that exceeds `rows` gives one batch of all rows an epoch. */
  readonly batchSize: number;
  readonly rng: Rng;
  /** Leave out the shorter batch at the end of an epoch. @default false */
  readonly dropRemainder?: boolean;
  /** The number of the first batch, counted over all epochs, an integer ≥ 0. @default 0 */
  readonly from?: number;
}

/** One batch of row numbers. */
export interface BatchRows {
  /** [batch], shorter at the end of an epoch if `rows` is no multiple of `batchSize`. */
  readonly indices: Int32Array;
  /** From 0. */
  readonly epoch: number;
  /** The batch's number in its epoch, from 0. */
  readonly index: number;
  /** Whether it ends its epoch. */
  readonly last: boolean;
}

/**
 * Batches without end. Epoch e goes through `rng.split('epoch ' + e).permutation(rows)`, a function of the key of `rng`
 * and e alone: starting `from` batch n gives what an uninterrupted sequence gives from there, and no numbers are drawn
 * from `rng` itself. Throws an OptionError.
 */
export function batches(options: BatchOptions): Generator<BatchRows, never> {
  const { rows, batchSize, rng, dropRemainder = false, from = 0 } = options;
  const perEpoch = batchesPerEpoch(rows, batchSize, dropRemainder);
  check([atLeast('from', from, 0)]);
  return generate();

  function* generate(): Generator<BatchRows, never> {
    let index = from % perEpoch;
    for (let epoch = Math.floor(from / perEpoch); ; epoch++) {
      const order = rng.split(`epoch ${epoch}`).permutation(rows);
      for (; index < perEpoch; index++) {
        const indices = order.slice(index * batchSize, (index + 1) * batchSize);
        yield { indices, epoch, index, last: index === perEpoch - 1 };
      }
      index = 0;
    }
  }
}

/**
 * The number of batches in an epoch, the last, shorter one included unless it is dropped. Throws an OptionError unless
 * both sizes are integers ≥ 1 and a batch is left.
 */
export function batchesPerEpoch(rows: number, batchSize: number, dropRemainder = false): number {
  check([atLeast('rows', rows, 1), atLeast('batchSize', batchSize, 1)]);
  if (!dropRemainder) return Math.ceil(rows / batchSize);
  const hint = 'take a smaller batchSize, or keep the remainder';
  check([
    rows < batchSize
      ? { path: 'dropRemainder', rule: `leaves no batch of ${batchSize} in ${rows} rows`, hint }
      : null,
  ]);
  return Math.floor(rows / batchSize);
}

function atLeast(path: string, received: number, least: number): OptionProblem | null {
  if (Number.isSafeInteger(received) && received >= least) return null;
  return { path, rule: `must be an integer >= ${least}`, received };
}

function check(found: readonly (OptionProblem | null)[]): void {
  const problems = found.filter((problem) => problem !== null);
  if (problems.length > 0) throw new OptionError('batches', problems);
}
