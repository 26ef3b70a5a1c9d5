import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { binaryCrossEntropy } from '../../src/losses/binary-cross-entropy.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { hinge } from '../../src/losses/hinge.ts';
import { klDivergence } from '../../src/losses/kl-divergence.ts';
import type { Loss } from '../../src/losses/loss.ts';
import { negativeLogLikelihood } from '../../src/losses/negative-log-likelihood.ts';
import { absoluteError, huber, squaredError } from '../../src/losses/regression.ts';
import { withoutLeak } from '../no-leak.ts';
import { readReference } from '../reference/read-reference.ts';
import { relativeError, SINGLE } from '../tolerances.ts';

interface GoldenCase {
  readonly loss: string;
  readonly options: Record<string, unknown>;
  readonly shape: number[];
  readonly predictions: number[];
  readonly targets: { readonly shape: number[]; readonly values: number[] };
  readonly perExample: number[];
  readonly gradient: number[];
  readonly mean?: number;
}

const LOSSES: Record<string, (options: object) => Loss> = {
  crossEntropy,
  negativeLogLikelihood,
  klDivergence,
  binaryCrossEntropy,
  hinge,
  squaredError,
  absoluteError,
  huber,
};

const { cases } = readReference('losses') as { cases: GoldenCase[] };

function lossOf({ loss, options }: GoldenCase): Loss {
  const make = LOSSES[loss];
  if (make === undefined) throw new Error(`no loss ${loss}`);
  return make(options);
}

/** Class indices are the only targets of one axis less than the predictions. */
function targetsOf({ targets, shape }: GoldenCase): tf.Tensor {
  return tf.tensor(targets.values, targets.shape, targets.shape.length < shape.length ? 'int32' : 'float32');
}

test('PyTorch’s numbers cover every loss', () => {
  expect(cases.length).toBeGreaterThanOrEqual(40);
  expect(new Set(cases.map(({ loss }) => loss))).toEqual(new Set(Object.keys(LOSSES)));
});

describe.each(['cpu', 'wasm'] as const)('equal to PyTorch on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each(
    cases.map((golden, index) => ({
      golden,
      name: `${index}: ${golden.loss}(${JSON.stringify(golden.options)}) of [${golden.shape.join()}], targets [${golden.targets.shape.join()}]`,
    })),
  )('$name', async ({ golden }) => {
    await withoutLeak(() => {
      const loss = lossOf(golden);
      const [values, gradient, mean, meanForModelFit] = tf.tidy(() => {
        const predictions = tf.tensor(golden.predictions, golden.shape);
        const targets = targetsOf(golden);
        const perExample = loss(predictions, targets);
        const counts =
          loss.rowWeights?.(targets, golden.shape.slice(1)) ?? tf.onesLike<tf.Tensor1D>(perExample);
        return [
          perExample.arraySync(),
          tf
            .grad((p: tf.Tensor) => loss(p, targets).sum())(predictions)
            .dataSync(),
          perExample.sum().div(counts.sum()).dataSync(),
          loss.forModelFit(targets, predictions).mean().dataSync(),
        ];
      });
      expect(relativeError(values, golden.perExample)).toBeLessThanOrEqual(SINGLE);
      expect(relativeError(gradient, golden.gradient)).toBeLessThanOrEqual(SINGLE);
      if (golden.mean === undefined || dividesByRows(golden)) return;
      expect(relativeError(mean, [golden.mean])).toBeLessThanOrEqual(SINGLE);
      expect(relativeError(meanForModelFit, [golden.mean])).toBeLessThanOrEqual(SINGLE);
    });
  });

  test('with class weights and distributions, PyTorch’s mean divides by the rows and ours by their weights', () => {
    const weighted = cases.filter((golden) => golden.mean !== undefined && dividesByRows(golden));
    expect(weighted.length).toBeGreaterThan(0);
    for (const golden of weighted) {
      const rows = golden.perExample.length;
      const sum = golden.perExample.reduce((total, value) => total + value, 0);
      expect(relativeError([sum / rows], [golden.mean ?? Number.NaN])).toBeLessThanOrEqual(SINGLE);
    }
  });
});

function dividesByRows({ options, targets, shape }: GoldenCase): boolean {
  return options['classWeights'] !== undefined && targets.shape.length === shape.length;
}
