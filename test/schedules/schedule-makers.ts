/** Every schedule by name, made from one options object: what tables of hand values, references and bad input share. */
import {
  joinSchedules,
  joinSchedulesSchema,
  scaleSchedule,
  scaleScheduleSchema,
} from '../../src/schedules/combine.ts';
import {
  cosineDecay,
  cosineDecaySchema,
  cosineRestarts,
  cosineRestartsSchema,
} from '../../src/schedules/cosine.ts';
import { oneCycle, oneCycleSchema, triangular, triangularSchema } from '../../src/schedules/cyclic.ts';
import {
  exponentialDecay,
  exponentialDecaySchema,
  inverseSquareRootDecay,
  inverseSquareRootDecaySchema,
  multiStepDecay,
  multiStepDecaySchema,
  polynomialDecay,
  polynomialDecaySchema,
  stepDecay,
  stepDecaySchema,
} from '../../src/schedules/decay.ts';
import { constant, constantSchema, type Schedule } from '../../src/schedules/schedule.ts';
import { warmupCosine, warmupCosineSchema } from '../../src/schedules/warmup-cosine.ts';
import {
  exponentialWarmup,
  exponentialWarmupSchema,
  linearWarmup,
  linearWarmupSchema,
  transformerSchedule,
  transformerScheduleSchema,
  untunedWarmup,
  untunedWarmupSchema,
} from '../../src/schedules/warmup.ts';

/** The functions whose only argument is an options object take these as they are; tests also pass them wrong ones. */
type Options = Readonly<Record<string, unknown>>;
type Make = (options: Options) => Schedule;

const fromOptions = (make: (options: never) => Schedule): Make => make as Make;

export const SCHEDULES = {
  constant: { make: fromOptions(({ rate }: { rate: number }) => constant(rate)), schema: constantSchema },
  stepDecay: { make: fromOptions(stepDecay), schema: stepDecaySchema },
  multiStepDecay: { make: fromOptions(multiStepDecay), schema: multiStepDecaySchema },
  exponentialDecay: { make: fromOptions(exponentialDecay), schema: exponentialDecaySchema },
  polynomialDecay: { make: fromOptions(polynomialDecay), schema: polynomialDecaySchema },
  inverseSquareRootDecay: { make: fromOptions(inverseSquareRootDecay), schema: inverseSquareRootDecaySchema },
  cosineDecay: { make: fromOptions(cosineDecay), schema: cosineDecaySchema },
  cosineRestarts: { make: fromOptions(cosineRestarts), schema: cosineRestartsSchema },
  triangular: { make: fromOptions(triangular), schema: triangularSchema },
  oneCycle: { make: fromOptions(oneCycle), schema: oneCycleSchema },
  warmupCosine: { make: fromOptions(warmupCosine), schema: warmupCosineSchema },
  linearWarmup: { make: fromOptions(linearWarmup), schema: linearWarmupSchema },
  exponentialWarmup: { make: fromOptions(exponentialWarmup), schema: exponentialWarmupSchema },
  untunedWarmup: { make: fromOptions(untunedWarmup), schema: untunedWarmupSchema },
  transformerSchedule: { make: fromOptions(transformerSchedule), schema: transformerScheduleSchema },
  joinSchedules: {
    make: fromOptions(({ schedules, ...rest }: { schedules: Schedule[]; boundaries: number[] }) =>
      joinSchedules(schedules, rest),
    ),
    schema: joinSchedulesSchema,
  },
  scaleSchedule: {
    make: fromOptions(({ schedule, factor }: { schedule: Schedule; factor: number }) =>
      scaleSchedule(schedule, factor),
    ),
    schema: scaleScheduleSchema,
  },
} as const;

export type ScheduleName = keyof typeof SCHEDULES;
