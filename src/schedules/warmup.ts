/** Warm-ups: the rate rises from `from` at step 0, since Adam's early second moments vary wildly (Liu et al. 2020). */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { linearBetween, rateSchema, type Schedule, stepsSchema } from './schedule.ts';

export interface LinearWarmupOptions {
  /** The rate at step 0. @default 0 */
  readonly from?: number;
  /** The rate from step `steps` on. */
  readonly to: number;
  readonly steps: number;
}

export interface ExponentialWarmupOptions {
  /** The rate at step 0. @default 0 */
  readonly from?: number;
  /** The rate that is approached: 63 % of the way after one timescale, 95 % after three. */
  readonly to: number;
  /** τ, in steps; need not be whole. */
  readonly timescale: number;
}

export interface UntunedWarmupOptions {
  /** The rate after the warm-up. */
  readonly to: number;
  /** β₂ of the Adam that takes the rate, in [0, 1). @default 0.999 */
  readonly beta2?: number;
  /** @default 'linear' */
  readonly shape?: 'linear' | 'exponential';
}

export interface TransformerScheduleOptions {
  /** d_model, the width of the model. */
  readonly dModel: number;
  /** The step with the highest rate. @default 4000 */
  readonly warmupSteps?: number;
}

const target = z.number().positive();

export const linearWarmupSchema = z.strictObject({
  from: rateSchema.default(0),
  to: target,
  steps: stepsSchema,
});
export const exponentialWarmupSchema = z.strictObject({
  from: rateSchema.default(0),
  to: target,
  timescale: z.number().positive(),
});
export const untunedWarmupSchema = z.strictObject({
  to: target,
  beta2: z.number().min(0).lt(1).default(0.999),
  shape: z.enum(['linear', 'exponential']).default('linear'),
});
export const transformerScheduleSchema = z.strictObject({
  dModel: z.int().positive(),
  warmupSteps: stepsSchema.default(4000),
});

/**
 * η(t) = from + (to − from) · min(1, t / steps) (Goyal et al. 2017, arXiv:1706.02677): optax's `linear_schedule`,
 * Hugging Face's warm-up; PyTorch's `LinearLR` with `end_factor` 1, which cannot start at 0. pytorch_warmup counts
 * from 1: (t + 1) / steps.
 */
export function linearWarmup(options: LinearWarmupOptions): Schedule {
  const { from, to, steps } = parseOptions('linearWarmup', linearWarmupSchema, options);
  return (step) => linearBetween(from, to, step / steps);
}

/**
 * η(t) = from + (to − from) · (1 − e^(−t / timescale)) (Ma & Yarats 2021, arXiv:1910.04209). pytorch_warmup's
 * `ExponentialWarmup` counts from 1: t + 1 in place of t.
 */
export function exponentialWarmup(options: ExponentialWarmupOptions): Schedule {
  const { from, to, timescale } = parseOptions('exponentialWarmup', exponentialWarmupSchema, options);
  return (step) => linearBetween(from, to, 1 - Math.exp(-step / timescale));
}

/**
 * The warm-up that needs no tuning (Ma & Yarats 2021, arXiv:1910.04209): linear over 2 / (1 − β₂) steps,
 * η(t) = to · min(1, t · (1 − β₂) / 2), or exponential with τ = 1 / (1 − β₂), η(t) = to · (1 − e^(−t (1 − β₂))).
 *
 * As every warm-up here it is 0 at step 0; the paper and pytorch_warmup (`UntunedLinearWarmup`,
 * `UntunedExponentialWarmup`) count updates from 1: their first rate is ours at step 1.
 */
export function untunedWarmup(options: UntunedWarmupOptions): Schedule {
  const { to, beta2, shape } = parseOptions('untunedWarmup', untunedWarmupSchema, options);
  return shape === 'linear'
    ? (step) => linearBetween(0, to, (step * (1 - beta2)) / 2)
    : exponentialWarmup({ to, timescale: 1 / (1 - beta2) });
}

/**
 * η(t) = dModel^(−1/2) · min(t^(−1/2), t · warmupSteps^(−3/2)) (Vaswani et al. 2017, arXiv:1706.03762, equation 3):
 * linear up to 1 / √(dModel · warmupSteps) at step `warmupSteps`, then as 1 / √t. Meant for Adam with β₂ 0.98 and
 * ε 1e-9; `scaleSchedule` makes it larger or smaller.
 *
 * It is 0 at step 0, as in Hugging Face and TensorFlow's tutorial; the paper counts updates from 1, so that its first
 * rate is ours at step 1.
 */
export function transformerSchedule(options: TransformerScheduleOptions): Schedule {
  const { dModel, warmupSteps } = parseOptions('transformerSchedule', transformerScheduleSchema, options);
  const peak = 1 / Math.sqrt(dModel * warmupSteps);
  return (step) =>
    step < warmupSteps ? linearBetween(0, peak, step / warmupSteps) : peak * Math.sqrt(warmupSteps / step);
}
