import { describe, expect, test } from 'vitest';
import { confusionMatrix } from '../../src/metrics/confusion-matrix.ts';
import { f1, perClass, precision, recall } from '../../src/metrics/per-class.ts';
import { DOUBLE, absoluteError } from '../tolerances.ts';
import { measure } from './measure.ts';

/** Outputs whose largest is the class. */
const choices = (classes: number, predicted: readonly number[]): number[][] =>
  predicted.map((choice) => Array.from({ length: classes }, (_, k) => (k === choice ? 1 : 0)));

/*
 * Seven examples of three of four classes:
 *             predicted 0  1  2  3   occurs
 *   class 0:            2  1  0  0     3
 *   class 1:            1  1  0  0     2
 *   class 2:            0  0  1  1     2
 *   class 3:            0  0  0  0     0
 *   predicted           3  2  1  1
 */
const targets = [0, 0, 0, 1, 1, 2, 2];
const outputs = choices(4, [0, 0, 1, 0, 1, 2, 3]);

describe('hand values', () => {
  test('confusion matrix: a row is a true class', () => {
    expect(measure(confusionMatrix(), outputs, targets)).toEqual([
      [2, 1, 0, 0],
      [1, 1, 0, 0],
      [0, 0, 1, 1],
      [0, 0, 0, 0],
    ]);
  });

  test('the table of all classes; a class that is not there has zeros', () => {
    const { support, ...scores } = measure(perClass(), outputs, targets);
    expect(support).toEqual([3, 2, 2, 0]);
    expect(scores).toEqual({
      precision: [2 / 3, 1 / 2, 1, 0],
      recall: [2 / 3, 1 / 2, 1 / 2, 0],
      f1: [4 / 6, 2 / 4, 2 / 3, 0],
    });
  });

  test('one class', () => {
    expect(measure(precision({ class: 2 }), outputs, targets)).toBe(1);
    expect(measure(recall({ class: 2 }), outputs, targets)).toBe(1 / 2);
    expect(measure(f1({ class: 2 }), outputs, targets)).toBe(2 / 3);
    expect(measure(recall({ class: 3 }), outputs, targets)).toBe(0); // no example of it
    expect(measure(precision({ class: 4 }), choices(5, [0]), [0])).toBe(0); // never predicted
    expect(measure(f1({ class: 4 }), choices(5, [0]), [0])).toBe(0);
  });

  test('averages: macro over the classes that occur or are predicted, weighted by examples, micro of all as one', () => {
    const all = (['macro', 'weighted', 'micro'] as const).map((average) => [
      measure(precision({ average }), outputs, targets),
      measure(recall({ average }), outputs, targets),
      measure(f1({ average }), outputs, targets),
    ]);
    const byHand = [
      [(2 / 3 + 1 / 2 + 1 + 0) / 4, (2 / 3 + 1 / 2 + 1 / 2 + 0) / 4, (2 / 3 + 1 / 2 + 2 / 3 + 0) / 4],
      [(2 + 1 + 2) / 7, (2 + 1 + 1) / 7, (2 + 1 + 4 / 3) / 7],
      [4 / 7, 4 / 7, 4 / 7],
    ];
    expect(absoluteError(all.flat(), byHand.flat())).toBeLessThanOrEqual(DOUBLE);
    // A fifth class, which neither occurs nor is predicted, changes nothing.
    const wider = outputs.map((row) => [...row, 0]);
    expect(measure(precision({ average: 'macro' }), wider, targets)).toBe(all[0]?.[0]);
  });

  test('one output: class 1 lies above 0, or above 0.5', () => {
    const scores = [[0.75], [0.25], [0.125], [0.875]];
    expect(measure(confusionMatrix({ from: 'probabilities' }), scores, [1, 1, 0, 0])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(measure(confusionMatrix(), scores, [1, 1, 0, 0])).toEqual([
      [0, 2],
      [0, 2],
    ]);
    const from = 'probabilities';
    expect(measure(precision({ class: 1 }), scores, [1, 0, 0, 0])).toBe(1 / 4);
    expect(measure(precision({ class: 1, from }), scores, [1, 0, 0, 0])).toBe(1 / 2);
    expect(measure(recall({ class: 0 }), scores, [1, 0, 0, 0])).toBe(0);
    expect(measure(recall({ class: 0, from }), scores, [1, 0, 0, 0])).toBe(2 / 3);
    expect(measure(f1({ average: 'micro' }), scores, [1, 0, 0, 0])).toBe(1 / 4);
    expect(measure(f1({ average: 'micro', from }), scores, [1, 0, 0, 0])).toBe(3 / 4);
    expect(measure(perClass(), scores, [1, 0, 0, 0]).recall).toEqual([0, 1]);
    expect(measure(perClass({ from }), scores, [1, 0, 0, 0]).recall).toEqual([2 / 3, 1]);
  });

  test('an example with a NaN is predicted as nothing, and occurs', () => {
    const withNaN = [...choices(2, [0, 1]), [Number.NaN, 9]];
    expect(measure(confusionMatrix(), withNaN, [0, 1, 1])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(measure(perClass(), withNaN, [0, 1, 1])).toEqual({
      precision: [1, 1],
      recall: [1, 1 / 2],
      f1: [1, 2 / 3],
      support: [1, 2],
    });
  });

  test('names are stable, and differ for different options', () => {
    expect([
      precision({ average: 'macro' }).metricName,
      recall({ average: 'micro' }).metricName,
      f1({ average: 'weighted' }).metricName,
      f1({ class: 12 }).metricName,
    ]).toEqual(['macroPrecision', 'microRecall', 'weightedF1', 'f1OfClass12']);
  });
});
