import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { binaryCrossEntropy } from '../../src/losses/binary-cross-entropy.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { customLoss } from '../../src/losses/custom-loss.ts';
import { hinge } from '../../src/losses/hinge.ts';
import { klDivergence } from '../../src/losses/kl-divergence.ts';
import type { Loss } from '../../src/losses/loss.ts';
import { negativeLogLikelihood } from '../../src/losses/negative-log-likelihood.ts';
import { absoluteError, huber, squaredError } from '../../src/losses/regression.ts';
import { CENTRAL_DIFFERENCES, relativeError, SINGLE } from '../tolerances.ts';

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  let tensors = 0;
  beforeEach(() => {
    tf.engine().startScope();
    tensors = tf.memory().numTensors;
  });
  afterEach(() => {
    tf.engine().endScope();
    expect(tf.memory().numTensors).toBeLessThanOrEqual(tensors);
  });

  const values = (loss: Loss, predictions: tf.Tensor, targets: tf.Tensor): number[] => [
    ...loss(predictions, targets).dataSync(),
  ];
  const gradient = (loss: Loss, predictions: tf.Tensor, targets: tf.Tensor): number[] => [
    ...tf
      .grad((p: tf.Tensor) => loss(p, targets).sum())(predictions)
      .dataSync(),
  ];

  describe('crossEntropy', () => {
    // softmax(ln 1, ln 2, ln 5) = (1/8, 2/8, 5/8)
    const logits = (): tf.Tensor => tf.tensor2d([[Math.log(1), Math.log(2), Math.log(5)]]);

    test('is −ln of the probability of the target class, and its gradient p − ŷ', () => {
      const target = tf.tensor1d([1], 'int32');
      expect(relativeError(values(crossEntropy(), logits(), target), [Math.log(4)])).toBeLessThanOrEqual(
        SINGLE,
      );
      expect(
        relativeError(gradient(crossEntropy(), logits(), target), [1 / 8, -6 / 8, 5 / 8]),
      ).toBeLessThanOrEqual(SINGLE);
    });

    test('takes a distribution per row as target', () => {
      const target = tf.tensor2d([[0.5, 0.25, 0.25]]);
      const expected = 0.5 * Math.log(8) + 0.25 * Math.log(4) + 0.25 * Math.log(8 / 5);
      expect(relativeError(values(crossEntropy(), logits(), target), [expected])).toBeLessThanOrEqual(SINGLE);
      const oneHot = values(crossEntropy(), logits(), tf.tensor2d([[0, 1, 0]]));
      expect(oneHot).toEqual(values(crossEntropy(), logits(), tf.tensor1d([1], 'int32')));
    });

    test('labelSmoothing ε mixes the target with ε / classes', () => {
      // 0.9 ln 4 + 0.1/3 (ln 8 + ln 4 + ln 8/5)
      const expected = 0.9 * Math.log(4) + (0.1 / 3) * (Math.log(8) + Math.log(4) + Math.log(8 / 5));
      const smoothed = values(crossEntropy({ labelSmoothing: 0.1 }), logits(), tf.tensor1d([1], 'int32'));
      expect(relativeError(smoothed, [expected])).toBeLessThanOrEqual(SINGLE);
    });

    test('is finite with gradient 1 and −1 at a gap of 1000 between logits', () => {
      const far = tf.tensor2d([[-10, 10, -1000]]);
      const target = tf.tensor1d([2], 'int32');
      expect(relativeError(values(crossEntropy(), far, target), [1010])).toBeLessThanOrEqual(SINGLE);
      expect(relativeError(gradient(crossEntropy(), far, target), [2.061153e-9, 1, -1])).toBeLessThanOrEqual(
        SINGLE,
      );
    });

    test('forModelFit takes (targets, predictions)', () => {
      const oneHot = tf.tensor2d([[0, 1, 0]]);
      expect([...crossEntropy().forModelFit(oneHot, logits()).dataSync()]).toEqual(
        values(crossEntropy(), logits(), oneHot),
      );
    });

    test('classWeights: losses carry their weight, and rows count theirs', () => {
      const loss = crossEntropy({ classWeights: [1, 3, 2] });
      const two = tf.concat([logits(), logits()]);
      // −ln 2/8 with weight 3, −ln 1/8 with weight 1: the mean is (3 ln 4 + ln 8) / 4
      for (const targets of [
        tf.tensor1d([1, 0], 'int32'),
        tf.tensor2d([
          [0, 1, 0],
          [1, 0, 0],
        ]),
      ]) {
        expect(relativeError(values(loss, two, targets), [3 * Math.log(4), Math.log(8)])).toBeLessThanOrEqual(
          SINGLE,
        );
        expect([...(loss.rowWeights?.(targets, [3]).dataSync() ?? [])]).toEqual([3, 1]);
        expect(
          relativeError(loss.forModelFit(targets, two).mean().dataSync(), [
            (3 * Math.log(4) + Math.log(8)) / 4,
          ]),
        ).toBeLessThanOrEqual(SINGLE);
      }
      expect(crossEntropy().rowWeights).toBeUndefined();
    });

    test('axis: the classes may stand before the positions', () => {
      // position 0 has the logits (ln 1, ln 2, ln 5), position 1 equal ones: the mean of ln 4 and ln 3
      const z = tf.tensor3d([
        [
          [0, 7],
          [Math.log(2), 7],
          [Math.log(5), 7],
        ],
      ]);
      const expected = [(Math.log(4) + Math.log(3)) / 2];
      const target = tf.tensor2d([[1, 2]], [1, 2], 'int32');
      expect(relativeError(values(crossEntropy({ axis: 1 }), z, target), expected)).toBeLessThanOrEqual(
        SINGLE,
      );
      expect(relativeError(values(crossEntropy({ axis: -2 }), z, target), expected)).toBeLessThanOrEqual(
        SINGLE,
      );
      expect(
        relativeError(values(crossEntropy(), z.transpose([0, 2, 1]), target), expected),
      ).toBeLessThanOrEqual(SINGLE);
      expect(() => crossEntropy({ axis: 3 })(z, target)).toThrow(
        'expected shape [batch, …] with the classes on axis 3, received [1, 3, 2]',
      );
    });

    test('says which shapes it wants', () => {
      expect(() => crossEntropy()(tf.tensor2d([[1]]), tf.tensor1d([0], 'int32'))).toThrow(
        'with at least 2 classes on axis -1, received [1, 1]',
      );
      expect(() => crossEntropy({ classWeights: [1, 2] })(logits(), tf.tensor1d([0], 'int32'))).toThrow(
        'with 2 classes, one a weight, received [1, 3]',
      );
      expect(() => crossEntropy()(logits(), tf.tensor1d([0, 1], 'int32'))).toThrow(
        'expected shape [1] or [1, 3], received [2]',
      );
      expect(() => crossEntropy()(tf.tensor1d([1, 2]), tf.tensor1d([0], 'int32'))).toThrow(
        'expected shape [batch, classes], received [2]',
      );
      expect(() => crossEntropy({ labelSmoothing: 1 })).toThrow('labelSmoothing must be < 1, received 1');
    });
  });

  describe('squaredError and absoluteError', () => {
    const predictions = (): tf.Tensor =>
      tf.tensor2d([
        [1, 2],
        [0, -3],
      ]);
    const targets = (): tf.Tensor =>
      tf.tensor2d([
        [1, 4],
        [2, -3],
      ]);

    test('average over the outputs of each row', () => {
      expect(values(squaredError(), predictions(), targets())).toEqual([2, 2]);
      expect(values(absoluteError(), predictions(), targets())).toEqual([1, 1]);
      expect(values(squaredError(), tf.tensor1d([1, 2]), tf.tensor1d([3, 2]))).toEqual([4, 0]);
    });

    test('gradients: 2 (y − ŷ) / outputs, and the sign / outputs with 0 at an exact fit', () => {
      expect(gradient(squaredError(), predictions(), targets())).toEqual([0, -2, -2, 0]);
      expect(gradient(absoluteError(), predictions(), targets())).toEqual([0, -0.5, -0.5, 0]);
    });

    test('the absolute error has its slope at any distance from the target, and keeps NaN', () => {
      const close = tf.tensor1d([1e-9, -1e-9]);
      expect(gradient(absoluteError(), close, tf.zerosLike(close))).toEqual([1, -1]);
      expect(values(absoluteError(), tf.tensor1d([Number.NaN]), tf.tensor1d([0]))).toEqual([Number.NaN]);
    });

    test('refuse targets of another shape', () => {
      expect(() => squaredError()(predictions(), tf.tensor1d([1, 2]))).toThrow(
        'expected shape [2, 2], received [2]',
      );
    });
  });

  describe('negativeLogLikelihood and klDivergence', () => {
    const probabilities = (): tf.Tensor => tf.tensor2d([[1 / 8, 2 / 8, 5 / 8]]);

    test('negativeLogLikelihood picks the log-probability of the class; its gradient is −1 there', () => {
      const target = tf.tensor1d([1], 'int32');
      const loss = negativeLogLikelihood();
      expect(relativeError(values(loss, probabilities().log(), target), [Math.log(4)])).toBeLessThanOrEqual(
        SINGLE,
      );
      expect(gradient(loss, probabilities().log(), target)).toEqual([-0, -1, -0]);
    });

    test('klDivergence is 0 at the target, and cross-entropy less the entropy of the target elsewhere', () => {
      expect(values(klDivergence(), probabilities().log(), probabilities())[0]).toBeCloseTo(0, 6);
      // target (1/2, 1/2, 0): ½ ln(4) + ½ ln(2)
      const target = tf.tensor2d([[0.5, 0.5, 0]]);
      expect(
        relativeError(values(klDivergence(), probabilities().log(), target), [1.5 * Math.log(2)]),
      ).toBeLessThanOrEqual(SINGLE);
      expect(
        relativeError(gradient(klDivergence(), probabilities().log(), target), [-3 / 8, -2 / 8, 5 / 8]),
      ).toBeLessThanOrEqual(SINGLE);
      expect(() => klDivergence()(probabilities(), tf.tensor1d([0], 'int32'))).toThrow(
        'expected shape [1, 3]',
      );
    });
  });

  describe('binaryCrossEntropy', () => {
    test('is −ln σ or −ln (1 − σ), averaged over the outputs', () => {
      // σ(ln 3) = 3/4
      const z = tf.tensor2d([[Math.log(3), Math.log(3)]]);
      const target = tf.tensor2d([[1, 0]]);
      expect(
        relativeError(values(binaryCrossEntropy(), z, target), [(Math.log(4 / 3) + Math.log(4)) / 2]),
      ).toBeLessThanOrEqual(SINGLE);
      expect(relativeError(gradient(binaryCrossEntropy(), z, target), [-1 / 8, 3 / 8])).toBeLessThanOrEqual(
        SINGLE,
      );
      const weighted = binaryCrossEntropy({ positiveWeight: [5, 9] });
      expect(
        relativeError(values(weighted, z, target), [(5 * Math.log(4 / 3) + Math.log(4)) / 2]),
      ).toBeLessThanOrEqual(SINGLE);
    });

    test('keeps its gradient at a logit of ±1000', () => {
      const z = tf.tensor2d([[1000], [-1000], [1000], [-1000]]);
      const target = tf.tensor1d([0, 1, 1, 0]);
      expect(values(binaryCrossEntropy(), z, target)).toEqual([1000, 1000, 0, 0]);
      expect(gradient(binaryCrossEntropy(), z, target)).toEqual([1, -1, 0, 0]);
    });

    test('takes class indices 0 and 1 for one output', () => {
      const z = tf.tensor2d([[0], [2]]);
      expect(values(binaryCrossEntropy(), z, tf.tensor1d([0, 1], 'int32'))).toEqual(
        values(binaryCrossEntropy(), z, tf.tensor2d([[0], [1]])),
      );
      expect(() => binaryCrossEntropy()(tf.tensor2d([[0, 2]]), tf.tensor1d([0]))).toThrow(
        'binaryCrossEntropy targets: expected shape [1, 2], received [1]',
      );
      expect(() => binaryCrossEntropy({ positiveWeight: [1, 2] })(z, tf.tensor1d([0, 1]))).toThrow(
        'one output a positiveWeight',
      );
    });
  });

  describe('hinge', () => {
    test('signs: max(0, 1 − ŷ y), nothing from the margin on', () => {
      const scores = tf.tensor2d([[0.25], [2], [1], [0.5]]);
      const signs = tf.tensor1d([1, 1, 1, -1]);
      expect(values(hinge(), scores, signs)).toEqual([0.75, 0, 0, 1.5]);
      expect(gradient(hinge(), scores, signs)).toEqual([-1, -0, -0, 1]);
    });

    test('class indices: the classes that come within 1 of the right one, divided by all', () => {
      const scores = tf.tensor2d([[1, 0.5, 2, -3]]);
      const target = tf.tensor1d([0], 'int32');
      // (0.5 + 2 + 0) / 4
      expect(values(hinge(), scores, target)).toEqual([0.625]);
      expect(gradient(hinge(), scores, target)).toEqual([-0.5, 0.25, 0.25, 0]);
    });
  });

  test('huber: squared within delta, in proportion beyond', () => {
    const predictions = tf.tensor2d([[0.5], [2], [-3]]);
    const targets = tf.zeros([3, 1]);
    expect(values(huber(), predictions, targets)).toEqual([0.125, 1.5, 2.5]);
    expect(gradient(huber(), predictions, targets)).toEqual([0.5, 1, -1]);
    expect(values(huber({ delta: 2 }), predictions, targets)).toEqual([0.125, 2, 4]);
    expect(() => huber()(predictions, tf.zeros([3]))).toThrow('expected shape [3, 1], received [3]');
  });

  test('customLoss: any function of predictions and targets, negative too', () => {
    const gain = customLoss('gain', (predictions, targets) => predictions.mul(targets).sum(-1).neg());
    expect([gain.lossName, gain.expects]).toEqual(['gain', 'predictions']);
    expect(customLoss('scores', (logits) => logits.sum(-1), { expects: 'logits' }).expects).toBe('logits');
    const predictions = tf.tensor2d([[1, 2]]);
    expect(values(gain, predictions, tf.tensor2d([[3, 4]]))).toEqual([-11]);
    expect(gradient(gain, predictions, tf.tensor2d([[3, 4]]))).toEqual([-3, -4]);
    const scalar = customLoss('scalar', (values_) => values_.sum());
    expect(() => scalar(predictions, predictions)).toThrow(
      'scalar: the losses of 1 examples: expected shape [1], received []',
    );
  });

  test('second derivatives agree with central differences of the gradient', () => {
    const start = [0.3, -1.2, 2.1, 0.7, 0.4, -0.6];
    const direction = tf.tensor2d([1, -2, 0.5, 0.3, 1, -1], [2, 3]);
    const soft = tf.tensor2d([0.2, 0.3, 0.5, 1, 0, 0], [2, 3]);
    const h = 1e-2;
    for (const loss of [
      crossEntropy({ labelSmoothing: 0.1, classWeights: [1, 2, 3] }),
      klDivergence(),
      binaryCrossEntropy({ positiveWeight: 2 }),
      huber(),
      squaredError(),
    ] as Loss[]) {
      const slope = (x: tf.Tensor): tf.Tensor => tf.grad((p: tf.Tensor) => loss(p, soft).sum())(x);
      const z = tf.tensor2d(start, [2, 3]);
      const product = tf
        .grad((x: tf.Tensor) => slope(x).mul(direction).sum())(z)
        .dataSync();
      const numeric = slope(z.add(direction.mul(h)))
        .sub(slope(z.sub(direction.mul(h))))
        .div(2 * h)
        .dataSync();
      expect(relativeError(product, numeric)).toBeLessThanOrEqual(CENTRAL_DIFFERENCES);
    }
    // two equal logits: H = [[¼, −¼], [−¼, ¼]]
    const flat = tf.zeros([2, 2]);
    const product = tf.grad((x: tf.Tensor) =>
      tf
        .grad((p: tf.Tensor) => crossEntropy()(p, tf.tensor1d([0, 1], 'int32')).sum())(x)
        .slice([0, 0], [1, 1])
        .sum(),
    )(flat);
    expect(relativeError(product.dataSync(), [0.25, -0.25, 0, 0])).toBeLessThanOrEqual(SINGLE);
  });

  test('gradients agree with central differences', () => {
    const start = [0.3, -1.2, 2.1, 0.7, 0.4, -0.6];
    const cases: [Loss, tf.Tensor][] = [
      [crossEntropy(), tf.tensor1d([2, 0], 'int32')],
      [crossEntropy({ labelSmoothing: 0.2 }), tf.tensor1d([1, 1], 'int32')],
      [
        squaredError(),
        tf.tensor2d([
          [0, 1, 2],
          [1, 0, -1],
        ]),
      ],
      [
        absoluteError(),
        tf.tensor2d([
          [0, 1, 2],
          [1, 0, -1],
        ]),
      ],
    ];
    const h = 1e-2;
    for (const [loss, targets] of cases) {
      const at = (z: number[]): number =>
        values(loss, tf.tensor2d(z, [2, 3]), targets).reduce((a, b) => a + b, 0);
      const numeric = start.map(
        (_, i) => (at(start.with(i, (start[i] ?? 0) + h)) - at(start.with(i, (start[i] ?? 0) - h))) / (2 * h),
      );
      expect(relativeError(gradient(loss, tf.tensor2d(start, [2, 3]), targets), numeric)).toBeLessThanOrEqual(
        CENTRAL_DIFFERENCES,
      );
    }
  });
});
