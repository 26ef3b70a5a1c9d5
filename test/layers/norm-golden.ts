/** The norms of the tests, and the golden numbers of `test/reference/norms.json`. */
import * as tf from '@tensorflow/tfjs';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { groupNormalization } from '../../src/layers/group-normalization.ts';
import { instanceNormalization } from '../../src/layers/instance-normalization.ts';
import { layerNormalization } from '../../src/layers/layer-normalization.ts';
import { readReference } from '../reference/read-reference.ts';

/** One of each kind, with scale and shift, for 3 n channels. */
export const NORMS: Record<string, () => tf.layers.Layer> = {
  batch: () => batchNormalization(),
  layer: () => layerNormalization(),
  group: () => groupNormalization({ groups: 3 }),
  instance: () => instanceNormalization({ affine: true }),
};

interface Mode {
  readonly output: number[];
  /** Of the input and, where there are any, scale and shift. */
  readonly gradients: number[][];
}

export interface NormCase {
  readonly layer: 'batch' | 'layer' | 'group' | 'instance';
  readonly options: object;
  readonly shape: number[];
  readonly x: number[];
  readonly slope: number[];
  readonly weightShape: number[];
  readonly weights: number[][];
  readonly train: Mode;
  /** After one batch in training; batch norm only, whose running statistics are then `statistics`. */
  readonly evaluate?: Mode;
  readonly statistics?: number[][];
}

interface StatisticsRun {
  readonly options: object;
  readonly batches: readonly { readonly shape: number[]; readonly values: number[] }[];
  /** Running mean and variance after each batch. */
  readonly statistics: readonly number[][][];
}

interface TrainingRun {
  readonly inputs: number[];
  readonly labels: number[];
  readonly batches: readonly [first: number, end: number][];
  readonly learningRate: number;
  readonly start: number[][];
  readonly losses: Readonly<Record<string, number>>;
  readonly values: Readonly<Record<string, number[][]>>;
}

export const golden = readReference('norms') as {
  readonly cases: readonly NormCase[];
  readonly runs: readonly StatisticsRun[];
  readonly training: TrainingRun;
};

const MAKERS: Record<NormCase['layer'], (options: never) => tf.layers.Layer> = {
  batch: batchNormalization,
  layer: layerNormalization,
  group: groupNormalization,
  instance: instanceNormalization,
};

/** A new layer, built for the case's inputs, with its scale and shift. */
export function layerOf({ layer, options, shape, weightShape, weights }: NormCase): tf.layers.Layer {
  const made = MAKERS[layer](options as never);
  tf.tidy(() => {
    made.apply(tf.zeros(shape));
    const given = weights.map((values) => tf.tensor(values, weightShape));
    made.setWeights([...given, ...made.getWeights().slice(given.length)]);
  });
  return made;
}

export const titleOf = ({ layer, options, shape }: NormCase): string =>
  `${layer} norm ${JSON.stringify(options)} of [${shape.join()}]`;

/** The running statistics, as PyTorch lists them. */
export function statisticsOf(layer: tf.layers.Layer): number[][] {
  return ['moving_mean', 'moving_variance'].map((name) => weightOf(layer, name));
}

/** A weight of a layer by the end of its name. */
export function weightOf(layer: tf.layers.Layer, name: string): number[] {
  const found = layer.weights.find(({ originalName }) => originalName.endsWith(name));
  return [...(found?.read().dataSync() ?? [])];
}
