/** Loss and metrics of a model on a data set, in evaluation mode. */
import * as tf from '@tensorflow/tfjs';
import { asDataset, type DatasetOptions } from '../data/dataset-from.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Loss } from '../losses/loss.ts';
import type { Metric } from '../metrics/metric.ts';
import { batchOf } from './batch-data.ts';
import { turnKeeper } from './loop.ts';
import { checkModelFits } from './model-fits.ts';
import { applyModel } from './trainable-model.ts';

export interface EvaluateOptions<Name extends string = string> {
  readonly loss: Loss;
  /** @default [] */
  readonly metrics?: readonly Metric<Name>[];
}

/** Rows per forward pass: large enough to be fast, small enough for any memory. */
const CHUNK = 1024;

/**
 * `loss` and each metric by name: means over all rows, summed in float64, without regularization penalty. Dropout and
 * norms are in evaluation mode; nothing of the model changes.
 */
export async function evaluate<Name extends string = never>(
  model: tf.LayersModel,
  rows: Dataset | DatasetOptions,
  options: EvaluateOptions<Name>,
): Promise<Record<'loss' | Name, number>> {
  const data = asDataset(rows);
  const { loss, metrics = [] } = options;
  checkModelFits(model, data, loss);
  const outputs = model.outputs[0]?.shape.slice(1) ?? [];
  const measures: readonly Measure[] = [
    { name: 'loss', perExample: loss, ...(loss.rowWeights && { weights: loss.rowWeights }) },
    ...metrics.map((metric) => ({ name: metric.metricName, perExample: metric.perExample.bind(metric) })),
  ];
  const sums = measures.map(() => 0);
  const weights = measures.map(() => 0);
  const turn = turnKeeper();
  for (let first = 0; first < data.rows; first += CHUNK) {
    const values = tf.tidy(() => {
      const { inputs, targets } = batchOf(data, rowsFrom(first, Math.min(CHUNK, data.rows - first)));
      const predictions = applyModel(model, inputs, { training: false });
      return measures.map(({ perExample, weights: of }) => [
        perExample(predictions, targets),
        of?.(targets, outputs) ?? tf.ones([targets.shape[0] ?? 1]),
      ]);
    });
    try {
      for (const [index, [value, weight]] of values.entries()) {
        sums[index] = (sums[index] ?? 0) + (await total(value));
        weights[index] = (weights[index] ?? 0) + (await total(weight));
      }
    } finally {
      tf.dispose(values);
    }
    await turn();
  }
  const means = measures.map(
    ({ name }, index) => [name, (sums[index] ?? 0) / (weights[index] ?? 1)] as const,
  );
  return Object.fromEntries(means) as Record<'loss' | Name, number>;
}

/** A value per row, and what each row counts where that is not 1. */
interface Measure {
  readonly name: string;
  readonly perExample: (predictions: tf.Tensor, targets: tf.Tensor) => tf.Tensor1D;
  readonly weights?: NonNullable<Loss['rowWeights']>;
}

/** The sum in float64. */
async function total(values: tf.Tensor | undefined): Promise<number> {
  let sum = 0;
  for (const value of (await values?.data()) ?? []) sum += value;
  return sum;
}

function rowsFrom(first: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => first + index);
}
