/** When two sides agree: every training within tolerance, or carried away by rounding with metrics that are no other. */
import { expect, test } from 'vitest';
import { makePassport, type TrainingComparison } from '../../src/compare/passport.ts';
import type { RecipeResult } from '../../src/result/recipe-result.ts';

const environment = { versions: {} } as RecipeResult['environment'];

const side = (values: readonly number[]): RecipeResult =>
  ({
    recipe: { id: 'r' },
    mode: 'quick',
    options: {},
    seeds: values.map((_, seed) => seed),
    environment,
    runs: values.map((accuracy, seed) => ({ arm: 'a', seed, data: { accuracy, words: 'no metric' } })),
  }) as unknown as RecipeResult;

const training = (status: TrainingComparison['status']): TrainingComparison => ({
  arm: 'a',
  seed: 0,
  ordinal: 1,
  name: 't',
  folder: 'f',
  tolerance: 'smooth',
  updates: 1,
  differences: [],
  status,
  cause: null,
  timings: { ours: 2, twin: 3 },
});

const SAME = [0.9, 0.91, 0.92, 0.93, 0.94];
const OTHER = SAME.map((value) => value - 0.1);

test.each([
  ['agrees', SAME, true],
  ['agrees', OTHER, false],
  ['rounding', SAME, true],
  ['rounding', OTHER, false],
  ['differs', SAME, false],
] as const)('a training that %s with metrics %j: %s', (status, twin, agrees) => {
  expect(makePassport(side(SAME), side(twin), [training(status)]).agrees).toBe(agrees);
});

test('an arm without a training is judged by its metrics', () => {
  expect(makePassport(side(SAME), side(OTHER), []).agrees).toBe(false);
  expect(makePassport(side(SAME), side(SAME), []).agrees).toBe(true);
});

test('over fewer than five seeds chance decides about metrics, and they are not counted', () => {
  const [few, other] = [SAME.slice(0, 2), OTHER.slice(0, 2)];
  const { agrees, metrics } = makePassport(side(few), side(other), [training('rounding')]);
  expect([agrees, metrics.map(({ status }) => status)]).toEqual([true, ['different']]);
});

test('a metric is one that both sides have as a number; its margin is a share of its size, and 1e-6 where it is 0', () => {
  const [metric] = makePassport(side(SAME), side(SAME), []).metrics;
  expect(metric).toMatchObject({ arm: 'a', metric: 'accuracy', status: 'equivalent', margin: 0.01 * 0.94 });
  const [zero] = makePassport(side([0, 0, 0]), side([1e-8, -1e-8, 0]), []).metrics;
  expect(zero).toMatchObject({ status: 'equivalent', margin: 1e-6 });
});

test('speed is PyTorch’s seconds by ours', () => {
  const { speed } = makePassport(side(SAME), side(SAME), [training('agrees'), training('agrees')]).timings;
  expect(speed).toEqual({ median: 1.5, least: 1.5, greatest: 1.5 });
});
