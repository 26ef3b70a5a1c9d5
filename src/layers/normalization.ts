/** What the norms share: scale and shift, and the normalisation of groups of values. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { NormLayout } from '../backend/normalize-kernels.ts';
import { type Affine, normalize, type Normalized } from '../backend/normalize.ts';
import { ModelError, ShapeError } from '../errors.ts';
import { defaultName, type LayerOptions, layerOptionFields, oneTensor } from './layer.ts';

export interface NormalizationOptions extends LayerOptions {
  /** ε, added to the variance; > 0. @default 1e-5 */
  readonly epsilon?: number;
  /** Whether the layer has a scale γ (weight `gamma`, from 1) and a shift β (weight `beta`, from 0). */
  readonly affine?: boolean;
}

/** The fields of the norms' options; each norm says its own default of `affine`. */
export const normalizationFields = {
  ...layerOptionFields,
  epsilon: z.number().positive().default(1e-5),
};

/** y = (x − mean) / √(variance + ε) · γ + β, with the biased variance of the groups that the subclass names. */
export abstract class Normalization extends tf.layers.Layer {
  readonly epsilon: number;
  readonly affine: boolean;
  #affineWeights: { readonly scale: tf.LayerVariable; readonly shift: tf.LayerVariable } | undefined;

  constructor(
    token: string,
    options: LayerOptions,
    { epsilon, affine }: { epsilon: number; affine: boolean },
  ) {
    super({ ...options, name: options.name ?? defaultName(token) });
    this.supportsMasking = true;
    this.epsilon = epsilon;
    this.affine = affine;
  }

  /** As what a tensor of this shape is normalised. */
  protected abstract layoutOf(shape: readonly number[]): NormLayout;

  /** How many trailing axes scale and shift have. */
  protected get affineAxes(): number {
    return 1;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = oneShape(inputShape);
    const channels = shape.slice(-this.affineAxes).filter((size) => size !== null);
    if (shape.length <= this.affineAxes || channels.length < this.affineAxes) {
      const axes = this.affineAxes === 1 ? 'a last axis' : `${this.affineAxes} trailing axes`;
      throw new ShapeError(`layer ${this.name}`, `[batch, …] with ${axes} of known size`, shape);
    }
    if (this.affine)
      this.#affineWeights = {
        scale: this.addWeight('gamma', channels, 'float32', tf.initializers.ones()),
        shift: this.addWeight('beta', channels, 'float32', tf.initializers.zeros()),
      };
    const axes = Object.fromEntries(channels.map((size, index) => [index - channels.length, size]));
    this.inputSpec = [new tf.InputSpec({ minNDim: channels.length + 1, axes })];
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => this.normalize(oneTensor(inputs)).output);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.epsilon, affine: this.affine };
  }

  protected get scaleAndShift(): Affine | undefined {
    const weights = this.#affineWeights;
    return weights && { scale: weights.scale.read(), shift: weights.shift.read() };
  }

  /** Throws a ModelError where a group has one value: it would become 0 whatever it is. */
  protected normalize(input: tf.Tensor): Normalized {
    const layout = this.layoutOf(input.shape);
    if (layout[1] * layout[3] === 1)
      throw new ModelError(`layer ${this.name}: ${this.oneValue(input.shape)}`);
    return normalize(input, { layout, epsilon: this.epsilon, affine: this.scaleAndShift });
  }

  /** What is wrong and how to mend it, for an input of which each value would be normalised by itself. */
  protected oneValue(shape: readonly number[]): string {
    return `each value of an input of shape [${shape.join(', ')}] would be normalised by itself and become 0; normalise over more values, or leave the layer out`;
  }
}

/** The product of some axes. */
export const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/** The shape of the one input; tfjs passes it alone or in an array. */
export function oneShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
  const [first] = shapes;
  return Array.isArray(first) ? first : (shapes as tf.Shape);
}
