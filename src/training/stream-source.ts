/** Batches that come as a stream: from a generator or from tf.data. */
import * as tf from '@tensorflow/tfjs';
import { DataError, ShapeError } from '../errors.ts';
import { describe, fits } from '../losses/check-targets.ts';
import type { Loss } from '../losses/loss.ts';
import type { UpdateSource } from './source.ts';
import type { Batch } from './trainable.ts';

/** One batch of a stream, which the training frees: by our names, or by those of tf.data. */
export type StreamBatch =
  | { readonly inputs: tf.Tensor; readonly targets: tf.Tensor; readonly weights?: tf.Tensor1D }
  | { readonly xs: tf.Tensor; readonly ys: tf.Tensor };

/** Gives the batches of one epoch (from 0), always the same for the same epoch: what a resumed training relies on. */
export type BatchStream = (epoch: number) => Iterable<StreamBatch> | AsyncIterable<StreamBatch>;

/** A stream, or a data set of tf.data, which begins anew at each epoch. */
export type StreamData = BatchStream | Pick<tf.data.Dataset<tf.TensorContainer>, 'iterator'>;

export const isStream = (data: object): data is StreamData =>
  typeof data === 'function' || ('iterator' in data && typeof data.iterator === 'function');

/** The batches as they come; an update takes `accumulate` of them, and does not reach across the end of an epoch. */
export function streamSource(
  data: StreamData,
  accumulate: number,
  check: (batch: Batch) => Promise<void>,
): UpdateSource {
  return {
    updatesPerEpoch: undefined,
    async *updates(from) {
      let number = 0;
      for (let epoch = 0; ; epoch++) {
        const firstOfEpoch = number;
        for await (const { batches, last } of groups(data, epoch, accumulate)) {
          const first = number === firstOfEpoch;
          if (number++ < from) {
            dispose(batches);
            continue;
          }
          try {
            for (const batch of batches) await check(batch);
            yield { batches: () => batches.splice(0), epoch, first, last };
          } finally {
            dispose(batches);
          }
        }
        if (number === firstOfEpoch) throw new DataError(`the stream gave no batch in epoch ${epoch}`);
      }
    },
  };
}

/** Groups of up to `size` batches; the last group of the epoch says so. What nobody took is freed. */
async function* groups(
  data: StreamData,
  epoch: number,
  size: number,
): AsyncGenerator<{ batches: Batch[]; last: boolean }> {
  const filling: Batch[] = [];
  try {
    for await (const item of openEpoch(data, epoch)) {
      const batch = asBatch(item);
      const full = filling.length === size ? filling.splice(0) : [];
      filling.push(batch);
      if (full.length > 0) yield { batches: full, last: false };
    }
    if (filling.length > 0) yield { batches: filling.splice(0), last: true };
  } finally {
    dispose(filling);
  }
}

async function* openEpoch(data: StreamData, epoch: number): AsyncGenerator {
  if (typeof data === 'function') {
    yield* data(epoch);
    return;
  }
  const iterator = await data.iterator();
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
}

/** Throws a DataError, and frees the tensors, for what is no batch. */
function asBatch(item: unknown): Batch {
  const field = (...names: string[]): unknown =>
    typeof item === 'object' && item !== null
      ? names.map((name): unknown => Reflect.get(item, name)).find((value) => value !== undefined)
      : undefined;
  const [inputs, targets, weights] = [field('inputs', 'xs'), field('targets', 'ys'), field('weights')];
  if (!(inputs instanceof tf.Tensor) || !(targets instanceof tf.Tensor)) {
    tf.dispose(item as tf.TensorContainer);
    throw new DataError(
      'a batch of a stream must be { inputs, targets } or { xs, ys }, tensors of [rows, …]',
    );
  }
  if (weights !== undefined && !(weights instanceof tf.Tensor)) {
    tf.dispose(item as tf.TensorContainer);
    throw new DataError('the weights of a batch must be a tensor [rows]');
  }
  return { inputs: [inputs], targets, weights: (weights as tf.Tensor1D | undefined) ?? null };
}

function dispose(batches: readonly Batch[]): void {
  for (const { inputs, targets, weights } of batches)
    tf.dispose([...inputs, targets, ...(weights ? [weights] : [])]);
}

/** Whether each batch fits the model and the loss: asked of every one, since streams may change their minds. */
export function batchCheck(model: tf.LayersModel, loss: Loss): (batch: Batch) => Promise<void> {
  const wanted = model.inputs[0]?.shape.slice(1) ?? [];
  const outputs = model.outputs[0]?.shape.slice(1) ?? [];
  return async ({ inputs, targets, weights }) => {
    const [rows = 0, ...given] = inputs[0]?.shape ?? [];
    if (!fits(wanted, given)) throw new ShapeError('inputs of a batch', describe(wanted), [rows, ...given]);
    for (const rowwise of [targets, ...(weights ? [weights] : [])])
      if (rowwise.shape[0] !== rows)
        throw new ShapeError(
          'targets and weights of a batch',
          `[${rows}, …], as many rows as the inputs`,
          rowwise.shape,
        );
    if (loss.checkTargets) loss.checkTargets({ values: await targets.data(), shape: targets.shape }, outputs);
    else if (!fits(outputs, targets.shape.slice(1)))
      throw new ShapeError('targets of a batch', describe(outputs), targets.shape);
  };
}
