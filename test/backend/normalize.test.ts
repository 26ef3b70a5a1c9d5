import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreStock } from '../../src/backend/kernels.ts';
import { normalize } from '../../src/backend/normalize.ts';
import type { NormLayout } from '../../src/backend/normalize-kernels.ts';
import { useBackend } from '../../src/backend/use-backend.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { CENTRAL_DIFFERENCES, relativeError, SINGLE } from '../tolerances.ts';

/** The four norms, ragged extents, extents of 1. */
const LAYOUTS: readonly NormLayout[] = [
  [1, 24, 5, 1],
  [7, 1, 1, 12],
  [3, 6, 2, 4],
  [4, 9, 3, 1],
  [1, 1, 1, 2],
  [2, 3, 1, 1],
  [5, 1, 3, 2],
];

/** Large, so that two values that are near each other bend no function sharply. */
const EPSILON = 0.3;

interface Problem {
  readonly x: tf.Tensor;
  readonly slope: tf.Tensor;
  readonly affine: { readonly scale: tf.Tensor; readonly shift: tf.Tensor } | undefined;
}

function problem([batch, positions, groups, size]: NormLayout, isAffine: boolean): Problem {
  const rng = Rng.fromSeed(8);
  const draw = (label: string, shape: number[]): tf.Tensor =>
    tf.tensor(rng.split(label).normal(tf.util.sizeFromShape(shape)), shape);
  const shape = [batch, positions, groups * size];
  const scale = draw('scale', [groups * size])
    .mul(0.3)
    .add(1);
  return {
    x: draw('x', shape).mul(2).add(0.7),
    slope: draw('slope', shape),
    affine: isAffine ? { scale, shift: draw('shift', [groups * size]) } : undefined,
  };
}

type Function = (x: tf.Tensor, scale?: tf.Tensor, shift?: tf.Tensor) => tf.Tensor;

/** Σ slope · y², whose gradient with respect to y is not constant. */
const objective =
  ({ slope }: Problem, layout: NormLayout): Function =>
  (x, scale, shift) => {
    const affine = scale && shift && { scale, shift };
    return normalize(x, { layout, epsilon: EPSILON, affine }).output.square().mul(slope).sum();
  };

const variablesOf = ({ x, affine }: Problem): tf.Tensor[] => (affine ? [x, affine.scale, affine.shift] : [x]);

const gradientsOf = (f: Function, at: readonly tf.Tensor[]): tf.Tensor[] => tf.grads(f)([...at]);

const flat = (tensors: readonly tf.Tensor[]): number[][] => tensors.map((tensor) => [...tensor.dataSync()]);

const CASES = LAYOUTS.flatMap((layout) => [true, false].map((isAffine) => ({ layout, isAffine })));

/** Output, moments and gradients of a case. */
function everything(layout: NormLayout, isAffine: boolean): number[][] {
  return tf.tidy(() => {
    const given = problem(layout, isAffine);
    const { output, mean, variance } = normalize(given.x, { layout, epsilon: EPSILON, affine: given.affine });
    return flat([output, mean, variance, ...gradientsOf(objective(given, layout), variablesOf(given))]);
  });
}

const kernelsOfAll = async (run: () => unknown): Promise<string[]> =>
  (await tf.profile(() => tf.tidy(() => void run()) as never)).kernels.map(({ name }) => name);

