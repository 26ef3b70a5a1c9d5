import { describe, expect, test } from 'vitest';
import { calibrationError } from '../../src/metrics/calibration-error.ts';
import { DOUBLE, SINGLE } from '../tolerances.ts';
import { measure } from './measure.ts';

const probabilities = [
  [0.75, 0.25],
  [0.25, 0.75],
  [0.625, 0.375],
  [1, 0],
];
const targets = [0, 0, 0, 0]; // the second is wrong
const from = 'probabilities';

describe('calibrationError', () => {
  test('hand values: the gap of each bin, weighted by its examples; a border belongs to the bin below', () => {
    const of = (bins: number): number => measure(calibrationError({ from, bins }), probabilities, targets);
    expect(of(1)).toBe(Math.abs(3 - 3.125) / 4);
    // (0.5, 0.75] holds three: 2 right, confidence 2.125; (0.75, 1] one, right and sure.
    expect(of(4)).toBe(0.125 / 4);
    // (0.5, 0.625]: 1 − 0.625; (0.625, 0.75]: 1 − 1.5; (0.875, 1]: 0.
    expect(of(8)).toBe((0.375 + 0.5) / 4);
    // 15 bins: right at 0.609375 in (9/15, 10/15], wrong at 0.6875 in (10/15, 11/15]; in 10 bins they meet.
    const near = [
      [0.609375, 0.390625],
      [0.6875, 0.3125],
    ];
    expect(measure(calibrationError({ from }), near, [0, 1])).toBe((0.390625 + 0.6875) / 2);
    expect(measure(calibrationError({ from, bins: 10 }), near, [0, 1])).toBe((0.6875 - 0.390625) / 2);
  });

  test('sure and right half of the time: 0.5; as often right as it says: 0', () => {
    const sure = [
      [1, 0],
      [1, 0],
    ];
    expect(measure(calibrationError({ from }), sure, [0, 1])).toBe(0.5);
    const three = Array.from({ length: 4 }, () => [0.75, 0.25]);
    expect(measure(calibrationError({ from }), three, [0, 0, 1, 0])).toBe(0);
  });

  test('the softmax of logits, the sigmoid of one logit', () => {
    const byProbabilities = measure(
      calibrationError({ from, bins: 10 }),
      probabilities.slice(0, 3),
      [0, 0, 1],
    );
    const logits = probabilities.slice(0, 3).map((row) => row.map((p) => Math.log(p) + 7));
    const difference = measure(calibrationError({ bins: 10 }), logits, [0, 0, 1]) - byProbabilities;
    expect(Math.abs(difference)).toBeLessThanOrEqual(SINGLE);
    // ln 3 is the logit of 0.75: said 0.75, right half of the time.
    expect(
      Math.abs(measure(calibrationError(), [[Math.log(3)], [-Math.log(3)]], [1, 1]) - 0.25),
    ).toBeLessThanOrEqual(SINGLE);
    const single = measure(calibrationError({ from }), [[0.75], [0.125]], [1, 1]);
    // 0.75 and right; 0.875 sure of class 0 and wrong.
    expect(Math.abs(single - (0.25 + 0.875) / 2)).toBeLessThanOrEqual(DOUBLE);
  });

  test('logits of any size; NaN where there is no confidence', () => {
    expect(measure(calibrationError(), [[1000, 0, -1000]], [0])).toBe(0);
    expect(measure(calibrationError(), [[-1000]], [1])).toBe(1);
    for (const place of [0, 1, 2]) {
      const rows = probabilities.slice(0, 3).with(place, [Number.NaN, 0.5]);
      expect(measure(calibrationError({ from }), rows, [0, 0, 0])).toBeNaN();
    }
    expect(measure(calibrationError(), [[Number.POSITIVE_INFINITY, 0]], [0])).toBeNaN();
    expect(calibrationError().start().value()).toBeNaN();
  });
});
