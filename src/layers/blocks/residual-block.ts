/** Residual blocks: two layers learn what is to be added to their input (He et al. 2015, arXiv:1512.03385). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../../options.ts';
import { batchNormalization } from '../batch-normalization.ts';
import { connect, lastSize, partName } from './symbolic.ts';

interface BlockOptions {
  /** What makes each norm, such as `(options) => groupNormalization({ groups: 4, ...options })`. @default batchNormalization */
  readonly norm?: NormMaker | 'none';
  /** The nonlinearity between the two layers and after the sum, by tfjs's name. @default 'relu' */
  readonly activation?: z.infer<typeof activationSchema>;
  /** Whether the input is added: false gives the plain net that a residual one is compared with. @default true */
  readonly shortcut?: boolean;
  /** Names the layers `<name>_conv1` or `_dense1`, `<name>_norm1` …. @default tfjs's own names */
  readonly name?: string;
}

export interface ResidualBlockOptions extends BlockOptions {
  /** Channels of the output. */
  readonly filters: number;
  /** Rows and columns that the first convolution moves by: the output is that much smaller. @default 1 */
  readonly stride?: number;
}

export interface DenseResidualBlockOptions extends BlockOptions {
  /** Width of the output. */
  readonly units: number;
}

/** Makes a norm; it is given the layer's name where the block has one. */
export type NormMaker = (options: { name?: string }) => tf.layers.Layer;

const activationSchema = z.enum([
  'relu',
  'elu',
  'selu',
  'gelu',
  'swish',
  'softplus',
  'tanh',
  'sigmoid',
  'linear',
]);
const blockSchema = z.strictObject({
  norm: z
    .custom<NormMaker | 'none'>(
      (norm) => typeof norm === 'function' || norm === 'none',
      'must make a layer, such as batchNormalization, or be "none"',
    )
    .default(() => batchNormalization),
  activation: activationSchema.default('relu'),
  shortcut: z.boolean().default(true),
  name: z.string().optional(),
});
const schema = blockSchema.extend({ filters: z.int().positive(), stride: z.int().positive().default(1) });
const denseSchema = blockSchema.extend({ units: z.int().positive() });

/**
 * [batch, height, width, channels] → [batch, ⌈height / stride⌉, ⌈width / stride⌉, filters]:
 *
 * y = a(norm(conv(a(norm(conv(x))))) + x)
 *
 * with convolutions of 3 × 3 and activation a; where the shape changes, x goes through a convolution of 1 × 1 and a
 * norm. The basic block of torchvision's `resnet18`: every side is padded by 1 (tfjs's 'same' pads an even image only
 * below and at the right when the stride is 2). Convolutions have biases only without norms, which would undo them.
 */
export function residualBlock(x: tf.SymbolicTensor, options: ResidualBlockOptions): tf.SymbolicTensor {
  const { filters, stride, ...block } = parseOptions('residualBlock', schema, options);
  const channels = lastSize('residualBlock', x, ['batch', 'height', 'width', 'channels']);
  const { norm, name } = block;
  const convolve = (part: string, kernelSize: 1 | 3, strides: number): Connection => {
    const padding = strides === 1 ? 'same' : 'valid';
    const useBias = norm === 'none';
    const layer = tf.layers.conv2d({
      filters,
      kernelSize,
      strides,
      padding,
      useBias,
      ...partName(name, part),
    });
    if (strides === 1 || kernelSize === 1) return (from) => connect(layer, from);
    return (from) => connect(layer, connect(tf.layers.zeroPadding2d(partName(name, 'padding')), from));
  };
  return residual(x, block, {
    first: convolve('conv1', 3, stride),
    second: convolve('conv2', 3, 1),
    project: stride === 1 && channels === filters ? undefined : convolve('shortcut', 1, stride),
  });
}

/**
 * The same for vectors, [batch, width] → [batch, units]: y = a(norm(dense(a(norm(dense(x))))) + x); where the width
 * changes, x goes through a dense layer and a norm. Dense layers have biases only without norms.
 */
export function denseResidualBlock(
  x: tf.SymbolicTensor,
  options: DenseResidualBlockOptions,
): tf.SymbolicTensor {
  const { units, ...block } = parseOptions('denseResidualBlock', denseSchema, options);
  const width = lastSize('denseResidualBlock', x, ['batch', 'width']);
  const { norm, name } = block;
  const dense = (part: string): Connection => {
    const layer = tf.layers.dense({ units, useBias: norm === 'none', ...partName(name, part) });
    return (from) => connect(layer, from);
  };
  return residual(x, block, {
    first: dense('dense1'),
    second: dense('dense2'),
    project: width === units ? undefined : dense('shortcut'),
  });
}

type Connection = (from: tf.SymbolicTensor) => tf.SymbolicTensor;

interface Weighted {
  readonly first: Connection;
  readonly second: Connection;
  /** Brings the input to the output's shape, where they differ. */
  readonly project: Connection | undefined;
}

function residual(
  x: tf.SymbolicTensor,
  { norm, activation, shortcut, name }: z.output<typeof blockSchema>,
  { first, second, project }: Weighted,
): tf.SymbolicTensor {
  const normalize = (part: string, from: tf.SymbolicTensor): tf.SymbolicTensor =>
    norm === 'none' ? from : connect(norm(partName(name, part)), from);
  const activate = (part: string, from: tf.SymbolicTensor): tf.SymbolicTensor =>
    connect(tf.layers.activation({ activation, ...partName(name, part) }), from);
  const inner = activate('activation1', normalize('norm1', first(x)));
  const change = normalize('norm2', second(inner));
  if (!shortcut) return activate('activation2', change);
  const carried = project ? normalize('shortcut_norm', project(x)) : x;
  const sum = connect(tf.layers.add(partName(name, 'add')), [change, carried]);
  return activate('activation2', sum);
}
