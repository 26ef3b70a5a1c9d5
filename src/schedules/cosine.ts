/** Cosine annealing, once or with warm restarts (Loshchilov & Hutter 2017, SGDR, arXiv:1608.03983, equation 5). */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { cosineBetween, rateSchema, type Schedule, stepsSchema } from './schedule.ts';

export interface CosineDecayOptions {
  /** The rate at step 0. */
  readonly from: number;
  /** The rate from step `steps` on. @default 0 */
  readonly to?: number;
  readonly steps: number;
}

export interface CosineRestartsOptions {
  /** The rate at step 0 and at each restart. */
  readonly from: number;
  /** The rate that each period approaches; its last step is one short of it. @default 0 */
  readonly to?: number;
  /** T₀, the steps of the first period. */
  readonly period: number;
  /** T_mult, a whole number ≥ 1: each period is so many times as long as the one before. @default 1 */
  readonly periodFactor?: number;
}

export const cosineDecaySchema = z.strictObject({
  from: rateSchema,
  to: rateSchema.default(0),
  steps: stepsSchema,
});
export const cosineRestartsSchema = z.strictObject({
  from: rateSchema,
  to: rateSchema.default(0),
  period: stepsSchema,
  periodFactor: z.int().positive().default(1),
});

/**
 * η(t) = to + (from − to) · (1 + cos(π · min(1, t / steps))) / 2.
 *
 * Up to `steps` PyTorch's `CosineAnnealingLR` (which rises again afterwards, with period 2 · T_max); everywhere optax's
 * `cosine_decay_schedule`, whose `alpha` is to / from.
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const { from, to, steps } = parseOptions('cosineDecay', cosineDecaySchema, options);
  return (step) => cosineBetween(from, to, step / steps);
}

/**
 * η(t) = to + (from − to) · (1 + cos(π · c / T)) / 2, where c is the number of steps since the last restart and
 * T = period · periodFactorⁿ the length of the n-th period. PyTorch's `CosineAnnealingWarmRestarts`. Restarts fall on
 * exact integers here; PyTorch's `step(epoch)` finds n by a logarithm, whose rounding may miss one.
 */
export function cosineRestarts(options: CosineRestartsOptions): Schedule {
  const { from, to, period, periodFactor } = parseOptions('cosineRestarts', cosineRestartsSchema, options);
  return (step) => {
    if (periodFactor === 1) return cosineBetween(from, to, (step % period) / period);
    let [since, length] = [step, period];
    while (since >= length) {
      since -= length;
      length *= periodFactor;
    }
    return cosineBetween(from, to, since / length);
  };
}
