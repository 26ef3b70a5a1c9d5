/** Initial weights of a whole model from an `Rng`: reproducible, and the same whatever else the process has built. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.ts';
import type { Rng } from '../random/rng.ts';
import { layerPaths, type ParameterPath, parameterPaths } from './paths.ts';

/** How many numbers enter and leave one unit of a layer. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** What the kernel and the bias of a dense or convolution layer start as. */
export interface InitializationScheme {
  kernel(count: number, fans: Fans, rng: Rng): Float32Array;
  bias(count: number, fans: Fans, rng: Rng): Float32Array;
}

/** Kernel and bias U(±1/√fanIn): what `torch.nn.Linear` and `torch.nn.Conv2d` do by default. */
export const torchDefault: InitializationScheme = {
  kernel: (count, { fanIn }, rng) => symmetric(count, 1 / Math.sqrt(fanIn), rng),
  bias: (count, { fanIn }, rng) => symmetric(count, 1 / Math.sqrt(fanIn), rng),
};

/** Kernel U(±√(6/(fanIn + fanOut))), bias 0 (Glorot & Bengio 2010). */
export const xavierUniformWeights: InitializationScheme = {
  kernel: (count, { fanIn, fanOut }, rng) => symmetric(count, Math.sqrt(6 / (fanIn + fanOut)), rng),
  bias: (count) => new Float32Array(count),
};

/** Kernel N(0, 2/fanIn), not truncated, bias 0, for ReLU nets (He et al. 2015, arXiv:1502.01852). */
export const kaimingNormalWeights: InitializationScheme = {
  kernel: (count, { fanIn }, rng) => rng.normal(count, 0, Math.sqrt(2 / fanIn)),
  bias: (count) => new Float32Array(count),
};

/**
 * Draws the kernels and biases of a model's dense and convolution layers anew. Each weight has a stream of its own,
 * named by its path: adding a layer of another class does not change the others' weights. Weights that a layer starts
 * at constants (scales, shifts, norm statistics) stay.
 *
 * Throws a ModelError, before anything is changed, for a layer whose random weights no scheme here describes
 * (recurrent, embedding, depthwise).
 */
export function initialize(model: tf.LayersModel, scheme: InitializationScheme, rng: Rng): void {
  const variables = parameterPaths(model);
  const draws = [...layerPaths(model)].flatMap(([layer, path]) =>
    layerDraws(layer, path, variables, scheme, rng),
  );
  for (const { variable, values } of draws)
    tf.tidy(() => variable.assign(tf.tensor(values(), variable.shape)));
}

interface Draw {
  readonly variable: tf.Variable;
  readonly values: () => Float32Array;
}

const NOT_DESCRIBED = ['recurrent_kernel', 'embeddings', 'depthwise_kernel', 'pointwise_kernel'];

function layerDraws(
  layer: tf.layers.Layer,
  layerPath: string,
  variables: ReadonlyMap<ParameterPath, tf.Variable>,
  scheme: InitializationScheme,
  rng: Rng,
): Draw[] {
  const refused = NOT_DESCRIBED.find((name) => variables.has(`${layerPath}/${name}`));
  if (refused !== undefined) {
    throw new ModelError(
      `initialize knows dense and convolution layers; ${layerPath}/${refused} needs an initializer of its own`,
    );
  }
  const kernel = variables.get(`${layerPath}/kernel`);
  if (kernel === undefined) return [];
  const fans = fansOf(kernel.shape, layer.getClassName().endsWith('Transpose'));
  const draw = (name: 'kernel' | 'bias', variable: tf.Variable): Draw => ({
    variable,
    values: () => scheme[name](variable.size, fans, rng.split(`${layerPath}/${name}`)),
  });
  const bias = variables.get(`${layerPath}/bias`);
  return [draw('kernel', kernel), ...(bias ? [draw('bias', bias)] : [])];
}

/** Of a kernel `[…window, in, out]`, or `[…window, out, in]` of a transposed convolution; a dense one has no window. */
function fansOf(shape: readonly number[], transposed: boolean): Fans {
  const [last = 1, beforeLast = 1, ...window] = shape.toReversed();
  const area = window.reduce((product, size) => product * size, 1);
  const [inputs, outputs] = transposed ? [last, beforeLast] : [beforeLast, last];
  return { fanIn: inputs * area, fanOut: outputs * area };
}

function symmetric(count: number, limit: number, rng: Rng): Float32Array {
  return rng.uniform(count, -limit, limit);
}