describe.each(['cpu', 'wasm'] as const)('normalize on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  afterAll(() => restoreStock());

  test('hand-worked: 1, 3 becomes ∓1 / √(1 + ε), and each group of each example has its own moments', async () => {
    await withoutLeak(() => {
      const [output, mean, variance] = tf.tidy(() => {
        const x = tf.tensor2d([
          [1, 3, 10, 30],
          [5, 5, 0, 4],
        ]);
        const affine = { scale: tf.tensor1d([1, 1, 2, 2]), shift: tf.tensor1d([0, 0, 7, 7]) };
        const made = normalize(x, { layout: [2, 1, 2, 2], epsilon: 3, affine });
        return flat([made.output, made.mean, made.variance]);
      });
      expect([mean, variance]).toEqual([
        [2, 20, 5, 2],
        [1, 100, 0, 4],
      ]);
      const [b, d] = [20 / Math.sqrt(103), 4 / Math.sqrt(7)];
      expect(relativeError(output ?? [], [-0.5, 0.5, 7 - b, 7 + b, 0, 0, 7 - d, 7 + d])).toBeLessThanOrEqual(
        SINGLE,
      );
    });
  });

  test.each(CASES)('kernels and operations of tfjs agree: $layout, affine $isAffine', async (each) => {
    const { layout, isAffine } = each;
    const ours = await withoutLeak(() => everything(layout, isAffine));
    restoreStock(backend);
    const composed = await withoutLeak(() => everything(layout, isAffine));
    await useBackend(backend);
    expect(ours).toHaveLength(isAffine ? 6 : 4);
    for (const [index, values] of ours.entries())
      expect(relativeError(values, composed[index] ?? [])).toBeLessThanOrEqual(4 * SINGLE);
  });

  test.each(CASES)('second derivatives are right: $layout, affine $isAffine', ({ layout, isAffine }) => {
    tf.tidy(() => {
      const given = problem(layout, isAffine);
      const f = objective(given, layout);
      const at = variablesOf(given);
      const rng = Rng.fromSeed(9);
      const direction = at.map(({ size, shape }, i) => tf.tensor(rng.split(`${i}`).normal(size), shape));
      const alongDirection: Function = (...point) =>
        gradientsOf(f, point as tf.Tensor[])
          .map((gradient, i) => gradient.mul(direction[i] ?? 0).sum())
          .reduce((sum, term) => sum.add(term));
      const products = gradientsOf(alongDirection, at);
      const step = 1e-2;
      const [ahead = [], behind = []] = [step, -step].map((h) =>
        gradientsOf(
          f,
          at.map((value, i) => value.add(tf.mul(direction[i] ?? 0, h))),
        ),
      );
      const differences = ahead.map((gradient, i) => gradient.sub(behind[i] ?? 0).div(2 * step));
      for (const [i, values] of flat(products).entries()) {
        expect(relativeError(values, flat(differences)[i] ?? [])).toBeLessThanOrEqual(CENTRAL_DIFFERENCES);
      }
    });
  });

  test('forward and backward are three kernels', async () => {
    const names = await kernelsOfAll(() => {
      const given = problem([1, 24, 5, 1], true);
      return gradientsOf(
        (x, scale, shift) =>
          normalize(x, {
            layout: [1, 24, 5, 1],
            epsilon: EPSILON,
            affine: scale && shift && { scale, shift },
          }).output,
        variablesOf(given),
      );
    });
    expect(names.filter((name) => name.startsWith('Normalize'))).toEqual([
      'NormalizeMoments',
      'Normalize',
      'NormalizeGradient',
    ]);
    expect(names).not.toContain('Mean');
    expect(names).not.toContain('Rsqrt');
  });

  test('a mean that is large beside the deviation loses no digits', () => {
    tf.tidy(() => {
      // 4096 ± 1/64 …: exact in float32; squares of the values would lose the variance in float32.
      const deviations = [-3, -1, 1, 3, -2, 2].map((n) => n / 64);
      const x = tf.tensor2d(
        deviations.map((value) => 4096 + value),
        [6, 1],
      );
      const { mean, variance } = normalize(x, { layout: [1, 6, 1, 1], epsilon: 1e-9 });
      const expected = deviations.reduce((sum, value) => sum + value ** 2, 0) / 6;
      expect(mean.dataSync()[0]).toBe(4096);
      expect(relativeError(variance.dataSync(), [expected])).toBeLessThanOrEqual(SINGLE);
    });
  });

  test('what is not finite stays so', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([1, Number.NaN, 3, 4, Number.POSITIVE_INFINITY, 6], [3, 2]);
      const { output } = normalize(x, { layout: [3, 1, 1, 2], epsilon: 1e-5 });
      expect([...output.dataSync()].map(Number.isNaN)).toEqual([true, true, false, false, true, true]);
    });
  });
});
