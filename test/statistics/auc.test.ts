import { describe, expect, test } from 'vitest';
import { Rng } from '../../src/random/rng.ts';
import { areaUnderCurve } from '../../src/statistics/auc.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe('areaUnderCurve', () => {
  test('hand values: pairs in order, ties half', () => {
    expect(areaUnderCurve([3, 4], [1, 2])).toBe(1);
    expect(areaUnderCurve([1, 2], [3, 4])).toBe(0);
    expect(areaUnderCurve([2, 2], [2, 2, 2])).toBe(0.5);
    // 3 > 1, 3 > 2; 1 = 1 counts half, 1 < 2: 2.5 of 4 pairs.
    expect(areaUnderCurve([3, 1], [2, 1])).toBe(2.5 / 4);
    expect(areaUnderCurve([infinity, 0], [-infinity, 0])).toBe(3.5 / 4);
    expect(areaUnderCurve([0], [-0])).toBe(0.5);
  });

  test('is the count over all pairs', () => {
    const rng = Rng.fromSeed(0);
    for (let trial = 0; trial < 50; trial++) {
      const draw = (label: string, count: number): number[] =>
        Array.from(rng.split(`${label} ${trial}`).uniform(count), (value) => Math.floor(6 * value)); // many ties
      const [positives, negatives] = [draw('positives', 1 + trial), draw('negatives', 51 - trial)];
      let wins = 0;
      for (const high of positives)
        for (const low of negatives) wins += (Number(high > low) + Number(high >= low)) / 2;
      expect(areaUnderCurve(positives, negatives)).toBe(wins / (positives.length * negatives.length));
    }
  });

  test('only the order of the scores matters; turning it round mirrors it', () => {
    // Sixteen pairs: their share is exact.
    const [positives, negatives] = [
      [0.5, 3, 1.25, 2],
      [0.25, 2, -1, 0.75],
    ];
    const area = areaUnderCurve(positives, negatives);
    for (const monotone of [Math.exp, Math.cbrt, (x: number) => 1e6 * x - 7, Math.atan])
      expect(areaUnderCurve(positives.map(monotone), negatives.map(monotone))).toBe(area);
    expect(areaUnderCurve(negatives, positives)).toBe(1 - area);
  });

  test('nothing to order is NaN', () => {
    expect(areaUnderCurve([], [1])).toBeNaN();
    expect(areaUnderCurve([1], [])).toBeNaN();
    expect(areaUnderCurve([nan, 1], [0])).toBeNaN();
    expect(areaUnderCurve([1], [0, nan])).toBeNaN();
  });

  test('leaves its arguments as they are', () => {
    const [positives, negatives] = [new Float64Array([3, 1]), [2, 0]];
    areaUnderCurve(positives, negatives);
    expect([[...positives], negatives]).toEqual([
      [3, 1],
      [2, 0],
    ]);
  });
});
