/** Initial weights of a whole model from an `Rng`: reproducible, and the same whatever else the process has built. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.ts';
import type { Rng } from '../random/rng.ts';
import { KernelWrapper } from './kernel-wrapper.ts';
import { layerPaths, type ParameterPath, parameterPaths } from './paths.ts';
import { drawKernel, drawSymmetric, type Fans, fansOf, type Kernel, TORCH_LINEAR } from './weight-draws.ts';

/** What the weights of a model start as, in row-major order. A layer whose part is missing is refused. */
export interface InitializationScheme {
  /** A kernel of a dense, convolution, transposed, depthwise or separable (two kernels) layer. */
  readonly kernel: (kernel: Kernel, rng: Rng) => Float32Array;
  /** The bias of such a layer, with the fans of its last kernel. */
  readonly bias: (count: number, fans: Fans, rng: Rng) => Float32Array;
  /** One weight of a recurrent layer of `units` units. */
  readonly recurrent?: (weight: RecurrentWeight, count: number, units: number, rng: Rng) => Float32Array;
  /** The vectors of an embedding. */
  readonly embedding?: (count: number, rng: Rng) => Float32Array;
}

/** The weights of a recurrent layer, as tfjs names them. */
export type RecurrentWeight = 'kernel' | 'recurrent_kernel' | 'bias';

/**
 * What PyTorch's layers do by default. `Linear` and `Conv`: kernel and bias U(±1/√fanIn), fans as PyTorch counts them
 * (of a transposed convolution, window · outputs). `RNN`, `LSTM`, `GRU`: U(±1/√units); PyTorch has two biases where
 * tfjs has one, which starts as their sum (no forget-gate bias of 1). `Embedding`: N(0, 1).
 */
export const torchDefault: InitializationScheme = {
  kernel: (kernel, rng) => drawKernel(TORCH_LINEAR, kernel, rng),
  bias: (count, { fanIn }, rng) => drawSymmetric(count, 1 / Math.sqrt(fanIn), rng),
  recurrent: (weight, count, units, rng) => {
    const draw = (): Float32Array => drawSymmetric(count, 1 / Math.sqrt(units), rng);
    if (weight !== 'bias') return draw();
    const second = draw();
    return draw().map((value, i) => value + (second[i] ?? 0));
  },
  embedding: (count, rng) => rng.normal(count),
};

/** Kernels U(±√(6/(fanIn + fanOut))), biases 0 (Glorot & Bengio 2010). */
export const xavierUniformWeights: InitializationScheme = {
  kernel: (kernel, rng) =>
    drawKernel({ kind: 'varianceScaling', distribution: 'uniform', fan: 'average', gain: 1 }, kernel, rng),
  bias: (count) => new Float32Array(count),
};

/** Kernels N(0, 2/fanIn), not cut, biases 0, for ReLU nets (He et al. 2015, arXiv:1502.01852). */
export const kaimingNormalWeights: InitializationScheme = {
  kernel: (kernel, rng) =>
    drawKernel(
      { kind: 'varianceScaling', distribution: 'normal', fan: 'fanIn', gain: Math.SQRT2 },
      kernel,
      rng,
    ),
  bias: (count) => new Float32Array(count),
};

/**
 * Draws the weights of a model's dense, convolution, recurrent and embedding layers anew. Each weight has a stream of
 * its own, named by its path: adding a layer of another class does not change the others' weights. Weights that a
 * layer starts at constants (scales, shifts, norm statistics) stay.
 *
 * Throws a ModelError, before anything is changed, for a layer whose random weights the scheme does not describe.
 */
export function initialize(model: tf.LayersModel, scheme: InitializationScheme, rng: Rng): void {
  const variables = parameterPaths(model);
  const owners = new Set([...variables.keys()].map((path) => path.slice(0, path.lastIndexOf('/'))));
  const draws = [...owners].flatMap((owner) =>
    [...weightDraws(owner, variables, scheme)].map(([name, values]) => ({
      path: `${owner}/${name}`,
      values,
    })),
  );
  const drawn = draws.flatMap(({ path, values }) => {
    const variable = variables.get(path);
    return variable ? [{ path, variable, numbers: values(variable.size, rng.split(path)) }] : [];
  });
  const described = new Set(drawn.map(({ path }) => path));
  for (const path of variables.keys()) {
    if (described.has(path) || CONSTANTS.has(path.slice(path.lastIndexOf('/') + 1))) continue;
    throw new ModelError(
      `initialize does not know how ${path} starts: give its layer an initializer instead`,
    );
  }
  for (const { variable, numbers } of drawn) {
    tf.tidy(() => variable.assign(tf.tensor(numbers, variable.shape)));
  }
  for (const layer of layerPaths(model).keys()) if (layer instanceof KernelWrapper) layer.followKernel();
}

/** Weights that layers start at constants, or make of their kernel. */
const CONSTANTS = new Set([
  'gamma',
  'beta',
  'moving_mean',
  'moving_variance',
  'batches',
  'alpha',
  'mean',
  'standard_deviation',
  'magnitude',
  'left_vector',
  'right_vector',
]);

type WeightDraw = (count: number, stream: Rng) => Float32Array;

const KERNELS = ['kernel', 'depthwise_kernel', 'pointwise_kernel'];

/** How each weight of a layer, or of one cell of a stack, is drawn, by tfjs's name for it; a bias need not exist. */
function weightDraws(
  owner: string,
  variables: ReadonlyMap<ParameterPath, tf.Variable>,
  scheme: InitializationScheme,
): Map<string, WeightDraw> {
  const shapeOf = (name: string): number[] | undefined => variables.get(`${owner}/${name}`)?.shape;
  const recurrent = shapeOf('recurrent_kernel');
  if (recurrent) {
    if (recurrent.length > 2)
      throw new ModelError(
        `initialize knows SimpleRNN, LSTM and GRU, not the convolutional ${owner}: give your layers initializers when you make them, instead of initialize`,
      );
    return recurrentDraws(owner, recurrent[0] ?? 1, scheme);
  }
  if (shapeOf('embeddings')) {
    const { embedding } = scheme;
    if (!embedding) throw missing(owner, 'embedding');
    return new Map([['embeddings', embedding]]);
  }
  const kernels = KERNELS.flatMap((name) => {
    const shape = shapeOf(name);
    return shape ? [{ name, kernel: { shape, depthwise: name === 'depthwise_kernel' } }] : [];
  });
  const draws = new Map<string, WeightDraw>();
  for (const { name, kernel } of kernels) {
    draws.set(name, (_, stream) => scheme.kernel(kernel, stream));
    draws.set('bias', (count, stream) => scheme.bias(count, fansOf(kernel), stream));
  }
  return draws;
}

function recurrentDraws(
  owner: string,
  units: number,
  { recurrent }: InitializationScheme,
): Map<string, WeightDraw> {
  if (!recurrent) throw missing(owner, 'recurrent');
  const weights = ['kernel', 'recurrent_kernel', 'bias'] as const;
  return new Map(
    weights.map((weight) => [weight, (count, stream) => recurrent(weight, count, units, stream)]),
  );
}

function missing(owner: string, part: 'recurrent' | 'embedding'): ModelError {
  return new ModelError(
    `the scheme does not say how ${owner} starts; add that part, e.g. { ...scheme, ${part}: torchDefault.${part} }`,
  );
}
