import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { gaussianNoise } from '../../src/layers/gaussian-noise.ts';
import { inTraining, mean, repeated, rowsOf } from './in-training.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

const COUNT = 20_000;
const noise = (standardDeviation: number, mode = 0): number[] =>
  [...inTraining(gaussianNoise({ standardDeviation }), repeated([mode], COUNT), [2, COUNT / 2])].map(
    (value) => value - mode,
  );

test('is normal: mean, variance, fourth moment and the share within one deviation', () => {
  const values = noise(0.5, 1);
  const moment = (power: number): number => mean(values.map((value) => (value / 0.5) ** power));
  const limit = (variance: number): number => 4 * Math.sqrt(variance / COUNT);
  expect(Math.abs(moment(1))).toBeLessThan(limit(1));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(limit(2)); // Var z² = 2
  expect(Math.abs(moment(4) - 3)).toBeLessThan(limit(96)); // Var z⁴ = 105 − 9
  const within = values.filter((value) => Math.abs(value) < 0.5).length / COUNT;
  expect(Math.abs(within - 0.6826895)).toBeLessThan(limit(0.6826895 * (1 - 0.6826895)));
});

test('the noise of two examples is not correlated', () => {
  const [first = [], second = []] = rowsOf(noise(1), COUNT / 2);
  const correlation = mean(first.map((value, i) => value * (second[i] ?? Number.NaN)));
  expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(COUNT / 2));
});

test('a standard deviation of 0 adds nothing', () => {
  expect(new Set(noise(0))).toEqual(new Set([0]));
});

test('refuses wrong options', () => {
  expect(() => gaussianNoise({ standardDeviation: -1 })).toThrow(
    'gaussianNoise: standardDeviation must be >= 0, received -1',
  );
  expect(() => gaussianNoise({ stddev: 1 } as never)).toThrow('stddev is not an option, received 1');
});
