/** What each schedule is at its start, its boundaries, its end and beyond, by hand; and that all are pure. */
import { expect, test } from 'vitest';
import { cosineDecay } from '../../src/schedules/cosine.ts';
import { exponentialDecay } from '../../src/schedules/decay.ts';
import { constant } from '../../src/schedules/schedule.ts';
import { linearWarmup } from '../../src/schedules/warmup.ts';
import { absoluteError, DOUBLE, relativeError } from '../tolerances.ts';
import { type ScheduleName, SCHEDULES } from './schedule-makers.ts';

type Row = readonly [
  name: ScheduleName,
  options: Readonly<Record<string, unknown>>,
  /** Rates by step: start, boundaries ± 1, end, beyond; the last step is 1e9. */
  rates: Readonly<Record<number, number>>,
];

const root = Math.SQRT1_2;
const peak = 1 / Math.sqrt(512 * 4000);
const joined = {
  schedules: [linearWarmup({ to: 1, steps: 2 }), exponentialDecay({ from: 1, factor: 0.5 }), constant(0.01)],
  boundaries: [2, 5],
};

const ROWS: readonly Row[] = [
  ['constant', { rate: 0.3 }, { 0: 0.3, 1: 0.3, 1e9: 0.3 }],
  // 1, ½ from step 3 on, ¼ from step 6 on.
  ['stepDecay', { from: 1, factor: 0.5, every: 3 }, { 0: 1, 2: 1, 3: 0.5, 5: 0.5, 6: 0.25, 1e9: 0 }],
  ['stepDecay', { from: 1, every: 3 }, { 0: 1, 3: 0.1, 6: 0.01, 1e9: 0 }],
  [
    'multiStepDecay',
    { from: 1, factor: 0.5, milestones: [2, 5] },
    { 0: 1, 1: 1, 2: 0.5, 4: 0.5, 5: 0.25, 1e9: 0.25 },
  ],
  ['multiStepDecay', { from: 1, milestones: [2] }, { 0: 1, 1: 1, 2: 0.1, 1e9: 0.1 }],
  ['multiStepDecay', { from: 1, milestones: [] }, { 0: 1, 1e9: 1 }],
  ['exponentialDecay', { from: 2, factor: 0.5 }, { 0: 2, 1: 1, 2: 0.5, 10: 2 / 1024, 1e9: 0 }],
  ['exponentialDecay', { from: 2, factor: 0.25, every: 4 }, { 0: 2, 1: 2 * root, 2: 1, 4: 0.5, 1e9: 0 }],
  ['exponentialDecay', { from: 2, factor: 1 }, { 0: 2, 1e9: 2 }],
  ['polynomialDecay', { from: 1, steps: 4 }, { 0: 1, 1: 0.75, 3: 0.25, 4: 0, 5: 0, 1e9: 0 }],
  ['polynomialDecay', { from: 1, to: 0.2, steps: 4, power: 2 }, { 0: 1, 2: 0.4, 3: 0.25, 4: 0.2, 1e9: 0.2 }],
  ['polynomialDecay', { from: 1, steps: 4, power: 0.5 }, { 0: 1, 2: root, 3: 0.5, 4: 0, 1e9: 0 }],
  // 1 / √(1 + t).
  ['inverseSquareRootDecay', { from: 1 }, { 0: 1, 1: root, 3: 0.5, 99: 0.1, 1e9: 1 / Math.sqrt(1e9 + 1) }],
  [
    'inverseSquareRootDecay',
    { from: 1, timescale: 5 },
    { 0: 1, 5: root, 15: 0.5, 1e9: 1 / Math.sqrt(2e8 + 1) },
  ],
  [
    'cosineDecay',
    { from: 1, steps: 4 },
    { 0: 1, 1: (1 + root) / 2, 2: 0.5, 3: (1 - root) / 2, 4: 0, 5: 0, 1e9: 0 },
  ],
  ['cosineDecay', { from: 1, to: 0.2, steps: 4 }, { 0: 1, 2: 0.6, 4: 0.2, 5: 0.2, 1e9: 0.2 }],
  // Restarts at 4, 8, …; 1e9 is a multiple of 4.
  ['cosineRestarts', { from: 1, period: 4 }, { 0: 1, 2: 0.5, 3: (1 - root) / 2, 4: 1, 6: 0.5, 1e9: 1 }],
  // Periods of 2, 4, 8, …: the n-th restart is at 2 (2ⁿ − 1), the 28th at 536870910 with a period of 2^29.
  [
    'cosineRestarts',
    { from: 1, period: 2, periodFactor: 2 },
    {
      0: 1,
      1: 0.5,
      2: 1,
      4: 0.5,
      6: 1,
      10: 0.5,
      14: 1,
      1e9: Math.cos((Math.PI * (1e9 - 536870910)) / 2 ** 30) ** 2,
    },
  ],
  ['cosineRestarts', { from: 1, to: 0.2, period: 2 }, { 0: 1, 1: 0.6, 2: 1, 3: 0.6, 1e9: 1 }],
  // Cycles of 6 steps; 1e9 = 6 · 166666666 + 4.
  [
    'triangular',
    { from: 0.2, peak: 1, stepsUp: 2, stepsDown: 4 },
    { 0: 0.2, 1: 0.6, 2: 1, 3: 0.8, 5: 0.4, 6: 0.2, 8: 1, 1e9: 0.6 },
  ],
  ['triangular', { from: 0, peak: 1, stepsUp: 2 }, { 0: 0, 1: 0.5, 2: 1, 3: 0.5, 4: 0, 6: 1, 1e9: 0 }],
  [
    'triangular',
    { from: 0.2, peak: 1, stepsUp: 2, heightFactor: 0.5 },
    { 0: 0.2, 2: 1, 4: 0.2, 6: 0.6, 10: 0.4, 1e9: 0.2 },
  ],
  // The peak at 0.3 · 10 − 1 = 2, the end at 9; 0.04 = 1 / 25.
  ['oneCycle', { peak: 1, totalSteps: 10 }, { 0: 0.04, 1: 0.52, 2: 1, 9: 4e-6, 10: 4e-6, 1e9: 4e-6 }],
  [
    'oneCycle',
    { peak: 1, totalSteps: 10, shape: 'linear', start: 0.2, end: 0.3 },
    { 0: 0.2, 1: 0.6, 2: 1, 3: 0.9, 8: 0.4, 9: 0.3, 1e9: 0.3 },
  ],
  [
    'oneCycle',
    { peak: 1, totalSteps: 10, shape: 'linear', start: 0.5, warmupShare: 0.5 },
    { 0: 0.5, 2: 0.75, 4: 1, 9: 5e-5, 1e9: 5e-5 },
  ],
  [
    'oneCycle',
    { peak: 1, totalSteps: 10, shape: 'linear', start: 0.5, end: 0, threePhases: true },
    { 0: 0.5, 2: 1, 3: 0.75, 4: 0.5, 5: 0.4, 9: 0, 1e9: 0 },
  ],
  [
    'warmupCosine',
    { peak: 1, start: 0.2, end: 0.1, warmupSteps: 4, totalSteps: 8 },
    { 0: 0.2, 3: 0.8, 4: 1, 6: 0.55, 8: 0.1, 9: 0.1, 1e9: 0.1 },
  ],
  ['linearWarmup', { to: 1, steps: 4 }, { 0: 0, 1: 0.25, 3: 0.75, 4: 1, 5: 1, 1e9: 1 }],
  ['linearWarmup', { from: 0.2, to: 1, steps: 4 }, { 0: 0.2, 2: 0.6, 4: 1, 1e9: 1 }],
  ['exponentialWarmup', { to: 1, timescale: 1 / Math.LN2 }, { 0: 0, 1: 0.5, 2: 0.75, 3: 0.875, 1e9: 1 }],
  ['exponentialWarmup', { from: 0.2, to: 1, timescale: 1 / Math.LN2 }, { 0: 0.2, 1: 0.6, 1e9: 1 }],
  // β₂ = ¾: 2 / (1 − β₂) = 8 steps; the default 0.999: 2000.
  ['untunedWarmup', { to: 1, beta2: 0.75 }, { 0: 0, 1: 0.125, 7: 0.875, 8: 1, 9: 1, 1e9: 1 }],
  ['untunedWarmup', { to: 1 }, { 0: 0, 1: 0.0005, 1999: 0.9995, 2000: 1, 1e9: 1 }],
  ['untunedWarmup', { to: 1, beta2: 0.75, shape: 'exponential' }, { 0: 0, 4: 1 - 1 / Math.E, 1e9: 1 }],
  // dModel 4: ½ · min(1 / √t, t / 8) for 4 steps of warm-up.
  [
    'transformerSchedule',
    { dModel: 4, warmupSteps: 4 },
    { 0: 0, 1: 0.0625, 3: 0.1875, 4: 0.25, 16: 0.125, 1e9: 0.5 / Math.sqrt(1e9) },
  ],
  // The lecture's peak, 6.99e-4 at step 4000.
  [
    'transformerSchedule',
    { dModel: 512 },
    { 0: 0, 2000: peak / 2, 4000: peak, 16000: peak / 2, 1e9: peak / Math.sqrt(250000) },
  ],
  // The second starts at its own step 0 at step 2, the third at step 5.
  ['joinSchedules', joined, { 0: 0, 1: 0.5, 2: 1, 3: 0.5, 4: 0.25, 5: 0.01, 1e9: 0.01 }],
  [
    'joinSchedules',
    { schedules: [cosineDecay({ from: 1, steps: 4 })], boundaries: [] },
    { 0: 1, 4: 0, 1e9: 0 },
  ],
  [
    'scaleSchedule',
    { schedule: linearWarmup({ to: 1, steps: 4 }), factor: 0.5 },
    { 0: 0, 1: 0.125, 4: 0.5, 1e9: 0.5 },
  ],
];

const CASES = ROWS.map(([name, options, rates]) => ({
  title: `${name} ${JSON.stringify(options)}`,
  make: () => SCHEDULES[name].make(options),
  steps: Object.keys(rates).map(Number),
  rates: Object.values(rates),
}));

test.each(CASES)('$title', ({ make, steps, rates }) => {
  const found = steps.map(make());
  expect(absoluteError(found, rates)).toBeLessThanOrEqual(DOUBLE);
  expect(relativeError(found.slice(-1), rates.slice(-1))).toBeLessThanOrEqual(DOUBLE);
});

test.each(CASES)('is pure, whatever the order of calls: $title', ({ make, steps }) => {
  const schedule = make();
  const forward = steps.map(schedule);
  expect(steps.toReversed().map(schedule).toReversed()).toEqual(forward);
  expect(steps.map((step) => make()(step))).toEqual(forward);
});

test('every schedule has a row, and every row ends at step 1e9', () => {
  expect([...new Set(ROWS.map(([name]) => name))].toSorted()).toEqual(Object.keys(SCHEDULES).toSorted());
  expect(CASES.map(({ steps }) => steps.at(-1))).toEqual(CASES.map(() => 1e9));
});
