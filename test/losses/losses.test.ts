import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import type { Loss } from '../../src/losses/loss.ts';
import { absoluteError, squaredError } from '../../src/losses/regression.ts';
import { accuracy } from '../../src/metrics/metric.ts';
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

    test('says which shapes it wants', () => {
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

    test('refuse targets of another shape', () => {
      expect(() => squaredError()(predictions(), tf.tensor1d([1, 2]))).toThrow(
        'expected shape [2, 2], received [2]',
      );
    });
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

  test('accuracy: argmax against index or one-hot, first of equals', () => {
    const predictions = tf.tensor2d([
      [1, 3, 2],
      [5, 5, 1],
      [0, 0, 9],
    ]);
    const perExample = (targets: tf.Tensor): number[] => [
      ...accuracy().perExample(predictions, targets).dataSync(),
    ];
    expect(perExample(tf.tensor1d([1, 1, 2], 'int32'))).toEqual([1, 0, 1]);
    expect(
      perExample(
        tf.tensor2d([
          [0, 1, 0],
          [1, 0, 0],
          [1, 0, 0],
        ]),
      ),
    ).toEqual([1, 1, 0]);
  });
});
