/** Rates that rise and fall: the triangular wave (Smith 2017, arXiv:1506.01186) and one cycle (Smith 2018). */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { integerPower } from '../power.ts';
import { cosineBetween, linearBetween, rateSchema, type Schedule, stepsSchema } from './schedule.ts';

export interface TriangularOptions {
  /** The lowest rate, at step 0 and at the start of each cycle. */
  readonly from: number;
  /** The highest rate of the first cycle, `stepsUp` steps after its start. */
  readonly peak: number;
  /** Steps from `from` to the peak. */
  readonly stepsUp: number;
  /** Steps from the peak back to `from`. @default stepsUp */
  readonly stepsDown?: number;
  /** What the height of the wave is multiplied by after each cycle, in (0, 1]; 0.5 is Smith's `triangular2`. @default 1 */
  readonly heightFactor?: number;
}

export interface OneCycleOptions {
  /** The highest rate. */
  readonly peak: number;
  /** Updates of the whole cycle: the last one, step `totalSteps` − 1, has the rate `end`. */
  readonly totalSteps: number;
  /** The rate at step 0. @default peak / 25 */
  readonly start?: number;
  /** The rate from step `totalSteps` − 1 on. @default start / 10000 */
  readonly end?: number;
  /** The share of the steps that the rise takes, in (0, 1). @default 0.3 */
  readonly warmupShare?: number;
  /** How the rate goes from one corner to the next. @default 'cosine' */
  readonly shape?: 'cosine' | 'linear';
  /** Fall as long as the rise, back to `start`, and only then to `end`: Smith's own form. @default false */
  readonly threePhases?: boolean;
}

export const triangularSchema = z
  .strictObject({
    from: rateSchema,
    peak: z.number().positive(),
    stepsUp: stepsSchema,
    stepsDown: stepsSchema.optional(),
    heightFactor: z.number().positive().max(1).default(1),
  })
  .refine(({ from, peak }) => from <= peak, { path: ['from'], message: 'must not exceed peak' });

export const oneCycleSchema = z
  .strictObject({
    peak: z.number().positive(),
    totalSteps: stepsSchema,
    start: rateSchema.optional(),
    end: rateSchema.optional(),
    warmupShare: z.number().positive().lt(1).default(0.3),
    shape: z.enum(['cosine', 'linear']).default('cosine'),
    threePhases: z.boolean().default(false),
  })
  .refine(({ warmupShare, totalSteps }) => warmupShare * totalSteps > 1, {
    path: ['totalSteps'],
    message: 'must leave the rise more than one step: warmupShare · totalSteps > 1',
  })
  .refine(({ threePhases, warmupShare }) => !threePhases || warmupShare <= 0.5, {
    path: ['warmupShare'],
    message: 'must be <= 0.5 with threePhases: the fall takes as long as the rise',
  });

/**
 * η(t) = from + (peak − from) · heightFactorⁿ · h, where n counts the finished cycles and h rises from 0 to 1 in
 * `stepsUp` steps and falls back in `stepsDown`. PyTorch's `CyclicLR`: mode `triangular`, and with heightFactor 0.5
 * `triangular2`. It never ends.
 */
export function triangular(options: TriangularOptions): Schedule {
  const { from, peak, stepsUp, stepsDown, heightFactor } = parseOptions(
    'triangular',
    triangularSchema,
    options,
  );
  const down = stepsDown ?? stepsUp;
  const cycle = stepsUp + down;
  return (step) => {
    const since = step % cycle;
    const height = since <= stepsUp ? since / stepsUp : (cycle - since) / down;
    return from + (peak - from) * integerPower(heightFactor, Math.floor(step / cycle)) * height;
  };
}

/**
 * From `start` up to `peak` and down to `end`, along half cosine waves or straight lines (Smith 2018, arXiv:1803.09820;
 * Smith & Topin 2018, arXiv:1708.07120). With r = warmupShare · totalSteps − 1 the corners are: `start` at step 0,
 * `peak` at r, with `threePhases` `start` again at 2 r, `end` at totalSteps − 1.
 *
 * The corners and defaults are PyTorch's `OneCycleLR` (`div_factor` = peak / start, `final_div_factor` = start / end;
 * it moves the momentum too, and throws after the end). optax's `cosine_onecycle_schedule` has its peak at
 * ⌊warmupShare · totalSteps⌋ and its end at totalSteps: one step later.
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const parsed = parseOptions('oneCycle', oneCycleSchema, options);
  const { peak, totalSteps, warmupShare, shape, threePhases } = parsed;
  const { start = peak / 25 } = parsed;
  const { end = start / 1e4 } = parsed;
  const between = shape === 'cosine' ? cosineBetween : linearBetween;
  const rise = warmupShare * totalSteps - 1;
  const corners = [
    { step: 0, rate: start },
    { step: rise, rate: peak },
    ...(threePhases ? [{ step: 2 * rise, rate: start }] : []),
    { step: totalSteps - 1, rate: end },
  ];
  return (step) => {
    const next = corners.findIndex((corner, index) => index > 0 && step <= corner.step);
    const [left, right] = [corners[next - 1], corners[next]];
    if (left === undefined || right === undefined) return end;
    return between(left.rate, right.rate, (step - left.step) / (right.step - left.step));
  };
}
