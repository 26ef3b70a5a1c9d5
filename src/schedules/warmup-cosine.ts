/** Linear warm-up, then cosine decay (Loshchilov & Hutter 2017, arXiv:1608.03983, without restarts; Goyal 2017). */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { cosineBetween, linearBetween, rateSchema, type Schedule, stepsSchema } from './schedule.ts';

export interface WarmupCosineOptions {
  /** The rate at step `warmupSteps`. */
  readonly peak: number;
  /** Steps of the warm-up; 0 starts at the peak. */
  readonly warmupSteps: number;
  /** The step at which `end` is reached, counted from step 0: the warm-up is part of it. */
  readonly totalSteps: number;
  /** The rate at step 0. @default 0 */
  readonly start?: number;
  /** The rate from `totalSteps` on. @default 0 */
  readonly end?: number;
}

export const warmupCosineSchema = z
  .strictObject({
    peak: z.number().positive(),
    warmupSteps: z.int().min(0),
    totalSteps: stepsSchema,
    start: rateSchema.default(0),
    end: rateSchema.default(0),
  })
  .refine(({ warmupSteps, totalSteps }) => warmupSteps < totalSteps, {
    path: ['warmupSteps'],
    message: 'must be below totalSteps',
  });

/**
 * η(t) = start + (peak − start) · t / warmupSteps for t < warmupSteps, then
 * end + (peak − end) · (1 + cos(π · min(1, (t − warmupSteps) / (totalSteps − warmupSteps)))) / 2.
 *
 * The rate is exactly `peak` at step `warmupSteps` and exactly `end` from `totalSteps` on (optax's
 * `warmup_cosine_decay_schedule`). PyTorch has no such class: it is `SequentialLR([LinearLR, CosineAnnealingLR])`,
 * whose LinearLR cannot start at 0.
 */
export function warmupCosine(options: WarmupCosineOptions): Schedule {
  const { peak, warmupSteps, totalSteps, start, end } = parseOptions(
    'warmupCosine',
    warmupCosineSchema,
    options,
  );
  return (step) =>
    step < warmupSteps
      ? linearBetween(start, peak, step / warmupSteps)
      : cosineBetween(peak, end, (step - warmupSteps) / (totalSteps - warmupSteps));
}
