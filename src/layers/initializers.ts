/** Initializers of one weight, from an `Rng`: for a layer's `kernelInitializer`, kept by a saved model. */
import { z } from 'zod';
import { instanceOf, parseOptions } from '../options.ts';
import { Rng } from '../random/rng.ts';
import { drawSeed, SeededInitializer } from './seeded-initializer.ts';
import { TORCH_LINEAR } from './weight-draws.ts';

/** The factor by which weights make up for what an activation loses: PyTorch's `calculate_gain`. */
const GAINS = {
  linear: 1,
  sigmoid: 1,
  tanh: 5 / 3,
  relu: Math.SQRT2,
  leakyRelu: Math.sqrt(2 / (1 + 0.01 ** 2)),
  selu: 3 / 4,
};

/**
 * An activation by name, for its gain: linear 1, sigmoid 1, tanh 5/3, relu √2, selu 3/4, leakyRelu √(2 / (1 + a²))
 * with PyTorch's slope a = 0.01 (tfjs's layer has 0.3: give the number).
 */
export type Nonlinearity = keyof typeof GAINS;

/** What the initializers of kernels take. */
export interface InitializerOptions {
  /** Two words are drawn from it, so that two initializers from one `rng` differ. */
  readonly rng: Rng;
  /** Whether it is a layer's `depthwiseInitializer`: the kernel is `[...window, inputs, multiplier]`. @default false */
  readonly depthwise?: boolean;
}

export interface GainOptions extends InitializerOptions {
  /** A number ≥ 0, or the nonlinearity behind the layer. @default 1 */
  readonly gain?: number | Nonlinearity;
}

export interface KaimingOptions extends InitializerOptions {
  /** A number ≥ 0, or the nonlinearity behind the layer. @default 'relu' */
  readonly gain?: number | Nonlinearity;
  /** Keep the variance of the activations (`fanIn`) or of the gradients (`fanOut`). @default 'fanIn' */
  readonly mode?: 'fanIn' | 'fanOut';
}

export interface TruncatedNormalOptions {
  /** Two words are drawn from it, so that two initializers from one `rng` differ. */
  readonly rng: Rng;
  /** σ ≥ 0. */
  readonly standardDeviation: number;
  /** Whether σ is the standard deviation after the cut; else it is the one before, and 0.88 σ is left. @default true */
  readonly corrected?: boolean;
}

