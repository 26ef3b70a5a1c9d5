import { describe, expect, test } from 'vitest';
import { accuracy, topKAccuracy } from '../../src/metrics/accuracy.ts';
import { measure } from './measure.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe('accuracy', () => {
  // The largest outputs: 1; 0, the first of two equal ones; 2.
  const outputs = [
    [1, 3, 2],
    [5, 5, 1],
    [0, 0, 9],
  ];

  test('class indices, one-hot rows and distributions; of equal outputs the first', () => {
    expect(measure(accuracy(), outputs, [1, 0, 2])).toBe(1);
    expect(measure(accuracy(), outputs, [1, 1, 2])).toBe(2 / 3);
    const oneHot = [
      [0, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
    ];
    expect(measure(accuracy(), outputs, oneHot)).toBe(2 / 3);
    // The first largest of a distribution: 1, 0, 0.
    const soft = [
      [0.25, 0.5, 0.25],
      [0.5, 0.5, 0],
      [0.75, 0, 0.25],
    ];
    expect(measure(accuracy(), outputs, soft)).toBe(2 / 3);
  });

  test('a single output parts two classes at 0, or at 0.5 from probabilities; on the border is class 0', () => {
    const logits = [[-2], [0.25], [0], [3]];
    expect(measure(accuracy(), logits, [0, 1, 0, 1])).toBe(1);
    expect(measure(accuracy(), logits, [0, 0, 1, 1])).toBe(0.5);
    const probabilities = [[0.125], [0.25], [0.5], [0.75]];
    expect(measure(accuracy({ from: 'probabilities' }), probabilities, [0, 0, 0, 1])).toBe(1);
    expect(measure(accuracy({ from: 'logits' }), probabilities, [0, 0, 0, 1])).toBe(0.25);
    expect(measure(accuracy(), logits, [[0], [1], [0], [0]])).toBe(0.75); // targets as a column
  });

  test('every position of a sequence counts', () => {
    const positions = [
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
      [
        [0, 0, 1],
        [0, 0, 1],
      ],
    ];
    // 3 of 4, though no row but the first is all right.
    const targets = [
      [0, 1],
      [2, 0],
    ];
    expect(measure(accuracy(), positions, targets)).toBe(0.75);
    const oneHot = targets.map((row) => row.map((target) => [0, 1, 2].map((k) => (k === target ? 1 : 0))));
    expect(measure(accuracy(), positions, oneHot)).toBe(0.75);
    expect(measure(accuracy(), [[[2], [-1]]], [[1, 1]])).toBe(0.5); // one output a position
  });

  test('NaN among the outputs is never right; infinite outputs are in order', () => {
    expect(
      measure(
        accuracy(),
        [
          [nan, 1],
          [1, nan],
          [nan, nan],
          [0, 1],
        ],
        [1, 0, 0, 1],
      ),
    ).toBe(0.25);
    expect(measure(accuracy(), [[nan], [nan], [1]], [0, 1, 1])).toBe(1 / 3);
    expect(
      measure(
        accuracy(),
        [
          [0, infinity],
          [-infinity, 0],
          [-infinity, -infinity],
        ],
        [1, 1, 0],
      ),
    ).toBe(1);
  });

  test('of no rows it is NaN', () => {
    expect(accuracy().start().value()).toBeNaN();
  });
});

describe('topKAccuracy', () => {
  const outputs = [
    [4, 3, 2, 1],
    [1, 2, 3, 4],
    [1, 4, 2, 3],
  ];

  test('the target is among the k largest; the name has k in it', () => {
    const [top1, top2, top3] = [1, 2, 3].map((k) => topKAccuracy({ k }));
    // The targets stand in places 2, 3 and 1.
    expect([top1, top2, top3].map((metric) => metric && measure(metric, outputs, [1, 1, 1]))).toEqual([
      1 / 3,
      2 / 3,
      1,
    ]);
    expect(topKAccuracy({ k: 5 }).metricName).toBe('top5Accuracy');
  });

  test('of equal outputs the first count, as in accuracy', () => {
    const equal = [
      [7, 7, 7],
      [7, 7, 7],
      [7, 7, 7],
    ];
    expect(measure(topKAccuracy({ k: 1 }), equal, [0, 1, 2])).toBe(1 / 3);
    expect(measure(topKAccuracy({ k: 2 }), equal, [0, 1, 2])).toBe(2 / 3);
    expect(measure(topKAccuracy({ k: 1 }), [[1, 5, 5]], [1])).toBe(1);
    expect(measure(topKAccuracy({ k: 1 }), [[1, 5, 5]], [2])).toBe(0);
  });

  test('positions, one-hot rows, NaN', () => {
    expect(
      measure(
        topKAccuracy({ k: 2 }),
        [
          [
            [1, 2, 3],
            [3, 2, 1],
          ],
        ],
        [[1, 2]],
      ),
    ).toBe(0.5);
    expect(measure(topKAccuracy({ k: 2 }), [[1, 2, 3]], [[0, 1, 0]])).toBe(1);
    expect(measure(topKAccuracy({ k: 2 }), [[nan, 2, 1]], [1])).toBe(0);
  });
});
