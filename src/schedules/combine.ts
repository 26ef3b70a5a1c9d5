/** Schedules made of schedules. */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { increasingStepsSchema, type Schedule } from './schedule.ts';

export interface JoinSchedulesOptions {
  /** The first step of each schedule but the first, increasing. */
  readonly boundaries: readonly number[];
}

const scheduleSchema = z.custom<Schedule>(
  (value) => typeof value === 'function',
  'must be a schedule (step => rate)',
);

export const joinSchedulesSchema = z
  .strictObject({ schedules: z.array(scheduleSchema).min(1), boundaries: increasingStepsSchema })
  .refine(({ schedules, boundaries }) => boundaries.length === schedules.length - 1, {
    path: ['boundaries'],
    message: 'must be one fewer than the schedules',
  });
export const scaleScheduleSchema = z.strictObject({ schedule: scheduleSchema, factor: z.number().min(0) });

/**
 * One schedule after another: `η(t) = schedules[i](t − b)`, where i boundaries are ≤ t and b is the last of them (0 where
 * none is). So each schedule starts at its own step 0: optax's `join_schedules`, PyTorch's `SequentialLR`.
 */
export function joinSchedules(schedules: readonly Schedule[], options: JoinSchedulesOptions): Schedule {
  const parsed = parseOptions('joinSchedules', joinSchedulesSchema, { ...options, schedules });
  const pieces = parsed.schedules.map((rateAt, index) => ({
    start: index === 0 ? 0 : (parsed.boundaries[index - 1] ?? Number.NaN),
    rateAt,
  }));
  return (step) => {
    const piece = pieces.findLast(({ start }) => start <= step);
    return piece === undefined ? Number.NaN : piece.rateAt(step - piece.start);
  };
}

/** η(t) = factor · schedule(t): one shape at another size, such as the linear scaling rule's batch / 256 (Goyal 2017). */
export function scaleSchedule(schedule: Schedule, factor: number): Schedule {
  const parsed = parseOptions('scaleSchedule', scaleScheduleSchema, { schedule, factor });
  return (step) => parsed.factor * parsed.schedule(step);
}