const nonlinearitySchema = z.enum(['linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'selu']);
const gainSchema = z
  .union(
    [z.number().min(0), nonlinearitySchema],
    `must be a number >= 0 or one of ${nonlinearitySchema.options.join(', ')}`,
  )
  .transform((gain) => (typeof gain === 'number' ? gain : GAINS[gain]));
const plainSchema = z.strictObject({
  rng: instanceOf(Rng, 'must be an Rng, e.g. Rng.fromSeed(0)'),
  depthwise: z.boolean().default(false),
});
const gainedSchema = plainSchema.extend({ gain: gainSchema.default(1) });
const kaimingSchema = plainSchema.extend({
  gain: gainSchema.default(GAINS.relu),
  mode: z.enum(['fanIn', 'fanOut']).default('fanIn'),
});
const truncatedSchema = z.strictObject({
  rng: plainSchema.shape.rng,
  standardDeviation: z.number().min(0),
  corrected: z.boolean().default(true),
});

/** The options of each initializer. */
export const initializerSchemas = {
  kaimingUniform: kaimingSchema,
  kaimingNormal: kaimingSchema,
  xavierUniform: gainedSchema,
  xavierNormal: gainedSchema,
  truncatedNormal: truncatedSchema,
  orthogonal: gainedSchema,
  torchLinear: plainSchema,
};

/**
 * U(−b, b), b = gain · √(3 / fan) (He et al. 2015, arXiv:1502.01852), fan = fanIn or fanOut by `mode`. PyTorch's
 * `kaiming_uniform_`, whose default `leaky_relu` of slope 0 is our `relu`; with the defaults tfjs's `heUniform`.
 *
 * fanIn = window · inputs, fanOut = window · outputs of a kernel `[...window, inputs, outputs]`. A transposed kernel
 * has its outputs first, which swaps them, as in PyTorch. With `depthwise`, fanIn = window and fanOut = window ·
 * inputs · multiplier, as in PyTorch; tfjs and Keras count window · inputs and window · multiplier.
 *
 * @example
 * ```ts
 * tf.layers.dense({ units: 64, activation: 'tanh', kernelInitializer: kaimingUniform({ rng, gain: 'tanh' }) });
 * ```
 */
export function kaimingUniform(options: KaimingOptions): SeededInitializer {
  return kaiming('kaimingUniform', 'uniform', options);
}

/**
 * N(0, gain² / fan), not cut (He et al. 2015, arXiv:1502.01852), fans as for {@link kaimingUniform}: PyTorch's
 * `kaiming_normal_`. tfjs's `heNormal` is cut at ±2 standard deviations, which leaves it 0.88 of this one's.
 */
export function kaimingNormal(options: KaimingOptions): SeededInitializer {
  return kaiming('kaimingNormal', 'normal', options);
}

/**
 * U(−b, b), b = gain · √(6 / (fanIn + fanOut)) (Glorot & Bengio 2010), fans as for {@link kaimingUniform}: PyTorch's
 * `xavier_uniform_`; with gain 1 tfjs's `glorotUniform`.
 */
export function xavierUniform(options: GainOptions): SeededInitializer {
  return xavier('xavierUniform', 'uniform', options);
}

/**
 * N(0, gain² · 2 / (fanIn + fanOut)), not cut (Glorot & Bengio 2010), fans as for {@link kaimingUniform}: PyTorch's
 * `xavier_normal_`. tfjs's `glorotNormal`, the default of its layers, is cut at ±2 standard deviations, which leaves
 * it 0.88 of this one's.
 */
export function xavierNormal(options: GainOptions): SeededInitializer {
  return xavier('xavierNormal', 'normal', options);
}

/**
 * s · z, z ~ N(0, 1) given |z| < 2, for a weight of any shape; s = σ / 0.8796256610342398 if corrected, else σ. tfjs
 * and Keras do not correct; PyTorch's `trunc_normal_` does not either, and cuts at −2 and 2 themselves, whatever σ is.
 */
export function truncatedNormal(options: TruncatedNormalOptions): SeededInitializer {
  const { rng, ...rest } = parseOptions('truncatedNormal', truncatedSchema, options);
  const formula = { kind: 'truncatedNormal', ...rest } as const;
  return new SeededInitializer({ seed: drawSeed(rng), formula, depthwise: false });
}

/**
 * gain · Q, Q uniform among the matrices whose columns are orthonormal, or whose rows are where it is wider than tall
 * (Saxe et al. 2014, arXiv:1312.6120; uniform by the signs of Mezzadri 2007, arXiv:math-ph/0609050): PyTorch's
 * `orthogonal_`. All axes but the last are one: a kernel `[...window, inputs, outputs]` is a matrix `[window · inputs,
 * outputs]`, PyTorch's transposed; with `depthwise` it is `[window, inputs · multiplier]`. tfjs flattens alike.
 */
export function orthogonal(options: GainOptions): SeededInitializer {
  const { rng, gain, depthwise } = parseOptions('orthogonal', gainedSchema, options);
  return new SeededInitializer({ seed: drawSeed(rng), formula: { kind: 'orthogonal', gain }, depthwise });
}

/**
 * U(−b, b), b = 1 / √fanIn, fans as for {@link kaimingUniform}: the kernels of PyTorch's `Linear` and `Conv` by default
 * (its `kaiming_uniform_` with a = √5). Their biases have the same b, which no `biasInitializer` can know: see
 * `initialize(model, torchDefault, rng)`. tfjs's default is `glorotNormal`, with biases 0.
 */
export function torchLinear(options: InitializerOptions): SeededInitializer {
  const { rng, depthwise } = parseOptions('torchLinear', plainSchema, options);
  return new SeededInitializer({ seed: drawSeed(rng), formula: TORCH_LINEAR, depthwise });
}

function kaiming(
  where: string,
  distribution: 'uniform' | 'normal',
  options: KaimingOptions,
): SeededInitializer {
  const { rng, gain, mode, depthwise } = parseOptions(where, kaimingSchema, options);
  const formula = { kind: 'varianceScaling', distribution, fan: mode, gain } as const;
  return new SeededInitializer({ seed: drawSeed(rng), formula, depthwise });
}

function xavier(where: string, distribution: 'uniform' | 'normal', options: GainOptions): SeededInitializer {
  const { rng, gain, depthwise } = parseOptions(where, gainedSchema, options);
  const formula = { kind: 'varianceScaling', distribution, fan: 'average', gain } as const;
  return new SeededInitializer({ seed: drawSeed(rng), formula, depthwise });
}
