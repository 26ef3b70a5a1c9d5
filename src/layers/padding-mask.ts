/** The mask that tfjs hands from layer to layer, as a tensor. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { ModelError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { defaultName, layerOptionFields, oneTensor } from './layer.ts';

const schema = z.strictObject(layerOptionFields);

/**
 * [batch, length, …] → [batch, length]: 1 where the input is data, 0 where it is padding by the mask of
 * `tf.layers.embedding({ maskZero: true })` or `tf.layers.masking()`. tfjs hands a layer of several inputs only the
 * mask of the first, and one without a mask that of an earlier layer: so attention takes it as an input.
 */
export class PaddingMask extends tf.layers.Layer {
  static readonly className = 'TfjsRecipesPaddingMask';

  constructor(options: { readonly name?: string } = {}) {
    parseOptions('paddingMask', schema, options);
    super({ ...options, name: options.name ?? defaultName('padding_mask') });
    tf.serialization.registerClass(PaddingMask);
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape.slice(0, 2);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { mask }: { readonly mask?: tf.Tensor }): tf.Tensor {
    const { shape } = oneTensor(inputs);
    if (mask === undefined) throw new ModelError(`layer ${this.name}: its input has no mask`);
    // tfjs's add and its like put an axis of 1 before the mask.
    return tf.tidy(() => mask.reshape(shape.slice(0, 2)).toFloat());
  }
}

/**
 * Whether tfjs will hand on a mask with this tensor: a layer before it makes one, and none between drops it. A nested
 * model lets none in or out.
 */
export function carriesMask(x: tf.SymbolicTensor, seen = new Set<tf.SymbolicTensor>()): boolean {
  const { sourceLayer, inputs } = x;
  if (seen.has(x) || !sourceLayer.supportsMasking) return false;
  seen.add(x);
  const makesOne = ['Embedding', 'Masking'].includes(sourceLayer.getClassName());
  return makesOne || inputs.some((input) => carriesMask(input, seen));
}
