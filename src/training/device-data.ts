/** A data set on the device, and batches gathered from it by row numbers. */
import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset.ts';
import type { NumberArray } from '../data/number-array.ts';
import type { Batch } from './trainable.ts';

/** The whole data set as tensors; `dispose` frees them. */
export class DeviceData {
  readonly rows: number;
  readonly #inputs: tf.Tensor;
  readonly #targets: tf.Tensor;

  constructor(dataset: Dataset) {
    this.rows = dataset.rows;
    this.#inputs = upload(dataset.inputs);
    this.#targets = upload(dataset.targets);
  }

  /** The rows at `indices`, in that order; the caller frees the batch. */
  gather(indices: Int32Array): Batch {
    const rows = tf.tensor1d(indices, 'int32');
    const batch = { inputs: [this.#inputs.gather(rows)], targets: this.#targets.gather(rows), weights: null };
    rows.dispose();
    return batch;
  }

  /** `count` rows from `first` on; the caller frees the batch. */
  slice(first: number, count: number): Batch {
    return {
      inputs: [this.#inputs.slice(first, count)],
      targets: this.#targets.slice(first, count),
      weights: null,
    };
  }

  dispose(): void {
    tf.dispose([this.#inputs, this.#targets]);
  }
}

function upload({ values, shape }: NumberArray): tf.Tensor {
  return tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32');
}
