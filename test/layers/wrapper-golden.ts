/** The numbers of `wrappers.py`, and the layers that they are about. */
import * as tf from '@tensorflow/tfjs';
import { readReference } from '../reference/read-reference.ts';

/** The kinds of layers in the goldens. */
export type Kind = 'dense' | 'conv1d' | 'conv2d' | 'conv2dTranspose' | 'depthwiseConv2d';

/** Values in row-major order. */
export interface Shaped {
  readonly shape: number[];
  readonly values: number[];
}

export interface WeightCase {
  readonly inputs: Shaped;
  readonly factors: Shaped;
  readonly outputs: Shaped;
  readonly inputGradient: Shaped;
  readonly kernel: number[];
  readonly kernelGradient: number[];
  readonly magnitude: number[];
  readonly magnitudeGradient: number[];
  readonly bias: number[];
  readonly biasGradient: number[];
}

/** Magnitude, kernel and bias of one layer. */
export interface LayerState {
  readonly magnitude: number[];
  readonly kernel: number[];
  readonly bias: number[];
}

export interface TrainingCase {
  readonly kinds: Kind[];
  readonly rate: number;
  readonly inputs: Shaped;
  readonly targets: Shaped;
  readonly start: LayerState[];
  readonly losses: number[];
  readonly end: LayerState[];
}

export interface SpectralCase {
  readonly kernel: number[];
  readonly bias: number[];
  readonly left: number[];
  readonly right: number[];
  readonly inputs: Shaped;
  readonly factors: Shaped;
  readonly rate: number;
  readonly steps: {
    readonly outputs: Shaped;
    readonly left: number[];
    readonly kernelGradient: number[];
    readonly inputGradient: Shaped;
  }[];
  readonly evaluated: Shaped;
  readonly finalRight: number[];
}

export const golden = readReference('wrappers') as {
  readonly weight: Readonly<Record<Kind, WeightCase>>;
  readonly weightTraining: readonly TrainingCase[];
  readonly spectral: Readonly<Record<Kind, SpectralCase>>;
};

export const KINDS = Object.keys(golden.weight) as Kind[];

/** The layer of a golden, as `wrappers.py` makes it. */
export const layerOf: Readonly<Record<Kind, () => tf.layers.Layer>> = {
  dense: () => tf.layers.dense({ units: 4 }),
  conv1d: () => tf.layers.conv1d({ filters: 4, kernelSize: 2 }),
  conv2d: () => tf.layers.conv2d({ filters: 3, kernelSize: 3 }),
  conv2dTranspose: () => tf.layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }),
  depthwiseConv2d: () => tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
};

/** What tfjs calls the kernel of such a layer. */
export const kernelOf = (kind: Kind): string => (kind === 'depthwiseConv2d' ? 'depthwise_kernel' : 'kernel');

export const tensorOf = ({ values, shape }: Shaped): tf.Tensor => tf.tensor(values, shape);

export const read = (tensor: tf.Tensor | undefined): number[] => [...(tensor?.dataSync() ?? [])];

/** The weight of a layer with this name, as a variable. */
export function variableOf(layer: tf.layers.Layer, name: string): tf.Variable {
  const weight = layer.weights.find(({ originalName }) => originalName.endsWith(`/${name}`));
  if (weight) return weight.read() as tf.Variable;
  throw new Error(`${layer.name} has no weight ${name}`);
}

/** Assigns values in row-major order. */
export function assign(layer: tf.layers.Layer, name: string, values: number[]): void {
  const variable = variableOf(layer, name);
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}
