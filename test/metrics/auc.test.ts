import { describe, expect, test } from 'vitest';
import { auc } from '../../src/metrics/auc.ts';
import { Rng } from '../../src/random/rng.ts';
import { DOUBLE } from '../tolerances.ts';
import { measure } from './measure.ts';

describe('auc', () => {
  test('one output: the share of pairs in order, ties half', () => {
    // Positives 3 and 1, negatives 2 and 1: 3 > 2, 3 > 1, 1 < 2, 1 = 1.
    const outputs = [[3], [1], [2], [1]];
    expect(measure(auc(), outputs, [1, 1, 0, 0])).toBe(2.5 / 4);
    expect(measure(auc(), outputs, [0, 0, 1, 1])).toBe(1.5 / 4);
    expect(measure(auc(), outputs, [[1], [1], [0], [0]])).toBe(2.5 / 4);
  });

  test('only the order matters, also where a sigmoid in float64 is 1', () => {
    const rng = Rng.fromSeed(1);
    const outputs = [...rng.split('outputs').normal(60)].map((z) => [z]);
    const targets = [...rng.split('targets').bernoulli(60, 0.4)];
    const area = measure(auc(), outputs, targets);
    const mapped = (monotone: (z: number) => number): number =>
      measure(
        auc(),
        outputs.map(([z = 0]) => [monotone(z)]),
        targets,
      );
    expect([mapped((z) => 4 * z), mapped((z) => z / 8 - 1), mapped((z) => 1024 * z)]).toEqual([
      area,
      area,
      area,
    ]);
    const asPair = outputs.map(([z = 0]) => [0, 1024 * z]);
    expect(measure(auc(), asPair, targets)).toBe(area);
    expect(measure(auc(), [[100], [200]], [0, 1])).toBe(1);
  });

  test('of two outputs: the difference of logits, the second of probabilities', () => {
    const outputs = [
      [0.75, 0.875],
      [0, 0.5],
    ];
    expect(measure(auc(), outputs, [0, 1])).toBe(1); // 0.125 < 0.5
    expect(measure(auc({ from: 'probabilities' }), outputs, [0, 1])).toBe(0); // 0.875 > 0.5
  });

  test('of several classes: the mean of each against the rest, by softmax or by the probabilities as they are', () => {
    const probabilities = [
      [0.5, 0.25, 0.25],
      [0.25, 0.5, 0.25],
      [0.625, 0.125, 0.25],
      [0.125, 0.25, 0.625],
    ];
    // Class 0: 0.5 over 0.25 and 0.125, not over 0.625: 2/3. Class 1: 3 of 3. Class 2 (rows 2 and 3): 0.25 ties twice,
    // 0.625 wins twice: 3 of 4.
    const byHand = (2 / 3 + 1 + 3 / 4) / 3;
    const area = measure(auc({ from: 'probabilities' }), probabilities, [0, 1, 2, 2]);
    expect(Math.abs(area - byHand)).toBeLessThanOrEqual(DOUBLE);

    // The softmax parts all classes: e^0.5 / (e^0.5 + 2) of row 1 is over the 1/3 of row 0. As they are, 0.5 is below
    // 0.75 and over two zeros.
    const logits = [
      [0.75, 0.75, 0.75],
      [0.5, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    expect(measure(auc(), logits, [1, 0, 1, 2])).toBe(1);
    const asTheyAre = measure(auc({ from: 'probabilities' }), logits, [1, 0, 1, 2]);
    expect(Math.abs(asTheyAre - (2 / 3 + 1 + 1) / 3)).toBeLessThanOrEqual(DOUBLE);
    // A constant on all logits of a row changes no probability.
    expect(measure(auc(), logits.with(0, [8, 8, 8]), [1, 0, 1, 2])).toBe(1);
  });

  test('NaN where a class is missing, where it is all there is, and where an output is NaN', () => {
    expect(measure(auc(), [[1], [2]], [1, 1])).toBeNaN();
    expect(
      measure(
        auc(),
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
        [0, 1],
      ),
    ).toBeNaN();
    expect(measure(auc(), [[1], [Number.NaN]], [1, 0])).toBeNaN();
    expect(auc().start().value()).toBeNaN();
  });
});
