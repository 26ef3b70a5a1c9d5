import { describe, expect, test } from 'vitest';
import { DataError, OptionError, ShapeError } from '../../src/errors.ts';
import { accuracy, topKAccuracy } from '../../src/metrics/accuracy.ts';
import { auc } from '../../src/metrics/auc.ts';
import { calibrationError } from '../../src/metrics/calibration-error.ts';
import { confusionMatrix } from '../../src/metrics/confusion-matrix.ts';
import { type Metric, metricsSchema, numberMetricsSchema } from '../../src/metrics/metric.ts';
import { f1, perClass, precision, recall } from '../../src/metrics/per-class.ts';
import { rSquared } from '../../src/metrics/r-squared.ts';
import { parseOptions } from '../../src/options.ts';
import { NO_NUMBERS } from '../no-numbers.ts';
import { floats, measure, type Nested } from './measure.ts';

describe('options', () => {
  test.each([
    [() => topKAccuracy({} as never), 'topKAccuracy: k must be a number'],
    [() => topKAccuracy(undefined as never), 'topKAccuracy: options must be an object'],
    [() => topKAccuracy({ k: 0 }), 'topKAccuracy: k must be >= 1, received 0'],
    [() => topKAccuracy({ k: 1.5 }), 'topKAccuracy: k must be a whole number, received 1.5'],
    [() => precision({} as never), 'precision: class or average must be given, and not both'],
    [
      () => recall({ class: 1, average: 'macro' } as never),
      'recall: class or average must be given, and not both',
    ],
    [() => f1({ class: -1 }), 'f1: class must be >= 0, received -1'],
    [
      () => f1({ average: 'binary' as never }),
      'f1: average must be one of "macro", "micro", "weighted", received "binary"',
    ],
    [
      () => precision({ klass: 1 } as never),
      'precision: klass is not an option, received 1 (did you mean "class"?)',
    ],
    [
      () => auc({ from: 'sigmoid' as never }),
      'auc: from must be one of "logits", "probabilities", received "sigmoid"',
    ],
    [
      () => accuracy({ from: null as never }),
      'accuracy: from must be one of "logits", "probabilities", received null',
    ],
    [() => calibrationError({ bins: 0 }), 'calibrationError: bins must be >= 1, received 0'],
    [() => perClass({ average: 'macro' } as never), 'perClass: average is not an option'],
    [() => confusionMatrix({ normalise: true } as never), 'confusionMatrix: normalise is not an option'],
  ])('refused: $1', (make, message) => {
    expect(make).toThrow(OptionError);
    expect(make).toThrow(message);
  });

  test('numbers must be numbers', () => {
    for (const value of NO_NUMBERS) {
      expect(() => topKAccuracy({ k: value as number })).toThrow(OptionError);
      expect(() => precision({ class: value as number })).toThrow(OptionError);
      expect(() => calibrationError({ bins: value as number })).toThrow(OptionError);
    }
  });

  test('a list of metrics: each has a name of its own; histories take numbers only', () => {
    const parse = (metrics: unknown): unknown => parseOptions('evaluate', metricsSchema, metrics);
    expect(parse(undefined)).toEqual([]);
    const list = [accuracy(), f1({ class: 0 }), f1({ class: 1 }), confusionMatrix()];
    expect(parse(list)).toEqual(list);
    expect(() => parse([accuracy(), auc(), accuracy({ from: 'probabilities' })])).toThrow(
      '2 must have a name of its own, and accuracy is taken',
    );
    expect(() => parse([{ ...auc(), metricName: 'loss' }])).toThrow('loss is taken');
    expect(() => parse(['accuracy'])).toThrow('must be a metric, such as accuracy(), received "accuracy"');
    expect(() => parse([accuracy])).toThrow('must be a metric, such as accuracy(), received a function');
    expect(() => parseOptions('train', numberMetricsSchema, [confusionMatrix()])).toThrow(
      'must be a metric whose value is one number',
    );
    expect(parseOptions('train', numberMetricsSchema, [accuracy()])).toHaveLength(1);
  });
});

