/** Loss and metrics of a model on a data set, in evaluation mode. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { asDataset, type DatasetOptions } from '../data/dataset-from.ts';
import type { Dataset } from '../data/dataset.ts';
import type { NumberArray } from '../data/number-array.ts';
import { type Loss, lossSchema } from '../losses/loss.ts';
import { type Metric, metricsSchema } from '../metrics/metric.ts';
import { OptionError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { batchOf } from './batch-data.ts';
import { turnKeeper } from './loop.ts';
import { checkModelFits } from './model-fits.ts';
import { applyModel, checkModel, probabilityHead, refuseProbabilityHead } from './trainable-model.ts';

/** Any metrics; their names and values are known where they are written out. */
export type Metrics = readonly Metric<string, unknown>[];

export interface EvaluateOptions<Asked extends Metrics = Metrics> {
  readonly loss: Loss;
  /** @default [] */
  readonly metrics?: Asked;
}

/** The loss, and the value of each metric by its name. */
export type Evaluation<Asked extends Metrics = Metrics> = { loss: number } & {
  [Each in Asked[number] as Each['metricName']]: ReturnType<ReturnType<Each['start']>['value']>;
};

const schema = z.strictObject({
  loss: lossSchema,
  metrics: metricsSchema,
});

/** Rows per forward pass: large enough to be fast, small enough for any memory. */
const CHUNK = 1024;

/**
 * `loss`, the mean over all rows by what they count (summed in float64, without regularization penalty), and each
 * metric by name, in which every row counts once. Dropout and norms are in evaluation mode; nothing of the model
 * changes. The model is asked once for all metrics: its outputs are read back and counted on the host.
 *
 * @example
 * ```ts
 * const { loss, accuracy: share, confusionMatrix: matrix } = await evaluate(model, data, {
 *   loss: crossEntropy(),
 *   metrics: [accuracy(), confusionMatrix()],
 * });
 * ```
 */
export async function evaluate<const Asked extends Metrics = []>(
  model: tf.LayersModel,
  rows: Dataset | DatasetOptions,
  options: EvaluateOptions<Asked>,
): Promise<Evaluation<Asked>> {
  const { loss, metrics } = parseOptions('evaluate', schema, options);
  const data = asDataset(rows);
  checkModel(model);
  refuseProbabilityHead(model, loss);
  checkModelFits(model, data, loss);
  checkMetricsFit(model, data, metrics);
  const outputs = model.outputs[0]?.shape.slice(1) ?? [];
  const tallies = metrics.map((metric) => ({ name: metric.metricName, tally: metric.start() }));
  let lossSum = 0;
  let countSum = 0;
  const turn = turnKeeper();
  for (let first = 0; first < data.rows; first += CHUNK) {
    const indices = rowsFrom(first, Math.min(CHUNK, data.rows - first));
    const chunk = tf.tidy(() => {
      const { inputs, targets, weights } = batchOf(data, indices);
      const predictions = applyModel(model, inputs, { training: false });
      const losses = loss(predictions, targets);
      const counts = loss.rowWeights?.(targets, outputs) ?? tf.onesLike(losses);
      return weights === null
        ? { predictions, losses, counts }
        : { predictions, losses: losses.mul(weights), counts: counts.mul(weights) };
    });
    try {
      lossSum += total(await chunk.losses.data());
      countSum += total(await chunk.counts.data());
      if (tallies.length > 0) {
        const values = await chunk.predictions.data<'float32'>();
        const targets = rowsOf(data.targets, first, indices.length);
        for (const { tally } of tallies) tally.add({ values, shape: chunk.predictions.shape }, targets);
      }
    } finally {
      tf.dispose(chunk);
    }
    await turn();
  }
  const values = tallies.map(({ name, tally }) => [name, tally.value()] as const);
  return { loss: lossSum / countSum, ...Object.fromEntries(values) } as Evaluation<Asked>;
}

/** Throws what the metrics have against a model's outputs or the targets, before anything is computed. */
export function checkMetricsFit(model: tf.LayersModel, { targets }: Dataset, metrics: Metrics): void {
  const outputs = model.outputs[0]?.shape.slice(1) ?? [];
  const head = probabilityHead(model);
  for (const metric of metrics) {
    const matters = metric.usesScale === true || outputs.at(-1) === 1;
    if (head !== undefined && metric.from === 'logits' && matters) {
      const hint = `give it { from: 'probabilities' }, or leave the ${head.activation} of layer ${head.layer} out`;
      const rule = 'takes logits, and the model gives probabilities';
      throw new OptionError('metrics', [{ path: metric.metricName, rule, hint }]);
    }
    metric.checkTargets?.(targets, outputs);
  }
}

/** The sum in float64. */
function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? Number.NaN;
  return sum;
}

/** `count` rows from `first` on, not copied. */
function rowsOf({ values, shape }: NumberArray, first: number, count: number): NumberArray {
  const [rows = 1, ...rest] = shape;
  const width = values.length / rows;
  return { values: values.subarray(first * width, (first + count) * width), shape: [count, ...rest] };
}

function rowsFrom(first: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => first + index);
}
