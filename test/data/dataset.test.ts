import { describe, expect, test } from 'vitest';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { DataError, OptionError, ShapeError } from '../../src/errors.ts';

const inputs = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const classes = { inputs, task: 'classification' } as const;

describe('datasetFrom', () => {
  test('classes: float32 inputs, int32 targets', () => {
    const data = datasetFrom({ ...classes, targets: [0, 2, 1] });
    expect(data.inputs).toEqual({ values: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] });
    expect(data.targets).toEqual({ values: Int32Array.of(0, 2, 1), shape: [3] });
    expect([data.name, data.task, data.rows, data.classes]).toEqual(['data', 'classification', 3, 3]);
    expect([data.classNames, data.featureNames, data.source]).toEqual([null, null, null]);
  });

  test('one number a row is one output', () => {
    const data = datasetFrom({ inputs, targets: [0.5, 1, 2] });
    expect(data.targets).toEqual({ values: Float32Array.of(0.5, 1, 2), shape: [3, 1] });
    expect([data.task, data.classes]).toEqual(['regression', 0]);
  });

  test('typed arrays with a shape are kept, not copied', () => {
    const values = new Float32Array(2 * 2 * 3 * 1);
    const labels = Int32Array.of(1, 0);
    const data = datasetFrom({
      inputs: { values, shape: [2, 2, 3, 1] },
      targets: labels,
      task: 'classification',
    });
    expect(data.inputs.values).toBe(values);
    expect(data.inputs.shape).toEqual([2, 2, 3, 1]);
    expect(
      datasetFrom({ inputs, targets: { values: Int32Array.of(0, 0, 1), shape: [3] }, classNames: ['a', 'b'] })
        .classes,
    ).toBe(2);
  });

  test('rows may be typed arrays', () => {
    const data = datasetFrom({ inputs: [Uint8Array.of(1, 2), Uint8Array.of(3, 4)], targets: [[0.5], [1]] });
    expect(data.inputs).toEqual({ values: Float32Array.of(1, 2, 3, 4), shape: [2, 2] });
  });

  test('the number of classes: told, of the names, or one more than the highest', () => {
    expect(datasetFrom({ inputs, targets: [0, 1, 1], classes: 5 }).classes).toBe(5);
    expect(datasetFrom({ inputs, targets: [0, 1, 1], classNames: ['a', 'b', 'c'] }).classes).toBe(3);
    expect(datasetFrom({ ...classes, targets: [0, 1, 1] }).classes).toBe(2);
  });

  test('whole numbers alone do not tell the task', () => {
    const open = (): Dataset => datasetFrom({ inputs, targets: [0, 1, 2] });
    expect(open).toThrow(OptionError);
    expect(open).toThrow("task must be 'classification' or 'regression' where all targets are whole numbers");
    expect(datasetFrom({ inputs, targets: [0, 1, 2], task: 'regression' }).targets.shape).toEqual([3, 1]);
  });

  // As text: the types refuse some of them, which a user of plain JavaScript does not see.
  test.each([
    [
      '[[1, 2], [3]]',
      'inputs: expected a list of 2 like the first at [1] (counted from 0), received a list of 1',
    ],
    ['[[1, 2], 3]', 'inputs: expected a list of 2 like the first at [1] (counted from 0), received 3'],
    ['[[1, 2], [3, [4]]]', 'inputs: expected a number at [1, 1] (counted from 0), received a list of 1'],
    ['[[1, 2], [3, "4"]]', 'inputs: expected a number at [1, 1] (counted from 0), received "4"'],
    ['[]', 'inputs: holds no values, its shape is [0]'],
    ['[[], []]', 'inputs: holds no values, its shape is [2, 0]'],
  ])('ragged or empty lists: %s', (text, message) => {
    const make = (): Dataset => datasetFrom({ inputs: JSON.parse(text) as number[][], targets: [0.5, 1] });
    expect(make).toThrow(DataError);
    expect(make).toThrow(message);
  });
});

