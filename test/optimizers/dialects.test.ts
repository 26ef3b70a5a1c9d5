/** The dialects, and Lion's sign, against other witnesses than the reference: tfjs itself, equations in float64, hand values. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { adagrad } from '../../src/optimizers/adagrad.ts';
import { lion } from '../../src/optimizers/lion.ts';
import { rmsProp } from '../../src/optimizers/rms-prop.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { absoluteError, CLOSED_FORM_10, CLOSED_FORM_100, SINGLE } from '../tolerances.ts';
import type { Updates } from './golden-functions.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

/** Large, small and vanishing, of both signs. */
const GRADIENTS = Array.from({ length: 100 }, (_, t) =>
  Math.fround((Math.sin(3 * t) + 0.2) * 10 ** (-t % 7)),
);

/** The parameter after each update, from 1. */
function path(updates: Updates, gradients: readonly number[] = GRADIENTS): number[] {
  const w = tf.variable(tf.tensor1d([1]));
  const values = gradients.map((g) => {
    tf.tidy(() => updates.applyGradients({ [w.name]: tf.tensor1d([g]) }));
    return w.dataSync()[0] ?? Number.NaN;
  });
  updates.dispose();
  w.dispose();
  return values;
}

describe('tfjs', () => {
  test.each([
    ['adagrad', adagrad({ learningRate: 0.1, dialect: 'tfjs' }), (): Updates => tf.train.adagrad(0.1)],
    [
      'adagrad from 1',
      adagrad({ learningRate: 0.1, initialAccumulator: 1, dialect: 'tfjs' }),
      (): Updates => tf.train.adagrad(0.1, 1),
    ],
    ['rmsProp', rmsProp({ learningRate: 0.01, dialect: 'tfjs' }), (): Updates => tf.train.rmsprop(0.01)],
    [
      'rmsProp with momentum',
      rmsProp({ learningRate: 0.01, decay: 0.95, momentum: 0.5, epsilon: 1e-5, dialect: 'tfjs' }),
      (): Updates => tf.train.rmsprop(0.01, 0.95, 0.5, 1e-5),
    ],
  ])('%s is the one of tfjs', (_name, ours, theirs) => {
    expect(absoluteError(path(ours), path(theirs()))).toBeLessThanOrEqual(SINGLE);
  });

  test('Adagrad and RMSProp of PyTorch are others: by the start, and by where ε stands', () => {
    const g = [1e-4];
    // tfjs: η g / √(0.1 + g²); PyTorch: η. RMSProp: η g / √(0.1 g² + 1e-7) against η g / (√0.1 g + 1e-7)
    expect(absoluteError(path(adagrad({ learningRate: 0.1 }), g), [0.9])).toBeLessThanOrEqual(CLOSED_FORM_10);
    const tfjs = 1 - (0.1 * 1e-4) / Math.sqrt(0.1 + 1e-8 + 1e-7);
    expect(
      absoluteError(path(adagrad({ learningRate: 0.1, dialect: 'tfjs' }), g), [tfjs]),
    ).toBeLessThanOrEqual(CLOSED_FORM_10);
    const inside = 1 - (0.1 * 1e-4) / Math.sqrt(0.1 * 1e-8 + 1e-7);
    const outside = 1 - (0.1 * 1e-4) / (Math.sqrt(0.1) * 1e-4 + 1e-7);
    const options = { learningRate: 0.1, decay: 0.9, epsilon: 1e-7 };
    expect(absoluteError(path(rmsProp({ ...options, dialect: 'tfjs' }), g), [inside])).toBeLessThanOrEqual(
      CLOSED_FORM_10,
    );
    expect(absoluteError(path(rmsProp(options), g), [outside])).toBeLessThanOrEqual(CLOSED_FORM_10);
  });
});

describe('lecture', () => {
  test('adagrad divides by the root of the mean: g = 3, 4 gives η and η · 4 / √12.5', () => {
    const [first, second] = [1 - 0.1, 1 - 0.1 - (0.1 * 4) / Math.sqrt(12.5)];
    expect(
      absoluteError(path(adagrad({ learningRate: 0.1, dialect: 'lecture' }), [3, 4]), [first, second]),
    ).toBeLessThanOrEqual(CLOSED_FORM_10);
  });

  test('adagrad over 100 updates, in float64: σ = √(Σ g² / (t + 1))', () => {
    let [sum, w] = [0, 1];
    const exact = GRADIENTS.map((g, t) => {
      sum += g ** 2;
      w -= (0.01 * g) / Math.sqrt(sum / (t + 1));
      return w;
    });
    expect(
      absoluteError(path(adagrad({ learningRate: 0.01, dialect: 'lecture' })), exact),
    ).toBeLessThanOrEqual(CLOSED_FORM_100);
  });

  test('rmsProp over 100 updates, in float64: σ₀ = |g₀|, then α σ² + (1 − α) g²', () => {
    let [square, w] = [0, 1];
    const exact = GRADIENTS.map((g, t) => {
      square = t === 0 ? g ** 2 : 0.9 * square + 0.1 * g ** 2;
      w -= (0.01 * g) / (Math.sqrt(square) + 1e-8);
      return w;
    });
    const found = path(rmsProp({ learningRate: 0.01, decay: 0.9, dialect: 'lecture' }));
    expect(absoluteError(found, exact)).toBeLessThanOrEqual(CLOSED_FORM_100);
  });

  test('the rate inside the movement: the same path while the rate is constant, another when it falls', () => {
    const constant = { learningRate: 0.25, momentum: 0.5 };
    expect(path(sgd({ ...constant, dialect: 'lecture' }), [1, 1, 1])).toEqual(path(sgd(constant), [1, 1, 1]));
    // rates 0.5, 0.25 and g = 1. Inside: m = −0.5, −0.25 − 0.25 = −0.5. Outside: v = 1, 1.5; w −= 0.5, 0.375
    const falling = { learningRate: (step: number) => 0.5 / (step + 1), momentum: 0.5 };
    expect(path(sgd({ ...falling, dialect: 'lecture' }), [1, 1])).toEqual([0.5, 0]);
    expect(path(sgd(falling), [1, 1])).toEqual([0.5, 0.125]);
  });
});

describe.each(['cpu', 'wasm'] as const)('lion on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test('mixes with β₁ = 0.9 and keeps with β₂ = 0.99', () => {
    // m = 0.01 after g = 1. 0.9 m = 0.009 stands against 0.1 · 0.1 = 0.01: the sign turns; against 0.008 it does not.
    const optimizer = (): Updates => lion({ learningRate: 0.25 });
    expect(path(optimizer(), [1, -0.1])).toEqual([0.75, 1]);
    expect(path(optimizer(), [1, -0.08])).toEqual([0.75, 0.5]);
    // m = 0.99 · 0.01 − 0.01 · 0.1 = 0.0089: 0.00801 against 0.0085 and 0.0075
    expect(path(optimizer(), [1, -0.1, -0.085])).toEqual([0.75, 1, 1.25]);
    expect(path(optimizer(), [1, -0.1, -0.075])).toEqual([0.75, 1, 0.75]);
  });

  test('goes by the sign of the smallest numbers too, and stays where the gradient is 0', () => {
    expect(path(lion({ learningRate: 0.25 }), [1e-9, -1e-30])).toEqual([0.75, 0.5]);
    expect(path(lion({ learningRate: 0.25 }), [-1e-9])).toEqual([1.25]);
    expect(path(lion({ learningRate: 0.25 }), [0, 0])).toEqual([1, 1]);
  });
});
