/** Lower the rate when a metric has stopped improving: PyTorch's `ReduceLROnPlateau`. */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import {
  makeController,
  monitored,
  monitoringFields,
  saysWhichIsBetter,
  type ScheduleController,
  UNCLEAR_MODE,
} from './controller.ts';
import { rateSchema } from './schedule.ts';

export interface ReduceOnPlateauOptions {
  /** The rate until the first reduction. */
  readonly from: number;
  /** The series to watch. @default 'validation/loss' */
  readonly monitor?: string;
  /** Whether a lower (`min`) or a higher (`max`) value is better. @default 'min' of a loss; others must say */
  readonly mode?: 'min' | 'max';
  /** What the rate is multiplied by, in (0, 1). @default 0.1 */
  readonly factor?: number;
  /** Epochs without improvement that are put up with: the rate falls after the one more. @default 10 */
  readonly patience?: number;
  /** How much better than the best a value must be to count. @default 1e-4 */
  readonly threshold?: number;
  /** Whether the threshold is a share of the best value or a difference from it. @default 'relative' */
  readonly thresholdMode?: 'relative' | 'absolute';
  /** Epochs after a reduction in which nothing is counted. @default 0 */
  readonly cooldown?: number;
  /** The rate never falls below it. @default 0 */
  readonly minimumRate?: number;
}

/** PyTorch's `eps`: a reduction by no more than this is not made. */
const SMALLEST_REDUCTION = 1e-8;

const epochs = z.int().min(0);

export const reduceOnPlateauSchema = z
  .strictObject({
    from: z.number().positive(),
    ...monitoringFields,
    factor: z.number().positive().lt(1).default(0.1),
    patience: epochs.default(10),
    threshold: z.number().min(0).default(1e-4),
    thresholdMode: z.enum(['relative', 'absolute']).default('relative'),
    cooldown: epochs.default(0),
    minimumRate: rateSchema.default(0),
  })
  .refine(({ from, minimumRate }) => minimumRate <= from, {
    path: ['minimumRate'],
    message: 'must not exceed from',
  })
  .refine(saysWhichIsBetter, UNCLEAR_MODE);

/** A number or ±Infinity: the best value before anything was observed. */
const notNaN = z.custom<number>(
  (value) => typeof value === 'number' && !Number.isNaN(value),
  'must be a number',
);
const stateSchema = z.strictObject({
  rate: rateSchema,
  best: notNaN,
  badEpochs: epochs,
  cooldownLeft: epochs,
});
type PlateauState = z.output<typeof stateSchema>;
type PlateauOptions = z.output<typeof reduceOnPlateauSchema>;

/**
 * η ← max(factor · η, minimumRate) after more than `patience` epochs in a row whose monitored value is not better than
 * the best one, then `cooldown` epochs that do not count. Better means below best · (1 − threshold), for `max` above
 * best · (1 + threshold), or below best − threshold, above best + threshold where the threshold is absolute.
 *
 * It is PyTorch's `ReduceLROnPlateau`, epoch for epoch: NaN is never better, and a reduction by 1e-8 or less is not
 * made (its `eps`). Keras's `ReduceLROnPlateau` has an absolute `min_delta` and falls after `patience` epochs, one
 * epoch earlier.
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions): ScheduleController {
  const parsed = parseOptions('reduceOnPlateau', reduceOnPlateauSchema, options);
  return makeController({
    where: 'reduceOnPlateau',
    start: {
      rate: parsed.from,
      best: parsed.mode !== 'max' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
      badEpochs: 0,
      cooldownLeft: 0,
    },
    schema: stateSchema,
    rateAt: ({ rate }) => rate,
    after: (state, metrics) => after(state, monitored('reduceOnPlateau', parsed.monitor, metrics), parsed),
  });
}

/** The state after one more epoch with this value. */
function after(state: PlateauState, value: number, options: PlateauOptions): PlateauState {
  const improved = isBetter(value, state.best, options);
  const best = improved ? value : state.best;
  if (state.cooldownLeft > 0) return { ...state, best, badEpochs: 0, cooldownLeft: state.cooldownLeft - 1 };
  const badEpochs = improved ? 0 : state.badEpochs + 1;
  if (badEpochs <= options.patience) return { ...state, best, badEpochs };
  const lower = Math.max(state.rate * options.factor, options.minimumRate);
  const rate = state.rate - lower > SMALLEST_REDUCTION ? lower : state.rate;
  return { rate, best, badEpochs: 0, cooldownLeft: options.cooldown };
}

function isBetter(value: number, best: number, { mode, threshold, thresholdMode }: PlateauOptions): boolean {
  const sign = mode === 'max' ? 1 : -1;
  const bar = thresholdMode === 'relative' ? best * (1 + sign * threshold) : best + sign * threshold;
  return mode === 'max' ? value > bar : value < bar;
}
