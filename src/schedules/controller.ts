/** Learning rates that depend on what the training measures: what every controller is, and what they share. */
import { z } from 'zod';
import { DataError, OptionError } from '../errors.ts';
import { type Json, stringifyJson } from '../result/json.ts';
import type { Stateful } from '../training/stateful.ts';

/**
 * A learning rate that changes only when an epoch's metrics are observed: between two observations `rateAt` is a
 * schedule, so the rates of the steps up to the epoch's end are always known. `rateAt` may stand wherever a schedule
 * may, also inside `joinSchedules`; `observe` fits the callback `onEpochEnd`.
 *
 * It is {@link Stateful} without variables: what it has learnt so far belongs into a checkpoint.
 */
export interface ScheduleController extends Stateful {
  /** The rate of update `step` (from 0), as long as nothing more is observed. */
  readonly rateAt: (step: number) => number;
  /** Takes notice of the newest value of each series at the end of an epoch (from 0). */
  readonly observe: (epoch: number, metrics: Readonly<Record<string, number>>) => void;
}

/** The name of a series, as in `history.at(name)`. */
export const monitorSchema = z.string().min(1);

/** The value of the monitored series, or an OptionError that lists what is there. NaN is a value: a diverged loss. */
export function monitored(where: string, monitor: string, metrics: Readonly<Record<string, number>>): number {
  const value = metrics[monitor];
  if (value !== undefined) return value;
  const names = Object.keys(metrics);
  throw new OptionError(where, [
    {
      path: 'monitor',
      rule: 'must be a series that the training measures each epoch',
      received: monitor,
      hint: names.length > 0 ? `there are: ${names.join(', ')}` : 'there are none',
    },
  ]);
}

/** State that a controller's `host` once gave, or a DataError with the first thing that is wrong with it. */
export function restoredState<Schema extends z.ZodType>(
  where: string,
  schema: Schema,
  state: Json,
): z.output<Schema> {
  const parsed = schema.safeParse(state);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DataError(
    `stored state of ${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}, found ${stringifyJson(state)}`,
  );
}
