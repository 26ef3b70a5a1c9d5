/** Learning-rate schedules: pure functions from the step, counted from 0, to the rate of that update. */
import { z } from 'zod';
import { parseOptions } from '../options.ts';

/** The learning rate of update `step` (from 0). Pure: the same step gives the same rate, in any order of calls. */
export type Schedule = (step: number) => number;

/** A fixed rate or a schedule. */
export type LearningRate = number | Schedule;

/** A learning rate that may be 0: the start of a warm-up, the end of a decay. */
export const rateSchema = z.number().min(0);
/** A number of steps, at least one. */
export const stepsSchema = z.int().positive();
/** Steps in increasing order, each once. */
export const increasingStepsSchema = z
  .array(stepsSchema)
  .refine((steps) => steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? step)), {
    message: 'must increase',
  });

export const constantSchema = z.strictObject({ rate: rateSchema });

/** η(t) = rate: it never changes. */
export function constant(rate: number): Schedule {
  parseOptions('constant', constantSchema, { rate });
  return () => rate;
}

/** from · (1 − progress) + to · progress: exactly `from` at progress 0, exactly `to` at 1, from where on it stays. */
export function linearBetween(from: number, to: number, progress: number): number {
  const share = Math.min(1, progress);
  return from * (1 - share) + to * share;
}

/** Half a cosine wave from `from` to `to`, with the ends of {@link linearBetween}. */
export function cosineBetween(from: number, to: number, progress: number): number {
  return linearBetween(from, to, (1 - Math.cos(Math.PI * Math.min(1, progress))) / 2);
}
