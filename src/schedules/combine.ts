/** Schedules made of schedules. */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { increasingStepsSchema, type Schedule } from './schedule.ts';

export interface JoinSchedulesOptions {
  /** The first step of each schedule but the first, increasing. */
  readonly boundaries: readonly number[];
}

const schedule = z.custom<Schedule>((value) => typeof value === 'function', 'must be a schedule (step => rate)');

export const joinSchedulesSchema = z
  .strictObject({ schedules: z.array(schedule).min(1), boundaries: increasingStepsSchema })
  .refine(({ schedules, boundaries }) => boundaries.length === schedules.length - 1, {
    path: ['boundaries'],
    message: 'must be one fewer than the schedules',
  });
export const scaleScheduleSchema = z.strictObject({ schedule, factor: z.number().min(0) });

/**
 * One schedule after another: η(t) = schedules[i](t − b), b the last boundary ≤ t (0 before the first) and i the number
 * of such boundaries. Each later schedule starts at its own step 0, at its boundary: optax's `join_schedules`,
 * PyTorch's `SequentialLR`.
 */
export function joinSchedules(schedules: readonly Schedule[], options: JoinSchedulesOptions): Schedule {
  const { boundaries, schedules: parts } = parseOptions('joinSchedules', joinSchedulesSchema, {
    ...options,
    schedules,
  });
  return (step) => {
    const index = boundaries.filter((boundary) => boundary <= step).length;
    return parts[index]?.(step - (boundaries[index - 1] ?? 0)) ?? Number.NaN;
  };
}

/** η(t) = factor · schedule(t): one shape at another size, such as the linear scaling rule's batch / 256 (Goyal 2017). */
export function scaleSchedule(schedule: Schedule, factor: number): Schedule {
  const parsed = parseOptions('scaleSchedule', scaleScheduleSchema, { schedule, factor });
  return (step) => parsed.factor * parsed.schedule(step);
}
