import { describe, expect, test } from 'vitest';
import { DataError, ShapeError } from '../../src/errors.ts';
import { binaryCrossEntropy } from '../../src/losses/binary-cross-entropy.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { hinge } from '../../src/losses/hinge.ts';
import { klDivergence } from '../../src/losses/kl-divergence.ts';
import type { Loss, OutputShape } from '../../src/losses/loss.ts';
import { negativeLogLikelihood } from '../../src/losses/negative-log-likelihood.ts';

const check = (loss: Loss, values: number[], shape: number[], outputs: OutputShape): void =>
  loss.checkTargets?.({ values, shape }, outputs);

describe.each([crossEntropy(), negativeLogLikelihood()])('$lossName', (loss) => {
  test.each([
    [-1, 'received -1'],
    [3, 'received 3'],
    [1.5, 'received 1.5'],
    [Number.NaN, 'received NaN'],
    [Number.POSITIVE_INFINITY, 'received Infinity'],
  ])('class index %d is refused with its row', (bad, received) => {
    const wrong = (): void => check(loss, [0, 2, bad], [3], [3]);
    expect(wrong).toThrow(DataError);
    expect(wrong).toThrow(
      `${loss.lossName} targets: row 2 (counted from 0) must be a class index, an integer from 0 to 2, ${received}`,
    );
  });

  test('rows that are no distributions are refused', () => {
    expect(() => check(loss, [1, 0, 0.5, 0.6], [2, 2], [2])).toThrow(
      'row 1 (counted from 0) must be a distribution with sum 1, received numbers with sum 1.1',
    );
    expect(() => check(loss, [1, 0, -0.5, 1.5], [2, 2], [2])).toThrow(
      'row 1 (counted from 0) must hold probabilities, numbers from 0 to 1, received -0.5',
    );
    expect(() => check(loss, [1, 0, Number.NaN, 1], [2, 2], [2])).toThrow('received NaN');
  });

  test('targets of another shape are refused', () => {
    const wrong = (): void => check(loss, [0, 1], [1, 2], [3]);
    expect(wrong).toThrow(ShapeError);
    expect(wrong).toThrow('expected shape [rows] or [rows, 3], received [1, 2]');
  });

  test('good targets pass', () => {
    check(loss, [0, 2, 1], [3], [3]);
    check(loss, [1, 0, 0.5, 0.5], [2, 2], [2]);
    check(loss, [0, 1, 1, 0], [2, 2], [2, 2]);
  });
});

test('distributions are summed along the class axis', () => {
  // one row, classes 2 × positions 3: columns (1, 0), (0.5, 0.5), (0, 1)
  const values = [1, 0.5, 0, 0, 0.5, 1];
  check(crossEntropy({ axis: 1 }), values, [1, 2, 3], [2, 3]);
  check(crossEntropy({ axis: 1 }), values, [1, 2, 3], [2, null]);
  expect(() => check(crossEntropy(), values, [1, 2, 3], [2, 3])).toThrow('received numbers with sum 1.5');
  expect(() => check(crossEntropy({ axis: 1 }), values.with(4, 0.75), [1, 2, 3], [2, 3])).toThrow(
    'received numbers with sum 1.25',
  );
});

test('models that do not fit the options are refused before the first step', () => {
  expect(() => check(crossEntropy({ classWeights: [1, 2] }), [0], [1], [3])).toThrow(
    'with 2 classes, one a weight, received [1, 3]',
  );
  expect(() => check(crossEntropy(), [0], [1], [1])).toThrow('with at least 2 classes on axis -1');
  expect(() => check(binaryCrossEntropy({ positiveWeight: [1, 2] }), [0], [1], [1])).toThrow(
    '[batch, …, 2], one output a positiveWeight',
  );
});

test('klDivergence wants distributions', () => {
  expect(() => check(klDivergence(), [0, 1], [2], [2])).toThrow('expected shape [rows, 2], received [2]');
  expect(() => check(klDivergence(), [0.5, 0.4], [1, 2], [2])).toThrow('sum 0.9');
  check(klDivergence(), [0.5, 0.5], [1, 2], [2]);
});

test('binaryCrossEntropy wants numbers from 0 to 1', () => {
  expect(() => check(binaryCrossEntropy(), [0, 1, 0, -1], [2, 2], [2])).toThrow(
    'binaryCrossEntropy targets: row 1 (counted from 0) must be a number from 0 to 1, received -1',
  );
  expect(() => check(binaryCrossEntropy(), [0, Number.NaN], [2], [1])).toThrow(
    'row 1 (counted from 0) must be a number from 0 to 1, received NaN',
  );
  expect(() => check(binaryCrossEntropy(), [0, 1], [2], [2])).toThrow('expected shape [rows, 2]');
  check(binaryCrossEntropy(), [0, 1, 0.5], [3], [1]);
  check(binaryCrossEntropy(), [0, 1, 1, 1], [2, 2], [2]);
});

test('hinge wants −1 and 1, or class indices for several scores', () => {
  expect(() => check(hinge(), [1, -1, 0], [3], [1])).toThrow(
    'hinge targets: row 2 (counted from 0) must be -1 or 1, received 0',
  );
  expect(() => check(hinge(), [0, 3], [2], [3])).toThrow(
    'row 1 (counted from 0) must be a class index, an integer from 0 to 2, received 3',
  );
  check(hinge(), [1, -1, -1, 1], [2, 2], [2]);
  check(hinge(), [0, 2], [2], [3]);
});
