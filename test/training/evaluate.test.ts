import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { OptionError, ShapeError } from '../../src/errors.ts';
import { binaryCrossEntropy } from '../../src/losses/binary-cross-entropy.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { makeLoss } from '../../src/losses/loss.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { accuracy, topKAccuracy } from '../../src/metrics/accuracy.ts';
import { auc } from '../../src/metrics/auc.ts';
import { calibrationError } from '../../src/metrics/calibration-error.ts';
import { confusionMatrix } from '../../src/metrics/confusion-matrix.ts';
import type { Metric } from '../../src/metrics/metric.ts';
import { f1, perClass, type PerClass, precision } from '../../src/metrics/per-class.ts';
import { rSquared } from '../../src/metrics/r-squared.ts';
import { checkMetricsFit, evaluate } from '../../src/training/evaluate.ts';
import { withoutLeak } from '../no-leak.ts';
import { absoluteError, SINGLE } from '../tolerances.ts';

/** More rows than two forward passes take. */
const ROWS = 2500;

/** The model gives its inputs back: what is evaluated is known. */
function identity(units: number): tf.Sequential {
  const model = tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [units], useBias: false })] });
  model.setWeights([tf.eye(units)]);
  return model;
}

/** Row i has its largest output at i mod 3, and class i mod 2 (of 4 classes). */
const outputs = Array.from({ length: ROWS }, (_, i) => [0, 1, 2, 3].map((k) => (k === i % 3 ? 2 : 0)));
const classes = datasetFrom({
  inputs: outputs,
  targets: Array.from({ length: ROWS }, (_, i) => i % 2),
  classes: 4,
});

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test('loss and metrics over all chunks', async () => {
    const model = identity(4);
    const result = await withoutLeak(() =>
      evaluate(model, classes, {
        loss: crossEntropy(),
        metrics: [accuracy(), topKAccuracy({ k: 2 }), confusionMatrix(), perClass(), precision({ class: 0 })],
      }),
    );
    // i mod 6: 0 and 1 are right; 2 to 5 are predicted as 2, 0, 1, 2 and of class 0, 1, 0, 1.
    const count = (...remainders: number[]): number =>
      outputs.filter((_, i) => remainders.includes(i % 6)).length;
    expect(result.accuracy).toBe(count(0, 1) / ROWS);
    expect(result.confusionMatrix).toEqual([
      [count(0), count(4), count(2), 0],
      [count(3), count(1), count(5), 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    // Equal outputs in order: of class 0 it is among two always, of class 1 where 1 or 0 is largest.
    expect(result.top2Accuracy).toBe((ROWS - count(5)) / ROWS);
    expect(result.perClass.support).toEqual([ROWS / 2, ROWS / 2, 0, 0]);
    expect(result.precisionOfClass0).toBe(count(0) / count(0, 3));
    const right = Math.log(Math.exp(2) + 3) - 2;
    const mean = right + (2 * count(2, 3, 4, 5)) / ROWS;
    expect(absoluteError([result.loss], [mean])).toBeLessThanOrEqual(SINGLE);
    model.dispose();
  });

  test('one output and several outputs of a regression', async () => {
    const [one, two] = [identity(1), identity(2)];
    const signs = datasetFrom({ inputs: [[-1], [0.5], [2], [-3]], targets: [0, 1, 0, 0], classes: 2 });
    const binary = await withoutLeak(() =>
      evaluate(one, signs, { loss: squaredErrorOfClasses, metrics: [accuracy(), auc(), f1({ class: 1 })] }),
    );
    expect(binary).toMatchObject({ accuracy: 0.75, auc: 2 / 3, f1OfClass1: 2 / 3 });
    const quantities = datasetFrom({
      inputs: [
        [1, 10],
        [2, 20],
        [4, 30],
      ],
      targets: [
        [1, 10],
        [2, 20],
        [3, 30],
      ],
      task: 'regression',
    });
    const result = await withoutLeak(() =>
      evaluate(two, quantities, { loss: squaredError(), metrics: [rSquared()] }),
    );
    expect(result.rSquared).toBe((0.5 + 1) / 2);
    expect(absoluteError([result.loss], [1 / 6])).toBeLessThanOrEqual(SINGLE);
    tf.dispose([one.getWeights(), two.getWeights()]);
  });

  test('evaluation mode: dropout and norms stand still, the model is as it was, the same each time', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 8, inputShape: [4], activation: 'relu' }),
        tf.layers.batchNormalization(),
        tf.layers.dropout({ rate: 0.5 }),
        tf.layers.dense({ units: 4 }),
      ],
    });
    const weights = (): number[][] => model.getWeights().map((weight) => [...weight.dataSync()]);
    const before = weights();
    const options = {
      loss: crossEntropy(),
      metrics: [accuracy(), calibrationError()],
    };
    const first = await withoutLeak(() => evaluate(model, classes, options));
    expect(await evaluate(model, classes, options)).toEqual(first);
    expect(weights()).toEqual(before);
    model.dispose();
  });
});

