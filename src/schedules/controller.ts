/** Learning rates that depend on what the training measures: what every controller is, and what they share. */
import { z } from 'zod';
import { DataError, OptionError } from '../errors.ts';
import { type Json, stringifyJson } from '../result/json.ts';
import type { Stateful } from '../training/stateful.ts';
import type { LearningRate, Schedule } from './schedule.ts';

/**
 * A schedule that changes only when an epoch's metrics are observed: the rates of the steps up to the epoch's end are
 * always known. It stands wherever a schedule stands. As an optimizer's `learningRate` it is told of every epoch by
 * `train`; inside another schedule (`joinSchedules`) it is one of `train`'s callbacks too.
 *
 * It is {@link Stateful} without variables: what it has learnt so far belongs into a checkpoint.
 */
export interface ScheduleController extends Schedule, Stateful {
  /** Takes notice of the newest value of each series at the end of an epoch (from 0). */
  readonly onEpochEnd: (epoch: number, metrics: Readonly<Record<string, number>>) => void;
}

/** Whether a learning rate is a controller. */
export const isController = (rate: LearningRate | undefined): rate is ScheduleController =>
  typeof rate === 'function' && 'onEpochEnd' in rate;

/** What a kind of controller is made of: a state, the rate that follows from it, and what an epoch makes of it. */
export interface ControllerParts<State extends Json> {
  /** Names it in errors. */
  readonly where: string;
  readonly start: State;
  /** What stored state must look like. */
  readonly schema: z.ZodType<State>;
  readonly rateAt: (state: State, step: number) => number;
  readonly after: (state: State, metrics: Readonly<Record<string, number>>) => State;
}

export function makeController<State extends Json>(parts: ControllerParts<State>): ScheduleController {
  let state = parts.start;
  return Object.assign((step: number) => parts.rateAt(state, step), {
    onEpochEnd: (_epoch: number, metrics: Readonly<Record<string, number>>) => {
      state = parts.after(state, metrics);
    },
    tensors: () => new Map<string, never>(),
    host: () => state,
    restoreHost: (stored: Json) => {
      state = restoredState(parts.where, parts.schema, stored);
    },
  });
}

/** The name of a series, as in `history.at(name)`. */
export const monitorSchema = z.string().min(1);

/** Which series is watched, and which of two values is better. */
export const monitoringFields = {
  monitor: monitorSchema.default('validation/loss'),
  mode: z.enum(['min', 'max']).optional(),
};

/** Lower is better of a loss; of anything else nobody knows. */
export const saysWhichIsBetter = ({
  monitor,
  mode,
}: {
  monitor: string;
  mode?: string | undefined;
}): boolean => mode !== undefined || /(^|[/_])loss$/.test(monitor);

export const UNCLEAR_MODE = {
  path: ['mode'],
  message: "must be 'min' or 'max' for a series that is not a loss: is a lower or a higher value better?",
};

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
