/** A Transformer's encoder block (Vaswani et al. 2017, arXiv:1706.03762), its norms before or after (Xiong et al. 2020, arXiv:2002.04745). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../../options.ts';
import { dropout as dropoutLayer } from '../dropout.ts';
import { layerNormalization } from '../layer-normalization.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { connect, lastSize, partName } from './symbolic.ts';

export interface TransformerBlockOptions {
  /** How many attentions run side by side. Divides the width. */
  readonly heads: number;
  /** Units of the feed-forward net's hidden layer; usually 4 times the width. */
  readonly hidden: number;
  /** Where layer normalization stands: before attention and feed-forward net, or after their sum with the input. */
  readonly norm: 'before' | 'after';
  /** @default 'relu' */
  readonly activation?: 'relu' | 'gelu';
  /** The probability of dropping attention weights, hidden units and what is added, in [0, 1). @default 0 */
  readonly dropout?: number;
  /** Whether position t sees positions 0 … t only. @default false */
  readonly causal?: boolean;
  /** Added to the variances of the norms, > 0. @default 1e-5 */
  readonly epsilon?: number;
  /** Names the layers `<name>_norm1`, `<name>_attention_query`, `<name>_hidden` …. @default tfjs's own names */
  readonly name?: string;
}

const schema = z.strictObject({
  heads: z.int().positive(),
  hidden: z.int().positive(),
  norm: z.enum(['before', 'after']),
  activation: z.enum(['relu', 'gelu']).default('relu'),
  dropout: z.number().min(0).lt(1).default(0),
  causal: z.boolean().default(false),
  epsilon: z.number().positive().default(1e-5),
  name: z.string().optional(),
});

/**
 * [batch, length, width] → the same shape, with f attention and then a feed-forward net:
 *
 * before: y = x + f(norm(x)) · after: y = norm(x + f(x))
 *
 * PyTorch's `nn.TransformerEncoderLayer`, `norm_first` true or false. Norms after the sum are the original's, which
 * trains at a full learning rate only after a warm-up; a stack of blocks with norms before ends in one norm more.
 */
export function transformerBlock(x: tf.SymbolicTensor, options: TransformerBlockOptions): tf.SymbolicTensor {
  const { heads, hidden, norm, activation, dropout, causal, epsilon, name } = parseOptions(
    'transformerBlock',
    schema,
    options,
  );
  const units = lastSize('transformerBlock', x, ['batch', 'length', 'width']);

  const drop = (part: string, from: tf.SymbolicTensor): tf.SymbolicTensor =>
    dropout === 0 ? from : connect(dropoutLayer({ rate: dropout, ...partName(name, part) }), from);
  const attend = (from: tf.SymbolicTensor): tf.SymbolicTensor =>
    drop('dropout1', multiHeadAttention(from, { heads, causal, dropout, ...partName(name, 'attention') }));
  const feedForward = (from: tf.SymbolicTensor): tf.SymbolicTensor => {
    const wide = connect(tf.layers.dense({ units: hidden, activation, ...partName(name, 'hidden') }), from);
    const narrow = tf.layers.dense({ units, ...partName(name, 'output') });
    return drop('dropout2', connect(narrow, drop('hidden_dropout', wide)));
  };
  const sublayer = (from: tf.SymbolicTensor, ordinal: 1 | 2, change: typeof attend): tf.SymbolicTensor => {
    const normalize = layerNormalization({ epsilon, ...partName(name, `norm${ordinal}`) });
    const add = tf.layers.add(partName(name, `add${ordinal}`));
    return norm === 'before'
      ? connect(add, [from, change(connect(normalize, from))])
      : connect(normalize, connect(add, [from, change(from)]));
  };
  return sublayer(sublayer(x, 1, attend), 2, feedForward);
}
