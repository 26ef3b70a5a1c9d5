/** What each layer of this package is in stock layers, as evaluation uses it. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../../errors.ts';
import { RandomCrop } from '../../layers/augmentation/random-crop.ts';
import { BatchNormalization } from '../../layers/batch-normalization.ts';
import { FeatureNormalization } from '../../layers/feature-normalization.ts';
import { GroupNormalization } from '../../layers/group-normalization.ts';
import { InstanceNormalization } from '../../layers/instance-normalization.ts';
import { KernelWrapper } from '../../layers/kernel-wrapper.ts';
import { LayerNormalization } from '../../layers/layer-normalization.ts';
import type { Normalization } from '../../layers/normalization.ts';
import { RandomLayer } from '../../layers/random-layer.ts';
import { STOCK_CLASSES } from './stock-classes.ts';
import { stockConfig } from './stock-config.ts';
import {
  normalizeAxes,
  productOf,
  reshape,
  scaleAndShift,
  type Stage,
  type StockPart,
  withFewAxes,
} from './stage.ts';

/** Whether a layer is one of tfjs's own. */
export const isStock = (layer: tf.layers.Layer): boolean => STOCK_CLASSES.layer.has(layer.getClassName());

/** Whether {@link stockForm} has a form for a layer of this package. */
export function hasStockForm(layer: tf.layers.Layer): boolean {
  return (
    layer instanceof RandomLayer ||
    layer instanceof KernelWrapper ||
    layer instanceof BatchNormalization ||
    layer instanceof LayerNormalization ||
    layer instanceof GroupNormalization ||
    layer instanceof InstanceNormalization ||
    layer instanceof FeatureNormalization
  );
}

/**
 * The stages of a layer of this package for inputs of a shape; none for one that does nothing in evaluation. Their
 * weights belong to the caller. Throws a ModelError where this shape has no stock form.
 */
export function stockForm(layer: tf.layers.Layer, path: string, shape: tf.Shape): readonly Stage[] {
  if (layer instanceof RandomCrop) return cropping(layer, path, shape);
  if (layer instanceof RandomLayer) return [];
  if (layer instanceof KernelWrapper)
    return [{ role: '', make: (name) => copyOf(layer.layer, name, layer.evaluationWeights()) }];
  if (layer instanceof BatchNormalization)
    return withFewAxes(path, shape, () => [{ role: 'normalize', make: (name) => batchNorm(layer, name) }]);
  if (layer instanceof LayerNormalization) return layerNorm(layer, path, shape);
  if (layer instanceof GroupNormalization)
    return withFewAxes(path, shape, (few) => groupNorm(layer, path, few, layer.groups));
  if (layer instanceof InstanceNormalization)
    return withFewAxes(path, shape, (few) => groupNorm(layer, path, few, few.at(-1) ?? 1));
  if (layer instanceof FeatureNormalization)
    return withFewAxes(path, shape, () => {
      const { mean, standard_deviation: deviation } = weightsByName(layer);
      // Two stages: in one, some backends compute x / σ − mean / σ, which loses what x and the mean share.
      return [
        scaleAndShift('center', mean ? { shift: mean.neg() } : {}),
        scaleAndShift('scale', deviation ? { scale: deviation.reciprocal() } : {}),
      ];
    });
  throw new ModelError(`${path} (${layer.getClassName()}) has no stock form`);
}

/** A stock layer once more, under another name, in configuration stock throughout. */
export function copyOf(layer: tf.layers.Layer, name: string, weights: readonly tf.Tensor[]): StockPart {
  const known = tf.serialization.SerializationMap.getMap().classNameMap[layer.getClassName()];
  if (!known) throw new ModelError(`layer ${layer.name} has a class that tfjs does not know`);
  const [layerClass, fromConfig] = known;
  const copy = fromConfig(layerClass, { ...stockConfig(layer.getConfig()), name });
  return { layer: copy as tf.layers.Layer, weights };
}

