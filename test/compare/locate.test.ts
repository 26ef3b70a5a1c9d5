/** The first thing of a step that differs, whatever differs after it. */
import { describe, expect, test } from 'vitest';
import {
  cancelledGradient,
  firstDifference,
  firstDifferentStep,
  relativeDifference,
  type Stage,
  STEP_TOLERANCE,
  WEIGHT_TOLERANCE,
} from '../../src/compare/locate.ts';
import type { Safetensors } from '../../src/formats/safetensors.ts';

const trace = (tensors: Readonly<Record<string, readonly number[]>>): Safetensors => ({
  tensors: new Map(
    Object.entries(tensors).map(([name, values]) => [
      name,
      { shape: [values.length], values: Float64Array.from(values) },
    ]),
  ),
  metadata: {},
});

const STEP = {
  'detail/inputs/': [1, 2],
  'detail/targets/': [0],
  'detail/before/a.weight': [1],
  'detail/before/b.weight': [1],
  'detail/learningRate/': [0.1],
  'detail/forward/a': [3],
  'detail/forward/b': [4],
  'detail/loss/': [2],
  'detail/gradient/a.weight': [5],
  'detail/gradient/b.weight': [6],
  'detail/update/a.weight': [-0.5],
  'detail/update/b.weight': [-0.6],
};

test('two equal steps have no difference', () => {
  expect(firstDifference(trace(STEP), trace(STEP), 7)).toBe(null);
});

describe('of several differences the first in the order of the computation is told', () => {
  const ORDER: [Stage, string][] = [
    ['inputs', ''],
    ['targets', ''],
    ['before', 'a.weight'],
    ['learningRate', ''],
    ['forward', 'a'],
    ['forward', 'b'],
    ['loss', ''],
    ['gradient', 'b.weight'],
    ['gradient', 'a.weight'],
    ['update', 'a.weight'],
  ];
  test.each(ORDER.map(([stage, name], index) => ({ stage, name, later: ORDER.slice(index) })))(
    '$stage $name',
    ({ stage, name, later }) => {
      const changed = Object.fromEntries(
        later.map(([each, of]) => [`detail/${each}/${of}`, STEP['detail/inputs/'].map(() => 99)]),
      );
      const sized = Object.entries(STEP).map(([key, values]): [string, readonly number[]] => [
        key,
        key in changed ? values.map(() => 99) : values,
      ]);
      expect(firstDifference(trace(STEP), trace(Object.fromEntries(sized)), 7)).toMatchObject({
        step: 7,
        stage,
        name,
      });
    },
  );
});

test('rounding is no difference, twice the tolerance is', () => {
  const times = (factor: number): Safetensors =>
    trace({ ...STEP, 'detail/gradient/a.weight': [5 * (1 + factor * STEP_TOLERANCE)] });
  expect(firstDifference(trace(STEP), times(0.5), 0)).toBe(null);
  expect(firstDifference(trace(STEP), times(2), 0)?.stage).toBe('gradient');
});

test('a layer of ours may be several modules of the twin', () => {
  const { 'detail/forward/a': _own, ...others } = STEP;
  const twin = { ...others, 'detail/forward/a': [-3], 'detail/forward/a|1': [3] };
  expect(firstDifference(trace(STEP), trace(twin), 0)).toBe(null);
  expect(firstDifference(trace(STEP), trace({ ...twin, 'detail/forward/a|1': [2] }), 0)?.name).toBe('a');
});

test('an update that is small beside its weight is told as exactly as float32 holds it', () => {
  const large = { 'detail/before/w': [1000], 'detail/update/w': [0.001] };
  const rounded = { ...large, 'detail/update/w': [0.001 + 1000 * 2 ** -24] };
  expect(firstDifference(trace(large), trace(rounded), 0)).toBe(null);
  expect(firstDifference(trace(large), trace({ ...large, 'detail/update/w': [0.003] }), 0)?.stage).toBe(
    'update',
  );
});

test('a gradient that is rounding alone accuses no update, one of three digits does', () => {
  const step = (gradient: number, update: number): Safetensors =>
    trace({ 'detail/gradient/w': [1, gradient], 'detail/update/w': [-0.1, update] });
  expect(firstDifference(step(1e-8, -0.1), step(-1e-8, 0.1), 0)).toBe(null);
  expect(cancelledGradient(step(1e-8, -0.1), step(-1e-8, 0.1))).toBe('w');
  expect(firstDifference(step(1e-8, -0.1), step(1e-8, 0.1), 0)?.stage).toBe('update');
  expect(cancelledGradient(step(1e-8, -0.1), step(1e-8, 0.1))).toBe(null);
  expect(cancelledGradient(step(1e-8, -0.1), step(1e-8, -0.1))).toBe(null);
});

test('a rate that the twin does not tell accuses nobody', () => {
  const { 'detail/learningRate/': _rate, ...others } = STEP;
  expect(firstDifference(trace(STEP), trace(others), 0)).toBe(null);
  expect(firstDifference(trace(STEP), trace({ ...STEP, 'detail/learningRate/': [Number.NaN] }), 0)).toBe(
    null,
  );
});

test('what the twin lacks differs', () => {
  const { 'detail/loss/': _loss, ...others } = STEP;
  expect(firstDifference(trace(STEP), trace(others), 0)?.stage).toBe('loss');
});

test('the first step is that after which a weight has parted', () => {
  const steps = (values: readonly number[]): Safetensors =>
    trace(Object.fromEntries(values.map((value, index) => [`after/${index + 1}/w`, [value, 1]])));
  const ours = steps([1, 1, 1, 1]);
  expect(firstDifferentStep(ours, steps([1, 1 + WEIGHT_TOLERANCE / 2, 1.1, 2]), 4)).toBe(2);
  expect(firstDifferentStep(ours, ours, 4)).toBe(null);
  expect(firstDifferentStep(ours, steps([1, 1, 1, 2]), 3)).toBe(null);
});

test.each([
  [[1, 2], [1, 4], 0.5],
  [[0, 0], [0, 0], 0],
  [[Number.NaN], [Number.NaN], 0],
  [[1], [Number.NaN], Number.NaN],
  [[1], [1, 2], Number.NaN],
])('relativeDifference of %j and %j is %d', (a, b, expected) => {
  expect(relativeDifference(Float64Array.from(a), Float64Array.from(b))).toBe(expected);
});
