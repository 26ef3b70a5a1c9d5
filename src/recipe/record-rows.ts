/** The rows that a training learns from, and their order, as a PyTorch twin reads them. */
import { asDataset } from '../data/dataset-from.ts';
import { batches } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import { OptionError } from '../errors.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import type { Rng } from '../random/rng.ts';
import { isStream } from '../training/stream-source.ts';
import type { TrainData } from '../training/train-options.ts';
import type { ContextTrainOptions } from './run-context.ts';

/** Training, validation and test rows as they stand: images [rows, height, width, channels]. */
export function partsOf({ data }: ContextTrainOptions): [string, StoredTensor][] {
  if (isStream(data)) return [];
  const parts: readonly [string, TrainData | null | undefined][] =
    'train' in data
      ? [
          ['train', data.train],
          ['validation', data.validation],
          ['test', 'test' in data ? data.test : null],
        ]
      : [['train', data]];
  return parts.flatMap(([part, rows]): [string, StoredTensor][] => {
    if (rows === null || rows === undefined || isStream(rows) || 'train' in rows) return [];
    return partOf(part, asDataset(rows));
  });
}

/** One part. */
export const partOf = (part: string, { inputs, targets }: Dataset): [string, StoredTensor][] => [
  [`${part}/inputs`, { shape: inputs.shape, values: inputs.values }],
  [`${part}/targets`, { shape: targets.shape, values: targets.values }],
];

/** The rows of each update. */
export function* rowsOf(
  { rows }: Dataset,
  { batchSize = 32, dropRemainder = false }: ContextTrainOptions,
  rng: Rng,
): Generator<Int32Array, never> {
  for (const { indices } of batches({ rows, batchSize, dropRemainder, rng: rng.split('batches') }))
    yield indices;
  throw new RangeError('batches end');
}

/** The rows of all updates one after the other, and where each update's begin; one more offset than updates. */
export function orderOf(taken: readonly Int32Array[]): [string, StoredTensor][] {
  const order = Int32Array.from(taken.flatMap((indices) => [...indices]));
  let end = 0;
  const offsets = Int32Array.from([0, ...taken.map((indices) => (end += indices.length))]);
  return [
    ['order', { shape: [order.length], values: order }],
    ['offsets', { shape: [offsets.length], values: offsets }],
  ];
}

/** The rows that are trained on. Throws an OptionError for what a twin cannot follow. */
export function trainingRows(name: string, options: ContextTrainOptions): Dataset {
  const { data } = options;
  const asked = (['accumulate', 'mixup', 'validation', 'classWeights'] as const).filter(
    (option) => options[option] !== undefined,
  );
  const problems = [...asked, ...(isStream(data) ? ['data as a stream'] : [])].map((path) => ({
    path,
    rule: 'is not recorded for a PyTorch twin',
    hint: 'give the data as splits',
  }));
  if (problems.length > 0 || isStream(data)) throw new OptionError(`training ${name}`, problems);
  return asDataset('train' in data ? data.train : data);
}
