/** Attention: every query takes a mean of the values, weighted by how well their keys fit (Vaswani et al. 2017, arXiv:1706.03762). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { OptionError, ShapeError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { Dropout } from './dropout.ts';
import { defaultName, layerOptionFields } from './layer.ts';
import type { CallOptions } from './step-random.ts';

export interface ScaledDotProductAttentionOptions {
  /** Into how many parts query, key and value are cut; each attends by itself. Divides their widths. */
  readonly heads: number;
  /** Whether query t sees keys 0 … t only. @default false */
  readonly causal?: boolean;
  /** The probability that a weight is set to 0 in training, in [0, 1). @default 0 */
  readonly dropout?: number;
  /** Names the masks of the dropout under `model.fit`, as in `dropout`. @default 0 */
  readonly seed?: number;
  readonly name?: string;
}

const schema = z.strictObject({
  ...layerOptionFields,
  heads: z.int().positive(),
  causal: z.boolean().default(false),
  dropout: z.number().min(0).lt(1).default(0),
  seed: z.int().min(0).default(0),
});

/**
 * Called on `[query, key, value]`, of shapes [batch, queries, width], [batch, keys, width], [batch, keys, values];
 * returns [batch, queries, values]. In each head, d = width / heads:
 *
 * Y = softmax(Q Kᵀ / √d) V
 *
 * A fourth input, [batch, keys], is 1 where a key may be seen and 0 where it is padding. A query that sees no key gets
 * zeros (PyTorch: NaN). It has no weights: `multiHeadAttention` adds the projections.
 *
 * In a model give it three tensors, not one thrice: `predict` of tfjs frees too early what one layer takes twice.
 */
export function scaledDotProductAttention(
  options: ScaledDotProductAttentionOptions,
): ScaledDotProductAttention {
  return new ScaledDotProductAttention(options);
}

/** See {@link scaledDotProductAttention}. */
export class ScaledDotProductAttention extends tf.layers.Layer {
  static readonly className = 'TfjsRecipesScaledDotProductAttention';
  readonly heads: number;
  readonly causal: boolean;
  readonly #dropout: Dropout;

  constructor(options: ScaledDotProductAttentionOptions) {
    const { heads, causal, dropout, seed } = parseOptions('scaledDotProductAttention', schema, options);
    super({ ...options, name: options.name ?? defaultName('scaled_dot_product_attention') });
    tf.serialization.registerClass(ScaledDotProductAttention);
    // The mask of the output is the query's: tfjs takes the first of those that go in.
    this.supportsMasking = true;
    this.heads = heads;
    this.causal = causal;
    this.#dropout = new Dropout({ rate: dropout, seed, name: this.name });
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    this.computeOutputShape(inputShape);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [query = [], key = [], value = [], mask] = isList(inputShape) ? inputShape : [inputShape];
    const [batch = null, queries = null, width = null] = query;
    const [, keys = null] = key;
    checkShape('query', query, ['batch', 'queries', 'width']);
    checkShape('key', key, ['batch', 'keys', width]);
    checkShape('value', value, ['batch', keys, 'values']);
    if (mask !== undefined) checkShape('mask', mask, ['batch', keys]);
    const [, , values = null] = value;
    for (const [what, size] of [
      ['width', width],
      ['width of the values', values],
    ] as const) {
      if (size !== null && size % this.heads === 0) continue;
      const rule = `must divide the ${what}, which is ${size ?? 'unknown'}`;
      throw new OptionError('scaledDotProductAttention', [{ path: 'heads', rule, received: this.heads }]);
    }
    return [batch, queries, values];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training = false, random }: CallOptions): tf.Tensor {
    const [query, key, value, mask] = Array.isArray(inputs) ? inputs : [inputs];
    if (query === undefined || key === undefined || value === undefined)
      throw new RangeError('expected the inputs query, key and value');
    return tf.tidy(() => {
      const queries = this.#split(query);
      const scale = 1 / Math.sqrt(queries.shape[3] ?? 1);
      const scores = tf.matMul(queries.mul(scale), this.#split(key), false, true);
      const weights = visibleSoftmax(scores, this.#visible(scores.shape, mask));
      const kept = this.#dropout.call(weights, {
        training,
        ...(random && { random: { key: () => random.key(this) } }),
      });
      return join(tf.matMul(kept, this.#split(value)));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { heads, causal } = this;
    const { rate: dropout, seed } = this.#dropout;
    return { ...super.getConfig(), heads, causal, dropout, seed };
  }

  /** [batch, length, width] → [batch, heads, length, width / heads]. */
  #split(x: tf.Tensor): tf.Tensor {
    const [batch = 0, length = 0, width = 0] = x.shape;
    return x.reshape([batch, length, this.heads, width / this.heads]).transpose([0, 2, 1, 3]);
  }

  /** 1 where a query sees a key, else 0, to be stretched to [batch, heads, queries, keys]; undefined where all see all. */
  #visible([, , queries = 0, keys = 0]: number[], mask: tf.Tensor | undefined): tf.Tensor | undefined {
    const present = mask?.reshape([-1, 1, 1, keys]);
    if (!this.causal) return present;
    const past = tf.range(0, queries).reshape([queries, 1]).greaterEqual(tf.range(0, keys)).toFloat();
    return present?.mul(past) ?? past;
  }
}

/** Softmax over the keys that are seen. Exact: e^(−1e9) is 0, and where all are hidden their shares are taken away. */
function visibleSoftmax(scores: tf.Tensor, visible: tf.Tensor | undefined): tf.Tensor {
  if (visible === undefined) return scores.softmax();
  return scores.add(visible.sub(1).mul(1e9)).softmax().mul(visible);
}

/** [batch, heads, length, width / heads] → [batch, length, width]. */
function join(x: tf.Tensor): tf.Tensor {
  const [batch = 0, heads = 0, length = 0, width = 0] = x.shape;
  return x.transpose([0, 2, 1, 3]).reshape([batch, length, heads * width]);
}

const isList = (shape: tf.Shape | tf.Shape[]): shape is tf.Shape[] => Array.isArray(shape[0]);

/** A number in `expected` must be met where the size is known; a name, or null, stands for any size. */
function checkShape(what: string, shape: tf.Shape, expected: readonly (string | number | null)[]): void {
  const fits = (size: number | null, i: number): boolean => {
    const wanted = expected[i];
    return typeof wanted !== 'number' || size === null || size === wanted;
  };
  if (shape.length === expected.length && shape.every(fits)) return;
  throw new ShapeError(`attention's ${what}`, `[${expected.map((size) => size ?? 'any').join(', ')}]`, shape);
}
