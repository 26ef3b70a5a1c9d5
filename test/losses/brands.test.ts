// What the compiler refuses: each line under `@ts-expect-error` must be an error.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { binaryCrossEntropy } from '../../src/losses/binary-cross-entropy.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { customLoss } from '../../src/losses/custom-loss.ts';
import { hinge } from '../../src/losses/hinge.ts';
import { klDivergence } from '../../src/losses/kl-divergence.ts';
import type { Logits, Loss, Probabilities } from '../../src/losses/loss.ts';
import { negativeLogLikelihood } from '../../src/losses/negative-log-likelihood.ts';
import { absoluteError, huber, squaredError } from '../../src/losses/regression.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

test('probabilities are refused where logits are wanted, and taken where predictions are', () => {
  tf.tidy(() => {
    const plain: tf.Tensor = tf.tensor2d([[1, 2]]);
    const logits: Logits = plain;
    const probabilities = tf.softmax(plain) as Probabilities;
    const index = tf.tensor1d([0], 'int32');
    const rows = tf.tensor2d([[1, 0]]);
    const signs = tf.tensor2d([[1, -1]]);
    const scored = customLoss('scored', (z) => z.sum(-1), { expects: 'logits' });

    const losses = [
      crossEntropy()(logits, index),
      // @ts-expect-error probabilities are no logits
      crossEntropy()(probabilities, index),
      // @ts-expect-error probabilities are no logits
      binaryCrossEntropy()(probabilities, rows),
      // @ts-expect-error probabilities are no logits
      klDivergence()(probabilities, rows),
      // @ts-expect-error probabilities are no log-probabilities
      negativeLogLikelihood()(probabilities, index),
      // @ts-expect-error probabilities are no scores
      hinge()(probabilities, signs),
      // @ts-expect-error this loss says that it expects logits
      scored(probabilities, rows),
      negativeLogLikelihood()(tf.logSoftmax(logits), index),
      squaredError()(probabilities, rows),
      absoluteError()(probabilities, rows),
      huber()(probabilities, rows),
      customLoss('any', (p) => p.sum(-1))(probabilities, rows),
    ];
    expect(losses.map(({ shape }) => shape)).toEqual(losses.map(() => [1]));
    // a loss of any predictions is a loss of logits
    const all: readonly Loss[] = [squaredError(), crossEntropy(), scored];
    expect(all.map(({ expects }) => expects)).toEqual(['predictions', 'logits', 'logits']);
  });
});
