// Against scikit-learn, invariants, and chunks: the goldens hold varied data, so all are here.
import { describe, expect, test } from 'vitest';
import type { NumberArray } from '../../src/data/number-array.ts';
import { accuracy, topKAccuracy } from '../../src/metrics/accuracy.ts';
import { auc } from '../../src/metrics/auc.ts';
import { calibrationError } from '../../src/metrics/calibration-error.ts';
import { confusionMatrix } from '../../src/metrics/confusion-matrix.ts';
import type { Metric } from '../../src/metrics/metric.ts';
import { f1, perClass, precision, recall } from '../../src/metrics/per-class.ts';
import { rSquared } from '../../src/metrics/r-squared.ts';
import { readReference } from '../reference/read-reference.ts';
import { absoluteError, DOUBLE } from '../tolerances.ts';
import { rowsOf } from './measure.ts';

interface Golden {
  readonly shape: number[];
  readonly values: number[];
}
type Scores<Value> = Record<'precision' | 'recall' | 'f1', Value>;
interface Both {
  readonly title: string;
  readonly logits: Golden;
  readonly targets: Golden;
  readonly accuracy: number;
  readonly confusionMatrix: number[][];
  readonly calibrationError: Record<string, number>;
}
interface Classes extends Both {
  readonly topK: number[];
  readonly averages: Scores<Record<'macro' | 'micro' | 'weighted', number>>;
  readonly perClass: Scores<number[]>;
  readonly support: number[];
  readonly auc: number | null;
}
interface Binary extends Both {
  readonly class1: Scores<number>;
  readonly auc: number;
}
const golden = readReference('metrics') as {
  readonly classification: Classes[];
  readonly binary: Binary[];
  readonly regression: { title: string; predictions: Golden; targets: Golden; rSquared: number }[];
};

const array = ({ shape, values }: Golden): NumberArray => ({ shape, values: Float32Array.from(values) });

function valueOf<Value>(metric: Metric<string, Value>, logits: Golden, targets: Golden, chunk = 1000): Value {
  const tally = metric.start();
  const rows = logits.shape[0] ?? 0;
  for (let from = 0; from < rows; from += chunk) {
    const to = Math.min(from + chunk, rows);
    tally.add(rowsOf(array(logits), from, to), rowsOf(array(targets), from, to));
  }
  return tally.value();
}

function expectClose(actual: readonly number[], wanted: readonly number[]): void {
  expect(absoluteError(actual, wanted)).toBeLessThanOrEqual(DOUBLE);
}

const SCORES = { precision, recall, f1 };

describe.each(golden.classification)('scikit-learn: $title', ({ logits, targets, ...wanted }) => {
  const classes = logits.shape.at(-1) ?? 0;

  test('accuracy, top k, confusion matrix', () => {
    expect(valueOf(accuracy(), logits, targets)).toBe(wanted.accuracy);
    const topK = wanted.topK.map((_, i) => valueOf(topKAccuracy({ k: i + 1 }), logits, targets));
    expect(topK).toEqual(wanted.topK);
    expect(valueOf(confusionMatrix(), logits, targets)).toEqual(wanted.confusionMatrix);
  });

  test('precision, recall, F1: averages, classes, table', () => {
    const { support, ...table } = valueOf(perClass(), logits, targets);
    expect(support).toEqual(wanted.support);
    for (const name of ['precision', 'recall', 'f1'] as const) {
      for (const average of ['macro', 'micro', 'weighted'] as const)
        expectClose([valueOf(SCORES[name]({ average }), logits, targets)], [wanted.averages[name][average]]);
      expectClose(table[name], wanted.perClass[name]);
      const each = Array.from({ length: classes }, (_, k) =>
        valueOf(SCORES[name]({ class: k }), logits, targets),
      );
      expect(each).toEqual(table[name]);
    }
  });

  test('area under the curve, calibration error', () => {
    expectClose([valueOf(auc(), logits, targets)], [wanted.auc ?? Number.NaN]);
    for (const [bins, error] of Object.entries(wanted.calibrationError))
      expectClose([valueOf(calibrationError({ bins: Number(bins) }), logits, targets)], [error]);
  });

  test('micro F1 and the diagonal of the confusion matrix are the accuracy; its cells are the examples', () => {
    const matrix = valueOf(confusionMatrix(), logits, targets);
    const diagonal = matrix.reduce((sum, row, k) => sum + (row[k] ?? 0), 0);
    const examples = targets.values.length;
    expect(matrix.flat().reduce((sum, cell) => sum + cell, 0)).toBe(examples);
    expect(diagonal / examples).toBe(wanted.accuracy);
    expect(valueOf(f1({ average: 'micro' }), logits, targets)).toBe(wanted.accuracy);
  });
});

test.each(golden.binary)('scikit-learn, one output: $title', ({ logits, targets, ...wanted }) => {
  expect(valueOf(accuracy(), logits, targets)).toBe(wanted.accuracy);
  expect(valueOf(confusionMatrix(), logits, targets)).toEqual(wanted.confusionMatrix);
  expectClose([valueOf(auc(), logits, targets)], [wanted.auc]);
  for (const name of ['precision', 'recall', 'f1'] as const)
    expectClose([valueOf(SCORES[name]({ class: 1 }), logits, targets)], [wanted.class1[name]]);
  for (const [bins, error] of Object.entries(wanted.calibrationError))
    expectClose([valueOf(calibrationError({ bins: Number(bins) }), logits, targets)], [error]);
});

test.each(golden.regression)('scikit-learn: R², $title', ({ predictions, targets, rSquared: wanted }) => {
  expectClose([valueOf(rSquared(), predictions, targets)], [wanted]);
});

test('chunks change no bit', () => {
  const metrics = [
    accuracy(),
    topKAccuracy({ k: 2 }),
    precision({ average: 'macro' }),
    recall({ average: 'weighted' }),
    f1({ class: 0 }),
    perClass(),
    confusionMatrix(),
    auc(),
    calibrationError(),
  ] satisfies Metric<string, unknown>[];
  for (const { logits, targets } of golden.classification)
    for (const metric of metrics) {
      const whole = valueOf<unknown>(metric, logits, targets);
      for (const chunk of [1, 3, 17]) expect(valueOf<unknown>(metric, logits, targets, chunk)).toEqual(whole);
    }
  for (const { predictions, targets } of golden.regression)
    for (const chunk of [1, 3, 17])
      expect(valueOf(rSquared(), predictions, targets, chunk)).toBe(
        valueOf(rSquared(), predictions, targets),
      );
});
