/** Wrong options are refused at construction with the value received; the cases are made from the kind of each option. */
import { expect, test } from 'vitest';
import { OptionError } from '../../src/errors.ts';
import { conditionalWarmup, conditionalWarmupSchema } from '../../src/schedules/conditional-warmup.ts';
import { reduceOnPlateau, reduceOnPlateauSchema } from '../../src/schedules/reduce-on-plateau.ts';
import { constant } from '../../src/schedules/schedule.ts';
import { NO_NUMBERS } from '../no-numbers.ts';
import {
  epochs,
  factor,
  increasing,
  type Kind,
  number,
  openFactor,
  positive,
  rate,
  schedule,
  series,
  steps,
  switches,
  word,
} from './option-kinds.ts';
import { type ScheduleName, SCHEDULES } from './schedule-makers.ts';

interface Case {
  readonly make: (options: Readonly<Record<string, unknown>>) => unknown;
  readonly schema: { readonly shape: object };
  readonly valid: Readonly<Record<string, unknown>>;
  readonly kinds: Readonly<Record<string, Kind>>;
  readonly required: readonly string[];
}

const scheduleCase = (
  name: ScheduleName,
  valid: Case['valid'],
  kinds: Case['kinds'],
  required: Case['required'],
): readonly [string, Case] => [name, { ...SCHEDULES[name], valid, kinds, required }];

const CASES: readonly (readonly [string, Case])[] = [
  scheduleCase('constant', { rate: 1 }, { rate }, ['rate']),
  scheduleCase('stepDecay', { from: 1, factor: 0.5, every: 3 }, { from: positive, factor, every: steps }, [
    'from',
    'every',
  ]),
  scheduleCase(
    'multiStepDecay',
    { from: 1, factor: 0.5, milestones: [1, 4] },
    { from: positive, factor, milestones: increasing },
    ['from', 'milestones'],
  ),
  scheduleCase(
    'exponentialDecay',
    { from: 1, factor: 0.5, every: 2 },
    { from: positive, factor, every: steps },
    ['from', 'factor'],
  ),
  scheduleCase(
    'polynomialDecay',
    { from: 1, to: 0.1, steps: 4, power: 2 },
    { from: rate, to: rate, steps, power: positive },
    ['from', 'steps'],
  ),
  scheduleCase('inverseSquareRootDecay', { from: 1, timescale: 2 }, { from: positive, timescale: positive }, [
    'from',
  ]),
  scheduleCase('cosineDecay', { from: 1, to: 0.1, steps: 4 }, { from: rate, to: rate, steps }, [
    'from',
    'steps',
  ]),
  scheduleCase(
    'cosineRestarts',
    { from: 1, to: 0.1, period: 4, periodFactor: 2 },
    { from: rate, to: rate, period: steps, periodFactor: steps },
    ['from', 'period'],
  ),
  scheduleCase(
    'triangular',
    { from: 0.1, peak: 1, stepsUp: 4, stepsDown: 2, heightFactor: 0.5 },
    {
      from: number([-1, 1.5], [0, 1]),
      peak: number([-1, 0], [0.1, 10]),
      stepsUp: steps,
      stepsDown: steps,
      heightFactor: factor,
    },
    ['from', 'peak', 'stepsUp'],
  ),
  scheduleCase(
    'oneCycle',
    {
      peak: 1,
      totalSteps: 100,
      start: 0.1,
      end: 0,
      warmupShare: 0.2,
      shape: 'linear',
      threePhases: true,
    },
    {
      peak: positive,
      totalSteps: number([-1, 0, 1.5, 5], [6, 2 ** 40]),
      start: rate,
      end: rate,
      warmupShare: number([-1, 0, 0.51, 1], [0.02, 0.5]),
      shape: word('cosine', 'linear'),
      threePhases: switches,
    },
    ['peak', 'totalSteps'],
  ),
  scheduleCase(
    'warmupCosine',
    { peak: 1, warmupSteps: 10, totalSteps: 100, start: 0.1, end: 0.1 },
    {
      peak: positive,
      warmupSteps: number([-1, 0.5, 100, 1e308], [0, 99]),
      totalSteps: number([-1, 0, 10, 11.5], [11, 2 ** 40]),
      start: rate,
      end: rate,
    },
    ['peak', 'warmupSteps', 'totalSteps'],
  ),
  scheduleCase('linearWarmup', { from: 0.1, to: 1, steps: 4 }, { from: rate, to: positive, steps }, [
    'to',
    'steps',
  ]),
  scheduleCase(
    'exponentialWarmup',
    { from: 0.1, to: 1, timescale: 4 },
    { from: rate, to: positive, timescale: positive },
    ['to', 'timescale'],
  ),
  scheduleCase(
    'untunedWarmup',
    { to: 1, beta2: 0.9, shape: 'linear' },
    { to: positive, beta2: number([-0.1, 1, 2], [0, 0.99999]), shape: word('linear', 'exponential') },
    ['to'],
  ),
  scheduleCase(
    'transformerSchedule',
    { dModel: 512, warmupSteps: 4 },
    { dModel: steps, warmupSteps: steps },
    ['dModel'],
  ),
  scheduleCase(
    'joinSchedules',
    { schedules: [constant(1), constant(2)], boundaries: [4] },
    {
      schedules: { bad: [null, constant(1), [], [0.1, 0.2], [constant(1)]], good: [] },
      boundaries: { ...increasing, bad: [...increasing.bad, [], [1, 2]] },
    },
    ['schedules', 'boundaries'],
  ),
  scheduleCase('scaleSchedule', { schedule: constant(1), factor: 2 }, { schedule, factor: rate }, [
    'schedule',
    'factor',
  ]),
  [
    'reduceOnPlateau',
    {
      make: (options) => reduceOnPlateau(options as never),
      schema: reduceOnPlateauSchema,
      valid: { from: 0.1 },
      kinds: {
        from: positive,
        monitor: series,
        mode: word('min', 'max'),
        factor: openFactor,
        patience: epochs,
        threshold: rate,
        thresholdMode: word('relative', 'absolute'),
        cooldown: epochs,
        minimumRate: number([-1, 0.2], [0, 0.1]),
      },
      required: ['from'],
    },
  ],
  [
    'conditionalWarmup',
    {
      make: (options) => conditionalWarmup(options as never),
      schema: conditionalWarmupSchema,
      valid: { monitor: 'loss', above: 0.2 },
      kinds: {
        from: positive,
        to: { bad: [...positive.bad], good: [0.5, constant(1)] },
        monitor: series,
        above: number([], [-1, 0, 10]),
        below: { bad: NO_NUMBERS, good: [] },
      },
      required: ['monitor', 'above'],
    },
  ],
];

