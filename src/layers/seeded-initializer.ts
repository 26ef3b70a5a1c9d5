/** The class of this package's initializers: a formula, a seed, and new numbers at every call. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { Rng } from '../random/rng.ts';
import { drawKernel, type Formula, formulaSchema } from './weight-draws.ts';

/** tfjs asks `instanceof` of a class that it does not export: the parent of its initializers. */
type TfjsInitializer = ReturnType<typeof tf.initializers.ones>;
const TfjsInitializer = Object.getPrototypeOf(tf.initializers.zeros().constructor) as {
  new (): TfjsInitializer;
  readonly fromConfig: typeof tf.serialization.Serializable.fromConfig;
};

/** What a saved model keeps of an initializer. */
export interface InitializerConfig {
  readonly seed: number;
  readonly formula: Formula;
  readonly depthwise: boolean;
}

const schema = z.object({ seed: z.int().min(0), formula: formulaSchema, depthwise: z.boolean() });

/**
 * Made by `kaimingUniform` and its like. The n-th call for a shape draws from a stream named by the shape and n: one
 * initializer given to two layers of equal shape gives each its own numbers, and the order of layers of other shapes
 * does not matter. tfjs's seeded initializers repeat the same numbers.
 *
 * The configuration holds the seed, not the calls: a model built again from its JSON starts at the same numbers, if no
 * initializer was shared by weights of equal shape; of those, each copy then starts at the first one's numbers (and
 * `tf.layers.bidirectional`, which copies its layer so, starts both directions equal). One initializer for each
 * weight, or `initialize(model, scheme, rng)`, avoids this.
 */
export class SeededInitializer extends TfjsInitializer {
  static readonly className = 'TfjsRecipesSeededInitializer';
  readonly config: InitializerConfig;
  readonly #calls = new Map<string, number>();

  constructor(config: InitializerConfig) {
    super();
    tf.serialization.registerClass(SeededInitializer);
    this.config = parseOptions('SeededInitializer', schema, config);
  }

  override apply(shape: number[]): tf.Tensor {
    const { seed, formula, depthwise } = this.config;
    const name = shape.join('x');
    const call = this.#calls.get(name) ?? 0;
    const rng = Rng.fromSeed(seed).split(`${name}#${call}`);
    const tensor = tf.tensor(drawKernel(formula, { shape, depthwise }, rng), shape);
    this.#calls.set(name, call + 1);
    return tensor;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...this.config };
  }
}

/** A seed for one initializer, from the next two words of a stream. */
export function drawSeed(rng: Rng): number {
  const [low = 0, high = 0] = rng.bits(2);
  return low + (high >>> 11) * 0x1_0000_0000;
}
