import { expect, test } from 'vitest';
import { weeklySeries } from '../../src/data/weekly-series.ts';
import { Rng } from '../../src/random/rng.ts';

const rng = Rng.fromSeed(4);
const WEEKDAYS = [0.8, 1, 0.7, 0.4, -0.2, -1.6, -1.1];
/** Both are stored in float32. */
const FLOAT32 = 1e-6;

test('without noise the series is the map u → 1 − 1.5 |u| cut at ±1.3, on the weekday', () => {
  const { inputs, targets } = weeklySeries({ days: 14, lags: 1, noise: 0 }, rng);
  let u = 0;
  const views = Array.from({ length: 70 }, (_, day) => {
    u = Math.max(-1.3, Math.min(1.3, 1 - 1.5 * Math.abs(u)));
    return (WEEKDAYS[day % 7] ?? 0) + 0.6 * u;
  });
  // 56 days go before the first one that is predicted; each input is the day before its target.
  views.slice(56).forEach((y, row) => expect(Math.abs((targets.values[row] ?? 9) - y)).toBeLessThan(FLOAT32));
  views
    .slice(55, 69)
    .forEach((x, row) => expect(Math.abs((inputs.values[row] ?? 9) - x)).toBeLessThan(FLOAT32));
});

test('lag k of a day is lag 1 of the day k − 1 before it, and the target of the day k before it', () => {
  const { inputs, targets, featureNames } = weeklySeries({ days: 30, lags: 3 }, rng);
  expect([inputs.shape, targets.shape]).toEqual([
    [30, 3],
    [30, 1],
  ]);
  expect(featureNames).toEqual(['1 days before', '2 days before', '3 days before']);
  for (let row = 3; row < 30; row++) {
    expect([...inputs.values.subarray(3 * row, 3 * row + 3)]).toEqual([
      targets.values[row - 1],
      targets.values[row - 2],
      targets.values[row - 3],
    ]);
  }
});

test('any number of lags predicts the same days; noise and seed move them', () => {
  const targetsOf = (lags: number, noise: number, from: Rng) =>
    weeklySeries({ days: 50, lags, noise }, from).targets.values;
  expect(targetsOf(1, 0.4, rng)).toEqual(targetsOf(56, 0.4, rng));
  expect(targetsOf(7, 0.1, rng)).not.toEqual(targetsOf(7, 0.4, rng));
  expect(targetsOf(7, 0.4, Rng.fromSeed(5))).not.toEqual(targetsOf(7, 0.4, rng));
  // 0.4 is the default.
  expect(weeklySeries({ days: 50, lags: 7 }, rng).targets.values).toEqual(targetsOf(7, 0.4, rng));
});

test('refuses wrong options, all in one message', () => {
  expect(() => weeklySeries({ days: 0, lags: 57, noise: -1 }, rng)).toThrow(
    'weeklySeries: days must be an integer >= 1, received 0; lags must be an integer from 1 to 56, received 57; ' +
      'noise must be a finite number >= 0, received -1',
  );
});
