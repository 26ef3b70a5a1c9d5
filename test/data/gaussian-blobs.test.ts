import { describe, expect, test } from 'vitest';
import { gaussianBlobs } from '../../src/data/gaussian-blobs.ts';
import { Rng } from '../../src/random/rng.ts';

/** Fixed seeds lie within 4.5 standard errors; a wrong mean or scale is far outside. */
const STANDARD_ERRORS = 4.5;
const rng = Rng.fromSeed(5);
const CENTRES = [
  [-3, 0],
  [0, 1],
  [3, 5],
];

describe('gaussianBlobs', () => {
  test('without spread every point is the centre of its class', () => {
    const { inputs, targets, task, classes } = gaussianBlobs(
      { centres: CENTRES, rowsPerClass: 2, standardDeviation: 0 },
      rng,
    );
    expect([task, classes, inputs.shape, targets.shape]).toEqual(['classification', 3, [6, 2], [6]]);
    expect([...targets.values]).toEqual([0, 0, 1, 1, 2, 2]);
    expect([...inputs.values]).toEqual([-3, 0, -3, 0, 0, 1, 0, 1, 3, 5, 3, 5]);
  });

  test('every feature of every class has its mean and the deviation asked', () => {
    const rows = 5000;
    const { inputs } = gaussianBlobs({ centres: CENTRES, rowsPerClass: rows, standardDeviation: 0.5 }, rng);
    for (const [place, centre] of CENTRES.entries())
      for (const [feature, expected] of centre.entries()) {
        const errors = Array.from(
          { length: rows },
          (_, row) => (inputs.values[(place * rows + row) * 2 + feature] ?? Number.NaN) - expected,
        );
        const average = errors.reduce((sum, error) => sum + error, 0) / rows;
        const square = errors.reduce((sum, error) => sum + error * error, 0) / rows;
        expect(Math.abs(average)).toBeLessThan((STANDARD_ERRORS * 0.5) / Math.sqrt(rows));
        expect(Math.abs(square - 0.25)).toBeLessThan(STANDARD_ERRORS * 0.25 * Math.sqrt(2 / rows));
      }
  });

  test('the seed decides', () => {
    const options = { centres: CENTRES, rowsPerClass: 3, standardDeviation: 1 };
    expect(gaussianBlobs(options, Rng.fromSeed(5))).toEqual(gaussianBlobs(options, rng));
    expect(gaussianBlobs(options, Rng.fromSeed(6)).inputs).not.toEqual(gaussianBlobs(options, rng).inputs);
  });

  test('refuses wrong options, all in one message', () => {
    expect(() =>
      gaussianBlobs({ centres: [[0], [1, 2]], rowsPerClass: 0, standardDeviation: -1 }, rng),
    ).toThrow(
      /gaussianBlobs: centres must be at least two centres of as many finite numbers.*; rowsPerClass must be an integer >= 1, received 0; standardDeviation must be a finite number >= 0, received -1/,
    );
    expect(() =>
      gaussianBlobs({ centres: [[0], [Number.NaN]], rowsPerClass: 1, standardDeviation: 1 }, rng),
    ).toThrow('centres must be');
  });
});
