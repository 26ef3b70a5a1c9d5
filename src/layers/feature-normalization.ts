/** Standardised inputs as the first layer of a model, so that it takes raw inputs wherever it is used. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { Dataset, type Splits } from '../data/dataset.ts';
import { measureStandardisation, type Standardisation } from '../data/standardise.ts';
import { DataError, OptionError, ShapeError } from '../errors.ts';
import { instanceOf, parseOptions } from '../options.ts';
import { defaultName, type LayerOptions, layerOptionFields, oneTensor, whenBuilt } from './layer.ts';

/** Either the numbers, or the data to measure them on. */
export type FeatureNormalizationOptions = LayerOptions &
  (
    | Standardisation
    | {
        /** What to measure: of splits the training part alone; a `Dataset` must itself be training data only. */
        readonly fit: Dataset | Splits;
      }
  );

const numbers = z.array(z.number()).min(1);
const schema = z.strictObject({
  ...layerOptionFields,
  mean: numbers,
  standardDeviation: numbers.refine((values) => values.every((value) => value > 0), {
    error: 'must be > 0 (a constant feature has 1, and becomes 0)',
  }),
});
const fitSchema = z.strictObject({
  ...layerOptionFields,
  fit: z.union([instanceOf(Dataset, ''), z.looseObject({ train: instanceOf(Dataset, '') })], {
    error: 'must be a Dataset or what its split() gives',
  }),
});

/**
 * y = (x − mean) / standardDeviation, one pair for each place of the last axis of x [batch, ..., features], in training
 * and evaluation alike. The two are weights, `mean` and `standard_deviation`, that no training changes. They are
 * measured as `standardise` does (population deviation; 1 for a constant feature, which becomes 0): use the one or
 * the other, on data as they came.
 *
 * @example
 * ```ts
 * const data = (await loadDiabetes()).split({ validation: 0.1, test: 0.2 }, rng.split('split'));
 * const model = tf.sequential({ layers: [
 *   featureNormalization({ fit: data, inputShape: [10] }), // measured on data.train
 *   tf.layers.dense({ units: 1 }),
 * ]});
 * ```
 */
export function featureNormalization(options: FeatureNormalizationOptions): FeatureNormalization {
  if (!('fit' in options)) return new FeatureNormalization(options);
  parseOptions('featureNormalization', fitSchema, options);
  const { fit, ...layerOptions } = options;
  if ('train' in fit && fit.standardisation)
    throw new DataError('featureNormalization: these splits are standardised already');
  const { inputs } = 'train' in fit ? fit.train : fit;
  return new FeatureNormalization({ ...layerOptions, ...measureStandardisation(inputs) });
}

/** See {@link featureNormalization}. */
export class FeatureNormalization extends tf.layers.Layer {
  static readonly className = 'TfjsRecipesFeatureNormalization';
  readonly #start: Standardisation;
  #mean: tf.LayerVariable | undefined;
  #standardDeviation: tf.LayerVariable | undefined;

  constructor(options: LayerOptions & Standardisation) {
    const { mean, standardDeviation } = parseOptions('featureNormalization', schema, options);
    if (mean.length !== standardDeviation.length) {
      const rule = `must hold ${mean.length} numbers, as many as mean`;
      const received = standardDeviation.length;
      throw new OptionError('featureNormalization', [{ path: 'standardDeviation', rule, received }]);
    }
    super({ ...options, name: options.name ?? defaultName('feature_normalization') });
    tf.serialization.registerClass(FeatureNormalization);
    this.supportsMasking = true;
    this.#start = { mean, standardDeviation };
  }

  override build(inputShape: tf.Shape): void {
    const features = this.#start.mean.length;
    if (inputShape.at(-1) !== features)
      throw new ShapeError('featureNormalization', `[..., ${features}]`, inputShape);
    const weight = (name: string, values: readonly number[]): tf.LayerVariable => {
      const variable = this.addWeight(name, [features], 'float32', tf.initializers.ones(), undefined, false);
      tf.tidy(() => {
        variable.write(tf.tensor1d([...values]));
      });
      return variable;
    };
    this.#mean = weight('mean', this.#start.mean);
    this.#standardDeviation = weight('standard_deviation', this.#start.standardDeviation);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const input = oneTensor(inputs);
    const mean = whenBuilt(this, this.#mean).read();
    const standardDeviation = whenBuilt(this, this.#standardDeviation).read();
    return tf.tidy(() => input.sub(mean).div(standardDeviation));
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { mean, standardDeviation } = this.#start;
    return { ...super.getConfig(), mean: [...mean], standardDeviation: [...standardDeviation] };
  }
}