function batchNorm(layer: BatchNormalization, name: string): StockPart {
  const { affine, epsilon, momentum, trainable } = layer;
  const { gamma, beta, moving_mean: mean, moving_variance: variance } = weightsByName(layer);
  return {
    layer: tf.layers.batchNormalization({
      epsilon,
      // tfjs's momentum is the share of the old statistics; it has no plain average.
      ...(momentum === 'cumulative' ? {} : { momentum: 1 - momentum }),
      scale: affine,
      center: affine,
      trainable,
      name,
    }),
    weights: [gamma, beta, mean, variance].filter((tensor) => tensor !== undefined),
  };
}

function layerNorm(layer: LayerNormalization, path: string, shape: tf.Shape): readonly Stage[] {
  const { axes, epsilon } = layer;
  const affine = affineOf(layer);
  if (shape.length <= 4)
    return [
      normalizeAxes(
        Array.from({ length: axes }, (_, axis) => axis - axes),
        epsilon,
        affine,
      ),
    ];
  const [before, normalized] = [shape.slice(1, -axes), shape.slice(-axes)];
  const rows = before.length > 0 ? [productOf(before)] : [];
  const flatAffine = affine.map((tensor) => tensor.flatten());
  return [
    reshape('flat', path, [...rows, productOf(normalized)]),
    normalizeAxes([-1], epsilon, flatAffine),
    reshape('positions', path, shape.slice(1)),
  ];
}

/** Groups of channels as an axis of their own; where all channels or each one are a group, no reshape is needed. */
function groupNorm(
  layer: GroupNormalization | InstanceNormalization,
  path: string,
  shape: tf.Shape,
  groups: number,
): readonly Stage[] {
  const { epsilon } = layer;
  const [scale, shift] = affineOf(layer);
  const affine = scale && shift ? [scaleAndShift('affine', { scale, shift })] : [];
  const sizes = shape.slice(1);
  const channels = sizes.at(-1) ?? 1;
  const positions = sizes.slice(0, -1);
  if (groups === 1)
    return [
      normalizeAxes(
        sizes.map((_, axis) => axis + 1),
        epsilon,
      ),
      ...affine,
    ];
  if (groups === channels && positions.length > 0)
    return [
      normalizeAxes(
        positions.map((_, axis) => axis + 1),
        epsilon,
      ),
      ...affine,
    ];
  return [
    reshape('groups', path, [productOf(positions), groups, channels / groups]),
    normalizeAxes([1, 3], epsilon),
    reshape('positions', path, sizes),
    ...affine,
  ];
}

/** The middle of the image, as evaluation has it. */
function cropping(
  { height, width }: RandomCrop,
  path: string,
  [, rows = null, columns = null]: tf.Shape,
): readonly Stage[] {
  const margins = (size: number | null, kept: number | undefined): [number, number] => {
    if (kept === undefined) return [0, 0];
    if (size === null)
      throw new ModelError(
        `${path} cannot be exported for images of unknown size, of which tfjs cannot keep the middle; give the model an inputShape with the height and width`,
      );
    const before = Math.floor((size - kept) / 2);
    return [before, size - kept - before];
  };
  const cropped = [margins(rows, height), margins(columns, width)] as const;
  if (cropped.flat().every((margin) => margin === 0)) return [];
  const [vertical, horizontal] = cropped;
  return [
    {
      role: 'crop',
      make: (name) => ({
        layer: tf.layers.cropping2D({ cropping: [vertical, horizontal], name }),
        weights: [],
      }),
    },
  ];
}

function affineOf(layer: Normalization): tf.Tensor[] {
  const { gamma, beta } = weightsByName(layer);
  return gamma && beta ? [gamma, beta] : [];
}

function weightsByName(layer: tf.layers.Layer): Partial<Record<string, tf.Tensor>> {
  return Object.fromEntries(
    layer.weights.map((weight) => [
      weight.originalName.slice(weight.originalName.lastIndexOf('/') + 1),
      weight.read(),
    ]),
  );
}
