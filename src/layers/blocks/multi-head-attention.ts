/** Multi-head attention as layers on symbolic tensors (Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { instanceOf, parseOptions } from '../../options.ts';
import { scaledDotProductAttention } from '../attention.ts';
import { carriesMask, PaddingMask } from '../padding-mask.ts';
import { connect, lastSize, partName } from './symbolic.ts';

export interface MultiHeadAttentionOptions {
  /** How many attentions run side by side, each on width / heads numbers. Divides the width. */
  readonly heads: number;
  /** What is attended to, [batch, keys, any width]. @default x itself */
  readonly context?: tf.SymbolicTensor;
  /** Whether position t sees positions 0 … t only. @default false */
  readonly causal?: boolean;
  /** The probability that an attention weight is set to 0 in training, in [0, 1). @default 0 */
  readonly dropout?: number;
  /** Names the layers `<name>_query`, `_key`, `_value`, `_attention`, `_output`. @default tfjs's own names */
  readonly name?: string;
}

const schema = z.strictObject({
  heads: z.int().positive(),
  context: instanceOf(tf.SymbolicTensor, 'must be a symbolic tensor').optional(),
  causal: z.boolean().default(false),
  dropout: z.number().min(0).lt(1).default(0),
  name: z.string().optional(),
});

/**
 * [batch, length, width] → the same shape: dense layers make query, key and value, `scaledDotProductAttention` joins
 * them, a fourth dense layer mixes the heads. PyTorch's `nn.MultiheadAttention` with biases, whose `in_proj_weight`
 * holds the transposed kernels of query, key and value.
 *
 * Padding is hidden where the context carries a mask of tfjs: from `tf.layers.embedding({ maskZero: true })` or
 * `tf.layers.masking()`, through layers that hand it on; tfjs lets no mask into a nested model. Weights start as those
 * of `tf.layers.dense`; `initialize(model, scheme, rng)` draws them from an `Rng`.
 *
 * @example
 * ```ts
 * const x = tf.input({ shape: [null, 32] });
 * const model = tf.model({ inputs: x, outputs: multiHeadAttention(x, { heads: 4, causal: true }) });
 * ```
 */
export function multiHeadAttention(
  x: tf.SymbolicTensor,
  options: MultiHeadAttentionOptions,
): tf.SymbolicTensor {
  const { context = x, name, ...attention } = parseOptions('multiHeadAttention', schema, options);
  const units = lastSize('multiHeadAttention', x, ['batch', 'length', 'width']);
  lastSize('multiHeadAttention: context', context, ['batch', 'keys', 'width']);
  const project = (part: string, from: tf.SymbolicTensor): tf.SymbolicTensor =>
    connect(tf.layers.dense({ units, ...partName(name, part) }), from);
  const mask = carriesMask(context) ? [connect(new PaddingMask(partName(name, 'mask')), context)] : [];
  const attend = scaledDotProductAttention({ ...attention, ...partName(name, 'attention') });
  const inputs = [project('query', x), project('key', context), project('value', context), ...mask];
  return project('output', connect(attend, inputs));
}