describe('what does not fit', () => {
  const three = [
    [1, 2, 3],
    [3, 2, 1],
  ];
  const refused: [
    string,
    Metric<string, unknown>,
    Nested,
    Nested,
    new (...args: never[]) => Error,
    string,
  ][] = [
    [
      'targets of another length',
      accuracy(),
      three,
      [
        [0, 1],
        [1, 0],
      ],
      ShapeError,
      'accuracy targets: expected shape [rows] or [rows, 3], received [2, 2]',
    ],
    [
      'fewer targets',
      accuracy(),
      three,
      [0],
      ShapeError,
      'accuracy targets: expected shape of 2 rows, received [1]',
    ],
    [
      'outputs without classes',
      auc(),
      [1, 2],
      [0, 1],
      ShapeError,
      'auc outputs: expected shape [rows, …, classes]',
    ],
    [
      'a target that is no class',
      confusionMatrix(),
      three,
      [0, 3],
      DataError,
      'confusionMatrix targets: row 1 (counted from 0) must be a class index, an integer from 0 to 2, received 3',
    ],
    [
      'a quantity as target',
      accuracy(),
      [[1], [2]],
      [[0.5], [2.5]],
      DataError,
      'an integer from 0 to 1, received 0.5',
    ],
    [
      'several classes at once',
      perClass(),
      three,
      [
        [0, 1, 0],
        [1, 0, 1],
      ],
      DataError,
      'perClass targets: row 1 (counted from 0) must be a distribution with sum 1, received numbers with sum 2',
    ],
    [
      'a class that is not there',
      recall({ class: 3 }),
      three,
      [0, 1],
      OptionError,
      'recall: class must be below the number of classes, 3, received 3',
    ],
    [
      'class 2 of two',
      precision({ class: 2 }),
      [[1], [2]],
      [0, 1],
      OptionError,
      'the number of classes, 2, received 2',
    ],
    [
      'k that all outputs are in',
      topKAccuracy({ k: 3 }),
      three,
      [0, 1],
      OptionError,
      'topKAccuracy: k must be below the number of outputs, 3, received 3',
    ],
    [
      'k of one output',
      topKAccuracy({ k: 1 }),
      [[1], [2]],
      [0, 1],
      OptionError,
      'the number of outputs, 1, received 1',
    ],
    [
      'logits called probabilities',
      calibrationError({ from: 'probabilities' }),
      three,
      [0, 1],
      OptionError,
      "calibrationError: from may be 'probabilities' only where the model gives numbers from 0 to 1, and it gave 2",
    ],
    [
      'negative probabilities',
      auc({ from: 'probabilities' }),
      [[-0.5], [1]],
      [0, 1],
      OptionError,
      'it gave -0.5',
    ],
    [
      'class indices as quantities',
      rSquared(),
      three,
      [0, 1],
      ShapeError,
      'rSquared targets: expected shape [2, 3], received [2]',
    ],
  ];
  test.each(refused)('%s', (_, metric, outputs, targets, kind, message) => {
    const work = (): unknown => measure(metric, outputs, targets);
    expect(work).toThrow(kind);
    expect(work).toThrow(message);
  });

  test('is told by checkTargets already, before anything is computed, wherever shapes and targets say it', () => {
    for (const [name, metric, outputs, targets, kind] of refused) {
      const seenLater = name.includes('probabilities') || name === 'fewer targets';
      const check = (): void => metric.checkTargets?.(floats(targets), floats(outputs).shape.slice(1));
      if (seenLater) check();
      else expect(check, name).toThrow(kind);
    }
    // Sizes that are not known beforehand are not judged.
    accuracy().checkTargets?.(floats([[0, 1, 1]]), [null, 2]);
    precision({ class: 7 }).checkTargets?.(floats([0, 1, 1]), [null]);
  });

  test('float32 probabilities may exceed 1 by rounding', () => {
    expect(measure(accuracy({ from: 'probabilities' }), [[1 + 2 ** -22], [-(2 ** -24)]], [1, 0])).toBe(1);
  });
});
