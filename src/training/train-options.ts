/** The options of `train`, checked once. */
import { z } from 'zod';
import { Dataset, type Splits } from '../data/dataset.ts';
import type { DatasetOptions } from '../data/dataset-from.ts';
import { type Loss, lossSchema } from '../losses/loss.ts';
import { type Metric, numberMetricsSchema } from '../metrics/metric.ts';
import { type Clipping, clippingSchema } from '../optimizers/clip.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { instanceOf, parseOptions } from '../options.ts';
import { Rng } from '../random/rng.ts';
import type { Callback } from './callback.ts';
import type { CheckpointStore } from './checkpoint.ts';
import { type Measure, MEASURES } from './measures.ts';
import type { StreamData } from './stream-source.ts';

/** Training data: a data set, its splits, plain arrays, or a stream of batches: a generator, or a tf.data.Dataset. */
export type TrainData = Dataset | Splits | DatasetOptions | StreamData;

export interface TrainOptions {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Decides the order of the batches and every mask; the same rng gives the same training, bit for bit. */
  readonly rng: Rng;
  /** Optimizer updates to make; this or `epochs`. */
  readonly steps?: number;
  /** Passes over the training data; this or `steps`. */
  readonly epochs?: number;
  /** Rows of a batch; the last one of an epoch may be smaller, and counts by its rows. Streams bring their own. @default 32 */
  readonly batchSize?: number;
  /** Leave out the smaller last batch of an epoch. @default false */
  readonly dropRemainder?: boolean;
  /** Batches whose gradients are averaged into one update, weighted by rows. @default 1 */
  readonly accumulate?: number;
  /**
   * What is measured after each epoch, where the data are not split yet: a share of the rows in (0, 1), taken at random
   * with the classes in proportion, or other rows. @default the validation split of the data, if they have one
   */
  readonly validation?: number | Dataset | DatasetOptions;
  /**
   * What the rows of each class count: a number per class, or 'balanced': rows / (classes · rows of the class), as
   * scikit-learn. The loss is then Σ weight · loss / Σ weight, as PyTorch's (Keras divides by the rows). @default none
   */
  readonly classWeights?: 'balanced' | readonly number[];
  /** Applied to the gradients of each update: `clipByGlobalNorm({ maxNorm: 1 })`. @default the optimizer's own, if it has one */
  readonly clip?: Clipping;
  /**
   * Mix each row with another one, inputs and targets alike: λ x₁ + (1 − λ) x₂ with λ ~ Beta(alpha, alpha), one λ per
   * update (Zhang et al. 2018, arXiv:1710.09412). Safe where the loss is linear in the targets, as cross-entropy is; class
   * indices become distributions. @default none
   */
  readonly mixup?: { readonly alpha: number };
  /**
   * Keep a running average of the weights, `decay` of it from update to update. Validation measures the average, and
   * the model has it when the training ends: another call starts from there, with a new average. @default none
   */
  readonly averageWeights?: { readonly decay: number };
  /** Measured on the validation split after each epoch. @default [] */
  readonly metrics?: readonly Metric[];
  /** Recorded at every update, as `train/gradientNorm` and `train/updateRatio`. @default [] */
  readonly record?: readonly Measure[];
  /** tfjs's own callbacks work too; they see `val_loss` for `validation/loss`. @default [] */
  readonly callbacks?: readonly Callback[];
  /** Where the state is kept, so that an interrupted training can go on: `checkpointFile(…)`. @default none */
  readonly checkpoint?: CheckpointStore;
  /** Go on from the checkpoint: it must be there (true), or may be ('if present'). @default false */
  readonly resume?: boolean | 'if present';
  /** A training that leaves the finite numbers: end with the outcome `diverged`, or throw a DivergenceError. @default 'stop' */
  readonly onDivergence?: 'stop' | 'throw';
  /** Stops after the running step; the history's outcome is then `stopped`. */
  readonly signal?: AbortSignal;
}

const count = z.int().positive();
const shaped = <Shape>(field: keyof Shape & string, rule: string): z.ZodType<Shape> =>
  z.custom<Shape>((value) => isObject(value) && field in value, rule);

/** The schema of {@link TrainOptions}. */
export const trainSchema = z
  .strictObject({
    loss: lossSchema,
    optimizer: instanceOf(Optimizer, 'must be an optimizer of this package, such as adam()'),
    rng: instanceOf(Rng, 'must be an Rng, such as Rng.fromSeed(0)'),
    steps: count.optional(),
    epochs: count.optional(),
    batchSize: count.default(32),
    dropRemainder: z.boolean().default(false),
    accumulate: count.default(1),
    validation: z
      .union(
        [z.number().gt(0).lt(1), instanceOf(Dataset, ''), shaped<DatasetOptions>('inputs', '')],
        'must be a share in (0, 1), a data set or { inputs, targets }',
      )
      .optional(),
    classWeights: z
      .union(
        [z.literal('balanced'), z.array(z.number().min(0)).min(1)],
        "must be 'balanced' or a number >= 0 per class",
      )
      .optional(),
    clip: clippingSchema.optional(),
    mixup: z.strictObject({ alpha: z.number().positive() }).optional(),
    averageWeights: z.strictObject({ decay: z.number().min(0).lt(1) }).optional(),
    metrics: numberMetricsSchema,
    record: z.array(z.enum(MEASURES)).default([]),
    callbacks: z.array(z.custom<Callback>(isObject, 'must be an object of hooks')).default([]),
    checkpoint: shaped<CheckpointStore>(
      'everySteps',
      'must be a store, such as checkpointFile(…)',
    ).optional(),
    resume: z
      .union([z.boolean(), z.literal('if present')], "must be true, false or 'if present'")
      .default(false),
    onDivergence: z.enum(['stop', 'throw']).default('stop'),
    signal: instanceOf(AbortSignal, 'must be an AbortSignal').optional(),
  })
  .refine(({ steps, epochs }) => (steps === undefined) !== (epochs === undefined), {
    path: ['steps'],
    message: 'or epochs must be given, and not both',
  })
  .refine(({ resume, checkpoint }) => resume === false || checkpoint !== undefined, {
    path: ['resume'],
    message: 'needs a checkpoint to go on from',
  })
  .refine(({ clip, optimizer }) => clip === undefined || optimizer.clip === undefined, {
    path: ['clip'],
    message: 'is an option of the optimizer already: give it once',
  })
  .refine(({ loss, classWeights }) => classWeights === undefined || loss.rowWeights === undefined, {
    path: ['classWeights'],
    message: 'stand in the loss already: give them once',
  });

/** {@link TrainOptions} with its defaults. */
export type CheckedTrainOptions = z.output<typeof trainSchema>;

export const checkTrainOptions = (options: TrainOptions): CheckedTrainOptions =>
  parseOptions('train', trainSchema, options);

/** An object, or a function with hooks: a schedule controller is one. */
function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