/** The message of the OptionError; anything else fails. */
function refusal(make: Case['make'], options: Readonly<Record<string, unknown>>): string {
  try {
    make(options);
  } catch (error) {
    if (error instanceof OptionError) return error.message;
    throw error;
  }
  return 'accepted';
}

test.each(CASES)('%s knows its options', (_name, { make, schema, valid, kinds, required }) => {
  expect(Object.keys(kinds).toSorted()).toEqual(Object.keys(schema.shape).toSorted());
  expect(refusal(make, valid)).toBe('accepted');
  for (const option of required) {
    const { [option]: _left, ...others } = valid;
    expect(refusal(make, others)).toContain(option);
  }
});

const VALUES = CASES.flatMap(([name, { make, valid, kinds }]) =>
  Object.entries(kinds).map(
    ([option, kind]) => [`${name}: ${option}`, { name, option, make, valid, kind }] as const,
  ),
);

test.each(VALUES)('%s', (_title, { name, option, make, valid, kind }) => {
  for (const value of kind.bad) {
    const message = refusal(make, { ...valid, [option]: value });
    expect(message, String(value)).toMatch(new RegExp(`^${name}: `));
    expect(message, String(value)).toContain('received ');
    if (typeof value === 'number') expect(message).toContain(`received ${String(value)}`);
  }
  for (const value of kind.good)
    expect(refusal(make, { ...valid, [option]: value }), String(value)).toBe('accepted');
});

const WITH_OPTIONS_OBJECT = CASES.filter(([name]) => !['constant', 'scaleSchedule'].includes(name));

test.each(WITH_OPTIONS_OBJECT)(
  '%s refuses an unknown key and guesses the one that was meant',
  (_name, { make, valid, required }) => {
    const [option = ''] = required.slice(-1);
    expect(refusal(make, { ...valid, [`${option}s`]: 7 })).toContain(
      `${option}s is not an option, received 7`,
    );
  },
);
