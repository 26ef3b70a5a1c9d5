import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { type Clipping, clipByGlobalNorm, clipByNorm, clipByValue } from '../../src/optimizers/clip.ts';
import { withoutLeak } from '../no-leak.ts';
import { absoluteError, relativeError, SINGLE } from '../tolerances.ts';

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  /** The clipped gradients a = [3, −4] and b = [12]: norms 5 and 12, together 13. */
  const clipped = (clipping: Clipping, scale = 1): Promise<number[][]> =>
    withoutLeak(() => {
      const gradients = { a: tf.tensor1d([3 * scale, -4 * scale]), b: tf.tensor1d([12 * scale]) };
      const after = clipping.apply(gradients);
      const values = Object.values(after).map((tensor) => [...tensor.dataSync()]);
      tf.dispose([gradients, after]);
      return values;
    });
  const flat = (values: number[][]): number[] => values.flat();

  test('by value: each entry within ±limit', async () => {
    expect(await clipped(clipByValue({ limit: 3.5 }))).toEqual([[3, -3.5], [3.5]]);
  });

  test('by norm: each tensor on its own', async () => {
    const values = flat(await clipped(clipByNorm({ maxNorm: 6 })));
    expect(relativeError(values, [3, -4, 6])).toBeLessThanOrEqual(SINGLE);
  });

  test('by global norm: one factor for all, so that the direction stays', async () => {
    const values = flat(await clipped(clipByGlobalNorm({ maxNorm: 6.5 })));
    expect(relativeError(values, [1.5, -2, 6])).toBeLessThanOrEqual(SINGLE);
    expect(Math.hypot(...values)).toBeLessThanOrEqual(6.5 * (1 + SINGLE));
  });

  test('small gradients pass unchanged, zero ones stay zero', async () => {
    for (const clipping of [
      clipByValue({ limit: 100 }),
      clipByNorm({ maxNorm: 100 }),
      clipByGlobalNorm({ maxNorm: 100 }),
    ]) {
      expect(await clipped(clipping)).toEqual([[3, -4], [12]]);
      expect(absoluteError(flat(await clipped(clipping, 0)), [0, 0, 0])).toBe(0);
    }
  });

  test('inside a step it reads its bound from the step’s scalars', () => {
    const clipping = clipByGlobalNorm({ maxNorm: 6.5 });
    expect([clipping.scalars, clipping.scalarsAt(7)]).toEqual([['bound'], [6.5]]);
    tf.tidy(() => {
      const after = clipping.transform(new Map([['a', tf.tensor1d([3, 4])]]), { bound: tf.scalar(1) });
      expect(relativeError(after.get('a')?.dataSync() ?? [], [0.6, 0.8])).toBeLessThanOrEqual(SINGLE);
    });
  });
});

test.each([
  [() => clipByValue({ limit: 0 }), 'clipByValue: limit must be > 0, received 0'],
  [() => clipByNorm({ maxNorm: Number.NaN }), 'clipByNorm: maxNorm must be a number, received NaN'],
  [
    () => clipByGlobalNorm({ maxnorm: 1 } as never),
    'maxnorm is not an option, received 1 (did you mean "maxNorm"?)',
  ],
])('%#', (make, message) => {
  expect(make).toThrow(message);
});
