import { expect, test } from 'vitest';
import { rowsOf, surface } from '../../src/result/figure.ts';

const text = { en: 'x', zh: 'x' };

test('surface evaluates its function row by row from the lowest y, ends included', () => {
  const { grid } = surface({
    id: 'f',
    title: text,
    x: { label: text },
    y: { label: text },
    z: { label: text },
    paths: [],
    names: {},
    of: (x, y) => 10 * x + y,
    over: { x: [0, 2], y: [1, 3] },
    resolution: 3,
  });
  expect(grid).toEqual({
    columns: 3,
    rows: 3,
    x: [0, 2],
    y: [1, 3],
    values: [1, 11, 21, 2, 12, 22, 3, 13, 23],
  });
});

test('rowsOf gives a row per point, its seed as the group', () => {
  expect(rowsOf([{ arm: 'a', seed: 7, value: { steps: [0, 5], values: [1, 2] } }])).toEqual([
    { series: 'a', group: 7, x: 0, y: 1 },
    { series: 'a', group: 7, x: 5, y: 2 },
  ]);
});