/** Squared error that takes class indices, for outputs [batch, 1]. */
const squaredErrorOfClasses = makeLoss(
  'mine',
  'predictions',
  (predictions, targets) =>
    tf.tidy(() => predictions.reshape<tf.Tensor1D>([-1]).sub<tf.Tensor1D>(targets).square()),
  { checkTargets: () => undefined },
);

describe('how it works', () => {
  let model: tf.Sequential;
  beforeAll(async () => {
    await useBackend('cpu');
  });
  beforeEach(() => {
    model = identity(4);
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  test('rows count in the loss by their weights, in metrics once', async () => {
    const small = { inputs: outputs.slice(0, 3), targets: [0, 1, 0], classes: 4 };
    const options = { loss: crossEntropy(), metrics: [accuracy()] };
    const weighted = await withoutLeak(() => evaluate(model, { ...small, weights: [1, 0, 3] }, options));
    const right = Math.log(Math.exp(2) + 3) - 2;
    expect(absoluteError([weighted.loss], [(right + 3 * (right + 2)) / 4])).toBeLessThanOrEqual(SINGLE);
    expect(weighted.accuracy).toBe(2 / 3);
    const classWeights = await withoutLeak(() =>
      evaluate(
        model,
        { ...small, weights: [1, 0, 3] },
        { loss: crossEntropy({ classWeights: [2, 1, 1, 1] }) },
      ),
    );
    expect(absoluteError([classWeights.loss], [weighted.loss])).toBeLessThanOrEqual(SINGLE);
    const third = { ...small, targets: [0, 1, 1], weights: [1, 1, 2] };
    const both = await evaluate(model, third, { loss: crossEntropy({ classWeights: [3, 1, 1, 1] }) });
    expect(
      absoluteError([both.loss], [(3 * right + right + 2 * (right + 2)) / (3 + 1 + 2)]),
    ).toBeLessThanOrEqual(SINGLE);
  });

  test('asks the model once per chunk, however many metrics', async () => {
    const apply = vi.spyOn(model, 'apply');
    await evaluate(model, classes, { loss: crossEntropy(), metrics: [accuracy(), auc(), perClass()] });
    expect(apply).toHaveBeenCalledTimes(Math.ceil(ROWS / 1024));
  });

  test('a metric of one’s own; what it throws leaves no tensor', async () => {
    const largest: Metric<'largest'> = {
      metricName: 'largest',
      better: 'higher',
      start() {
        let value = Number.NEGATIVE_INFINITY;
        return {
          add: (predictions, targets) => {
            expect(predictions.shape[0]).toBe(targets.shape[0]);
            value = Math.max(value, ...predictions.values);
          },
          value: () => value,
        };
      },
    };
    expect((await evaluate(model, classes, { loss: crossEntropy(), metrics: [largest] })).largest).toBe(2);
    const broken: Metric = {
      ...largest,
      start: () => ({
        add: () => {
          throw new RangeError('mine');
        },
        value: () => 0,
      }),
    };
    await withoutLeak(() =>
      expect(evaluate(model, classes, { loss: crossEntropy(), metrics: [broken] })).rejects.toThrow('mine'),
    );
  });

  test('refuses what does not fit before it asks the model', async () => {
    const apply = vi.spyOn(model, 'apply');
    const loss = crossEntropy();
    const refused = (metrics: readonly Metric<string, unknown>[], rows = classes): Promise<unknown> =>
      withoutLeak(() => evaluate(model, rows, { loss, metrics }));
    await expect(refused([accuracy(), accuracy()])).rejects.toThrow(
      'evaluate: metrics.1 must have a name of its own, and accuracy is taken',
    );
    await expect(refused([{} as never])).rejects.toThrow('evaluate: metrics.0 must be a metric');
    await expect(refused([topKAccuracy({ k: 4 })])).rejects.toThrow(OptionError);
    await expect(refused([f1({ class: 4 })])).rejects.toThrow(OptionError);
    await expect(refused([rSquared()])).rejects.toThrow(ShapeError);
    await expect(evaluate(model, classes, { loss, metric: [] } as never)).rejects.toThrow(
      'metric is not an option, received [] (did you mean "metrics"?)',
    );
    await expect(evaluate(model, classes, { loss: 'mse' as never })).rejects.toThrow('must be a loss');
    expect(apply).not.toHaveBeenCalled();
  });

  test('a model that gives probabilities is refused where logits are read, with the cure', async () => {
    const head = (units: number, activation: 'sigmoid' | 'softmax'): tf.LayersModel =>
      tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [1], activation })] });
    const data = datasetFrom({ inputs: [[0], [1], [2]], targets: [0, 1, 1], classes: 2 });
    expect(() => checkMetricsFit(head(1, 'sigmoid'), data, [accuracy()])).toThrow(
      "metrics: accuracy takes logits, and the model gives probabilities (give it { from: 'probabilities' }",
    );
    expect(() => checkMetricsFit(head(2, 'softmax'), data, [calibrationError()])).toThrow(OptionError);
    checkMetricsFit(head(1, 'sigmoid'), data, [accuracy({ from: 'probabilities' })]);
    checkMetricsFit(head(2, 'softmax'), data, [accuracy(), confusionMatrix()]); // the largest is the largest
    const sigmoid = head(1, 'sigmoid');
    await expect(evaluate(sigmoid, data, { loss: binaryCrossEntropy() })).rejects.toThrow('takes logits');
  });

  test('the result is typed by the metrics', () => {
    const typed = () =>
      evaluate(model, classes, {
        loss: crossEntropy(),
        metrics: [
          accuracy(),
          topKAccuracy({ k: 5 }),
          f1({ average: 'macro' }),
          f1({ class: 3 }),
          confusionMatrix(),
          perClass(),
        ],
      });
    type Result = Awaited<ReturnType<typeof typed>>;
    expectTypeOf<keyof Result>().toEqualTypeOf<
      'loss' | 'accuracy' | 'top5Accuracy' | 'macroF1' | 'f1OfClass3' | 'confusionMatrix' | 'perClass'
    >();
    expectTypeOf<Result['accuracy']>().toEqualTypeOf<number>();
    expectTypeOf<Result['f1OfClass3']>().toEqualTypeOf<number>();
    expectTypeOf<Result['confusionMatrix']>().toEqualTypeOf<number[][]>();
    expectTypeOf<Result['perClass']>().toEqualTypeOf<PerClass>();
    // @ts-expect-error: no metric of that name was asked for
    expectTypeOf<Result['auc']>();
    const lossOnly = () => evaluate(model, classes, { loss: crossEntropy() });
    expectTypeOf<keyof Awaited<ReturnType<typeof lossOnly>>>().toEqualTypeOf<'loss'>();
    // Metrics that are not written out: any name, a number.
    const some = (metrics: readonly Metric[]) => evaluate(model, classes, { loss: crossEntropy(), metrics });
    expectTypeOf<Awaited<ReturnType<typeof some>>>().toExtend<Record<string, number>>();
    // A number has a direction, a table is no number.
    // @ts-expect-error: which is better?
    expectTypeOf<Metric>({ metricName: 'mine', better: null, start: accuracy().start });
    // @ts-expect-error: train records numbers only
    expectTypeOf<Metric>(confusionMatrix());
    // @ts-expect-error: class or average
    expect(() => precision({})).toThrow(OptionError);
    // @ts-expect-error: and not both
    expect(() => precision({ class: 1, average: 'macro' })).toThrow(OptionError);
  });
});
