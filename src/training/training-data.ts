/** The data of a training: where its batches come from, and what it is validated on. */
import type * as tf from '@tensorflow/tfjs';
import { asDataset } from '../data/dataset-from.ts';
import { Dataset } from '../data/dataset.ts';
import type { NumberArray } from '../data/number-array.ts';
import { DataError, ModelError, OptionError } from '../errors.ts';
import { sha256 } from '../formats/sha256.ts';
import { BatchNormalization } from '../layers/batch-normalization.ts';
import { layerPaths } from '../layers/paths.ts';
import { frozenLayers } from '../layers/stock-layers.ts';
import type { Json } from '../result/json.ts';
import { checkMetricsFit } from './evaluate.ts';
import { checkModelFits } from './model-fits.ts';
import { dataSource, type UpdateSource } from './source.ts';
import { batchCheck, isStream, type StreamData, streamSource } from './stream-source.ts';
import type { CheckedTrainOptions, TrainData } from './train-options.ts';

export interface TrainingData {
  readonly source: UpdateSource;
  readonly validation: Dataset | null;
  /** What tells these data from others: rows and SHA-256 of each part; a stream cannot be told. */
  identity(): Promise<Json>;
}

/** Throws what the data have against the model, the loss, the metrics or each other. */
export function trainingData(
  model: tf.LayersModel,
  data: TrainData,
  options: CheckedTrainOptions,
): TrainingData {
  const { loss, metrics, rng, accumulate } = options;
  checkKind(data);
  const { training, validation } = partsOf(data, options);
  if (metrics.length > 0 && validation === null) {
    const hint = 'give validation: 0.1, or split the data: data.split({ validation: 0.1 }, rng)';
    throw new OptionError('train', [
      { path: 'metrics', rule: 'are measured on a validation split, and there is none', hint },
    ]);
  }
  if (validation) {
    checkModelFits(model, validation, loss);
    checkMetricsFit(model, validation, metrics);
  }
  if (!(training instanceof Dataset)) {
    if (options.classWeights !== undefined) {
      const hint = 'give the batches weights: { inputs, targets, weights }';
      const rule = 'cannot be given for a stream';
      throw new OptionError('train', [{ path: 'classWeights', rule, received: options.classWeights, hint }]);
    }
    const source = streamSource(training, accumulate, batchCheck(model, loss));
    return { source, validation, identity: async () => ({ validation: await hashOf(validation) }) };
  }
  checkModelFits(model, training, loss);
  checkBatchSizes(model, training.rows, options);
  return {
    source: dataSource(training, {
      ...options,
      classWeights: classWeightsOf(training, options.classWeights),
      rng: rng.split('batches'),
    }),
    validation,
    identity: async () => ({ training: await hashOf(training), validation: await hashOf(validation) }),
  };
}

function checkKind(data: unknown): void {
  if (typeof data === 'function') return;
  const isObject = typeof data === 'object' && data !== null;
  if (isObject && (data instanceof Dataset || 'train' in data || 'inputs' in data || isStream(data))) return;
  const hint =
    isObject && 'next' in data ? '; pass the generator function itself: it is called once an epoch' : '';
  throw new DataError(
    `train: expected a Dataset, its splits, { inputs, targets }, a function that gives batches, or a tf.data.Dataset${hint}`,
  );
}

/** The training part, as a data set or a stream, and the validation part: of the data, or as the option says. */
function partsOf(
  data: TrainData,
  { validation, rng }: Pick<CheckedTrainOptions, 'validation' | 'rng'>,
): { training: Dataset | StreamData; validation: Dataset | null } {
  if (!(data instanceof Dataset) && 'train' in data) {
    const given: Dataset | null | undefined = data.validation; // left out in JavaScript
    const own = given ? asDataset(given) : null;
    if (validation !== undefined && own !== null)
      throw new OptionError('train', [
        { path: 'validation', rule: 'is part of the splits already: give it once', received: validation },
      ]);
    return validation === undefined
      ? { training: asDataset(data.train), validation: own }
      : partsOf(asDataset(data.train), { validation, rng });
  }
  if (typeof validation === 'number') {
    if (isStream(data))
      throw new OptionError('train', [
        { path: 'validation', rule: 'cannot be a share of a stream: give a data set', received: validation },
      ]);
    const { train: training, validation: rows } = asDataset(data).split(
      { validation },
      rng.split('validation'),
    );
    return { training, validation: rows };
  }
  return {
    training: isStream(data) ? data : asDataset(data),
    validation: validation === undefined ? null : asDataset(validation),
  };
}

/** A batch norm cannot train on a single value a channel: said before the first step, not at the end of the first epoch. */
function checkBatchSizes(
  model: tf.LayersModel,
  rows: number,
  { batchSize, dropRemainder }: CheckedTrainOptions,
): void {
  const remainder = rows % batchSize;
  const smallest = Math.min(batchSize, rows, dropRemainder || remainder === 0 ? batchSize : remainder);
  const frozen = new Set(frozenLayers(model));
  for (const [layer, path] of layerPaths(model)) {
    if (!(layer instanceof BatchNormalization) || frozen.has(layer) || layer.leastRows <= smallest) continue;
    const cure =
      batchSize === 1 ? 'take a larger batchSize' : 'set dropRemainder: true, or another batchSize';
    throw new ModelError(
      `${path} needs at least ${layer.leastRows} rows in a batch, and ${rows} rows in batches of ${batchSize} leave one of ${smallest}; ${cure}`,
    );
  }
}

/** A number per class; balanced: rows / (classes · rows of the class), each by what it counts. */
function classWeightsOf(
  { task, classes, targets, weights }: Dataset,
  asked: CheckedTrainOptions['classWeights'],
): readonly number[] | null {
  if (asked === undefined) return null;
  const problem = (rule: string): OptionError =>
    new OptionError('train', [{ path: 'classWeights', rule, received: asked }]);
  if (task !== 'classification') throw problem('need classes, and the targets are quantities');
  if (asked !== 'balanced') {
    if (asked.length !== classes) throw problem(`must be ${classes} numbers, one per class`);
    return asked;
  }
  const counts = Array.from({ length: classes }, () => 0);
  let total = 0;
  targets.values.forEach((target, row) => {
    const weight = weights?.values[row] ?? 1;
    counts[target] = (counts[target] ?? 0) + weight;
    total += weight;
  });
  return counts.map((count) => (count === 0 ? 0 : total / (classes * count)));
}

async function hashOf(data: Dataset | null): Promise<Json> {
  if (data === null) return null;
  const arrays = [data.inputs, data.targets, ...(data.weights ? [data.weights] : [])];
  const bytes = arrays.map(
    ({ values }: NumberArray) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  return { rows: data.rows, shape: data.inputs.shape.slice(1), sha256: await sha256(...bytes) };
}
