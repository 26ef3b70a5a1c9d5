/** Two traces side by side: what counts, up to where, and from where on it is too far. */
import { describe, expect, test } from 'vitest';
import { align, TOLERANCES } from '../../src/compare/align.ts';
import type { Safetensors } from '../../src/formats/safetensors.ts';

const trace = (tensors: Readonly<Record<string, readonly number[]>>): Safetensors => ({
  tensors: new Map(
    Object.entries(tensors).map(([name, values]) => [
      name,
      { shape: [values.length], values: Float32Array.from(values) },
    ]),
  ),
  metadata: {},
});

const OURS = { loss: [1, 0.5, 0.25], 'after/1/w': [1, 2], 'after/3/w': [3, 4] };

test('equal traces agree in every quantity', () => {
  expect(align(trace(OURS), trace(OURS), 'smooth')).toEqual({
    tolerance: 'smooth',
    updates: 3,
    differences: [
      { name: 'loss', largest: 0, firstBeyond: null },
      { name: 'w', largest: 0, firstBeyond: null },
    ],
  });
});

test('a weight beyond tolerance is told with the update after which it is', () => {
  const twin = trace({ ...OURS, 'after/3/w': [3, 4.5] });
  expect(align(trace(OURS), twin, 'kinked').differences[1]).toEqual({
    name: 'w',
    largest: 0.5,
    firstBeyond: 2,
  });
});

test('the largest difference counts within tolerance too, and the limit itself is allowed', () => {
  const within = { ...OURS, loss: [1, 0.5 + TOLERANCES.kinked.loss / 2, 0.25] };
  const [loss] = align(trace(OURS), trace(within), 'kinked').differences;
  expect(loss?.firstBeyond).toBe(null);
  expect(loss?.largest).toBeGreaterThan(0);
});

describe('what is not a number is a difference', () => {
  test.each([
    ['a NaN loss', { ...OURS, loss: [1, Number.NaN, 0.25] }, 'loss', 1],
    ['a missing loss', { ...OURS, loss: [1, 0.5] }, 'loss', 2],
    ['a weight of another size', { ...OURS, 'after/1/w': [1] }, 'w', 0],
    ['a missing weight', { loss: OURS.loss, 'after/1/w': [1, 2] }, 'w', 2],
  ] as const)('%s', (_what, twin, name, firstBeyond) => {
    const found = align(trace(OURS), trace(twin), 'smooth').differences.find((each) => each.name === name);
    expect(found?.firstBeyond).toBe(firstBeyond);
  });
});

test('a function above the unit scale is measured by its share, a net is not', () => {
  const [ours, twin] = [
    trace({ loss: [100], 'after/1/w': [0.5] }),
    trace({ loss: [100 + 1e-4], 'after/1/w': [0.5] }),
  ];
  expect(align(ours, twin, 'function').differences[0]).toMatchObject({ firstBeyond: null });
  expect(align(ours, twin, 'smooth').differences[0]).toMatchObject({ firstBeyond: 0 });
  const small = trace({ loss: [1 + 1e-5], 'after/1/w': [0.5] });
  expect(align(trace({ loss: [1], 'after/1/w': [0.5] }), small, 'function').differences[0]?.firstBeyond).toBe(
    0,
  );
});

test('rates are compared over all updates, where the twin tells them', () => {
  const with1 = (learningRate: readonly number[]): Safetensors =>
    trace({ ...OURS, loss: [1, 1e9, 1], learningRate });
  const rate = (twin: readonly number[]) =>
    align(with1([0.5, 0.25, 0.125]), with1(twin), 'smooth').differences.find(
      ({ name }) => name === 'learningRate',
    );
  expect(rate([0.5, 0.25, 0.125])).toEqual({ name: 'learningRate', largest: 0, firstBeyond: null });
  expect(rate([0.5, 0.25, 0.25])).toEqual({ name: 'learningRate', largest: 0.125, firstBeyond: 2 });
  expect(rate([Number.NaN, Number.NaN, Number.NaN])?.firstBeyond).toBe(null);
});

test('after the tolerance’s number of updates, or a thousand times the first loss, nothing is compared', () => {
  const long = { loss: Array.from({ length: 500 }, () => 1), 'after/450/w': [1] };
  const twin = {
    loss: [...long.loss.slice(0, 400), ...Array.from({ length: 100 }, () => 2)],
    'after/450/w': [9],
  };
  expect(align(trace(long), trace(twin), 'smooth')).toEqual({
    tolerance: 'smooth',
    updates: 400,
    differences: [{ name: 'loss', largest: 0, firstBeyond: null }],
  });
  const wild = { loss: [1, 10, 2000, 5] };
  expect(align(trace(wild), trace({ loss: [1, 10, 0, 0] }), 'smooth').updates).toBe(2);
});
