import { describe, expect, test } from 'vitest';
import { lineSurface } from '../../src/statistics/line-surface.ts';
import { absoluteError, DOUBLE } from '../tolerances.ts';

describe('lineSurface', () => {
  // Points on y = 1 + 2x, one of them 3 too high.
  const [x, y] = [
    [0, 1, 2, 3],
    [1, 3, 5, 10],
  ];
  const line = lineSurface(x, y);

  test('the minimum is the least-squares line: b = 0.4, w = 2.9', () => {
    // Means 1.5 and 4.75; Σ(x−x̄)(y−ȳ) = 14.5, Σ(x−x̄)² = 5
    expect(absoluteError(line.minimum, [4.75 - 2.9 * 1.5, 2.9])).toBeLessThanOrEqual(DOUBLE);
    const [b, w] = line.minimum;
    for (const [db, dw] of [
      [0.01, 0],
      [-0.01, 0],
      [0, 0.01],
      [0, -0.01],
    ] as const) {
      expect(line.squaredError(b + db, w + dw)).toBeGreaterThan(line.squaredError(b, w));
    }
  });

  test('losses by hand at b = 1, w = 2: only the last point is off, by 3', () => {
    expect(line.squaredError(1, 2)).toBe(9 / 4);
    expect(line.absoluteError(1, 2)).toBe(3 / 4);
  });

  test('H = 2 [[1, mean x], [mean x, mean x²]], with its eigenvalues', () => {
    expect(line.hessian).toEqual([
      [2, 3],
      [3, 7],
    ]);
    // λ² − 9λ + 5 = 0
    expect(
      absoluteError(line.eigenvalues, [(9 - Math.sqrt(61)) / 2, (9 + Math.sqrt(61)) / 2]),
    ).toBeLessThanOrEqual(DOUBLE);
  });

  test('descend is gradient descent, step by step', () => {
    let [b, w] = [-1, 5];
    for (let step = 0; step <= 60; step++) {
      expect(absoluteError(line.descend([-1, 5], 0.2, step), [b, w])).toBeLessThanOrEqual(DOUBLE * 10);
      const residuals = x.map((xi, i) => b + w * xi - (y[i] ?? 0));
      const mean = (values: number[]): number =>
        values.reduce((sum, value) => sum + value, 0) / values.length;
      [b, w] = [b - 0.4 * mean(residuals), w - 0.4 * mean(residuals.map((r, i) => r * (x[i] ?? 0)))];
    }
  });

  test('wants as many y as x', () => {
    expect(() => lineSurface([1, 2], [1])).toThrow('lineSurface y: expected shape [2], received [1]');
  });
});
