/** Equations between schedules, which hold whatever the numbers. */
import { expect, test } from 'vitest';
import { joinSchedules, scaleSchedule } from '../../src/schedules/combine.ts';
import { cosineDecay } from '../../src/schedules/cosine.ts';
import { exponentialDecay, inverseSquareRootDecay } from '../../src/schedules/decay.ts';
import { exponentialWarmup, linearWarmup, transformerSchedule } from '../../src/schedules/warmup.ts';
import { absoluteError, DOUBLE, relativeError } from '../tolerances.ts';

const steps = [0, 1, 10, 399, 400, 401, 5000, 1e9];

test('ends are exact to the bit: a corner is the number that was asked for', () => {
  for (const [from, to] of [
    [0.1, 0.3],
    [0.3, 0.1],
    [1e-3, 7e-5],
    [0, 0.7],
  ] as const) {
    expect([0, 7, 1e9].map(linearWarmup({ from, to, steps: 7 }))).toEqual([from, to, to]);
    expect([0, 7, 1e9].map(cosineDecay({ from, to, steps: 7 }))).toEqual([from, to, to]);
  }
});

test("transformerSchedule is a linear warm-up joined with inverse square root decay (Hugging Face's form)", () => {
  const peak = 1 / Math.sqrt(512 * 400);
  const joined = joinSchedules(
    [linearWarmup({ to: peak, steps: 400 }), inverseSquareRootDecay({ from: peak, timescale: 400 })],
    { boundaries: [400] },
  );
  const whole = transformerSchedule({ dModel: 512, warmupSteps: 400 });
  expect(relativeError(steps.map(joined), steps.map(whole))).toBeLessThanOrEqual(DOUBLE);
});

test('exponential warm-up is what exponential decay leaves', () => {
  const warmup = exponentialWarmup({ to: 1, timescale: 100 });
  const decay = exponentialDecay({ from: 1, factor: Math.exp(-1), every: 100 });
  const left = (step: number): number => 1 - decay(step);
  expect(absoluteError(steps.map(warmup), steps.map(left))).toBeLessThanOrEqual(DOUBLE);
});

test('scaling commutes with joining', () => {
  const [rise, fall] = [linearWarmup({ to: 0.1, steps: 400 }), cosineDecay({ from: 0.1, steps: 9600 })];
  const at = { boundaries: [400] };
  const whole = scaleSchedule(joinSchedules([rise, fall], at), 4);
  const parts = joinSchedules([scaleSchedule(rise, 4), scaleSchedule(fall, 4)], at);
  expect(steps.map(whole)).toEqual(steps.map(parts));
});