describe('Dataset refuses', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e39])('the input %d, with row and column', (value) => {
    const make = (): Dataset =>
      datasetFrom({
        ...classes,
        name: 'cells',
        inputs: [
          [1, 2],
          [3, value],
        ],
        targets: [0, 1],
      });
    expect(make).toThrow(DataError);
    expect(make).toThrow(
      `cells inputs: row 1, column 1 (counted from 0) must be a finite float32 number, received ${value}; fill the gap`,
    );
  });

  test('an input of higher rank, with its position', () => {
    const values = new Float32Array(2 * 2 * 3);
    values[6 + 3 + 2] = Number.NaN;
    expect(() => datasetFrom({ inputs: { values, shape: [2, 2, 3] }, targets: [0.5, 1] })).toThrow(
      'row 1, position [1, 2] (counted from 0) must be a finite',
    );
  });

  test.each([
    [0.5, 'received 0.5'],
    [Number.NaN, 'received NaN'],
    [-1, 'received -1'],
    [3, 'received 3'],
  ])('the class %d, with the row', (value, received) => {
    const make = (): Dataset => datasetFrom({ inputs, targets: [0, value, 2], classNames: ['a', 'b', 'c'] });
    expect(make).toThrow(DataError);
    expect(make).toThrow(
      `data targets: row 1 (counted from 0) must be a class index, an integer from 0 to 2, ${received}`,
    );
  });

  test('a quantity that is not finite', () => {
    expect(() =>
      datasetFrom({
        inputs,
        targets: [
          [1, 2],
          [3, Number.NaN],
          [5, 6],
        ],
      }),
    ).toThrow('data targets: row 1, column 1 (counted from 0) must be a finite float32 number, received NaN');
  });

  test.each([
    ['inputs of rank 1', { inputs: [1, 2, 3], targets: [0.5, 1, 2] }, 'expected shape [rows, ...features]'],
    [
      'other numbers of rows',
      { inputs, targets: [0.5, 1] },
      'of 3 rows, as many as the inputs, received [2, 1]',
    ],
    [
      'one-hot classes',
      {
        ...classes,
        targets: [
          [1, 0],
          [0, 1],
          [1, 0],
        ],
      },
      '(not one-hot rows), received [3, 2]',
    ],
    [
      'outputs of rank 3',
      { inputs, targets: [[[0.5]], [[1]], [[2]]] },
      '[rows, outputs], received [3, 1, 1]',
    ],
    [
      'a shape that does not hold',
      { inputs: { values: [1, 2], shape: [2, 2] }, targets: [0.5, 1] },
      'of 2 values, received [2, 2]',
    ],
    [
      'a shape of fractions',
      { inputs: { values: [1, 2], shape: [0.5, 4] }, targets: [0.5] },
      'of integers >= 0',
    ],
  ])('%s', (_what, options, message) => {
    const make = (): Dataset => datasetFrom(options);
    expect(make).toThrow(ShapeError);
    expect(make).toThrow(message);
  });

  test('fields that contradict each other, all in one message', () => {
    const targets = [0, 1, 1];
    const names = { classNames: ['a'], featureNames: ['x', 'y', 'z'] };
    expect(() => datasetFrom({ inputs, targets, classes: 2, ...names })).toThrow(
      'classNames must hold 2 names, received 1; featureNames must hold 2 names, received 3',
    );
    expect(() => datasetFrom({ ...classes, targets, classes: 1.5 })).toThrow(
      'classes must be an integer >= 1, received 1.5',
    );
    expect(() =>
      datasetFrom({ inputs, targets, task: 'regression', classes: 2, classNames: ['a', 'b'] }),
    ).toThrow(
      'classes must be 0 for regression, received 2; classNames must be left out for regression, received ["a","b"]',
    );
    const task = JSON.parse('"clusters"') as 'regression';
    expect(() => datasetFrom({ inputs, targets, task })).toThrow(
      "task must be 'regression' or 'classification', received \"clusters\"",
    );
  });
});

describe('take', () => {
  const source = { title: 'title', licence: 'none', citation: 'nobody' };
  const named = { classNames: ['a', 'b'], featureNames: ['x', 'y'], source };
  const data = datasetFrom({ ...classes, targets: [0, 1, 0], ...named, name: 'three' });

  test('rows in the order asked, twice if asked, with all that is known about them', () => {
    const taken = data.take([2, 0, 2]);
    expect(taken.inputs).toEqual({ values: Float32Array.of(5, 6, 1, 2, 5, 6), shape: [3, 2] });
    expect(taken.targets).toEqual({ values: Int32Array.of(0, 0, 0), shape: [3] });
    const { name, classNames, featureNames, source: kept } = taken;
    expect({ name, classNames, featureNames, source: kept }).toEqual({ name: 'three', ...named });
    expect(taken.classes).toBe(2); // though class 1 is not among the rows
  });

  test('rows of images', () => {
    const values = Float32Array.from({ length: 12 }, (_, i) => i);
    const images = datasetFrom({ inputs: { values, shape: [3, 2, 2, 1] }, targets: [0.5, 1, 2] });
    const { inputs: taken } = images.take(Int32Array.of(1));
    expect(taken).toEqual({ values: Float32Array.of(4, 5, 6, 7), shape: [1, 2, 2, 1] });
  });

  test.each([3, -1, 0.5, Number.NaN])('index %d is no row', (index) => {
    expect(() => data.take([0, index])).toThrow(
      `take: index 1 must be a row, an integer from 0 to 2, received ${index}`,
    );
  });

  test('no rows', () => expect(() => data.take([])).toThrow('three inputs: holds no values'));
});

test('withInputs: feature names stay only where they fit', () => {
  const data = datasetFrom({ inputs, targets: [0.5, 1, 2], featureNames: ['x', 'y'] });
  const doubled = data.withInputs({ values: [2, 4, 6, 8, 10, 12], shape: [3, 2] });
  expect([...doubled.inputs.values]).toEqual([2, 4, 6, 8, 10, 12]);
  expect(doubled.featureNames).toEqual(['x', 'y']);
  const image = data.withInputs({ values: data.inputs.values, shape: [3, 2, 1] });
  expect([image.inputs.shape, image.featureNames]).toEqual([[3, 2, 1], null]);
  expect(() => data.withInputs({ values: [1, 2], shape: [1, 2] })).toThrow(
    'of 1 rows, as many as the inputs',
  );
});
