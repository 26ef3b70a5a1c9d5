/** The error surface of a line y = b + w·x over its two parameters, with everything about it in closed form. */
import { ShapeError } from '../errors.ts';

/** A point of the surface: intercept and slope. */
export type LineParameters = readonly [b: number, w: number];

/** Mean losses of a line on fixed points. Under squared error the surface is exactly a quadratic. */
export interface LineSurface {
  /** The least-squares line, where the mean squared error is least. */
  readonly minimum: LineParameters;
  /** H = (2/N) Σ (1, x)ᵀ(1, x), by rows. */
  readonly hessian: readonly [readonly [number, number], readonly [number, number]];
  /** Of H, the smaller first. Gradient descent settles if and only if its rate is below 2/λ of the larger. */
  readonly eigenvalues: readonly [number, number];
  /** (1/N) Σ (b + w x − y)². */
  readonly squaredError: (b: number, w: number) => number;
  /** (1/N) Σ |b + w x − y|. */
  readonly absoluteError: (b: number, w: number) => number;
  /** Where gradient descent on the squared error is after `step` updates: θ* + (I − ηH)^step (θ₀ − θ*). */
  readonly descend: (start: LineParameters, learningRate: number, step: number) => LineParameters;
}

/** All in float64. Throws a ShapeError unless there are as many x as y, at least two. */
export function lineSurface(x: ArrayLike<number>, y: ArrayLike<number>): LineSurface {
  if (x.length !== y.length || x.length < 2)
    throw new ShapeError('lineSurface y', `[${Math.max(2, x.length)}]`, [y.length]);
  const average = (of: (x: number, y: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += of(x[i] ?? 0, y[i] ?? 0);
    return sum / x.length;
  };
  const meanX = average((xi) => xi);
  const meanY = average((_xi, yi) => yi);
  const slope = average((xi, yi) => (xi - meanX) * (yi - meanY)) / average((xi) => (xi - meanX) ** 2);
  const minimum: LineParameters = [meanY - slope * meanX, slope];
  const [a, c, d] = [2, 2 * meanX, 2 * average((xi) => xi * xi)];
  const [low, high] = symmetricEigenvalues(a, c, d);

  return {
    minimum,
    hessian: [
      [a, c],
      [c, d],
    ],
    eigenvalues: [low, high],
    squaredError: (b, w) => average((xi, yi) => (b + w * xi - yi) ** 2),
    absoluteError: (b, w) => average((xi, yi) => Math.abs(b + w * xi - yi)),
    descend: (start, learningRate, step) => {
      // θ₀ − θ* is split into its parts along the eigenvectors; (H − λ_low I) v is the part along the other one.
      const offset = [start[0] - minimum[0], start[1] - minimum[1]] as const;
      const steep = [
        ((a - low) * offset[0] + c * offset[1]) / (high - low),
        (c * offset[0] + (d - low) * offset[1]) / (high - low),
      ] as const;
      const kept = (eigenvalue: number): number => (1 - learningRate * eigenvalue) ** step;
      const along = (axis: 0 | 1): number =>
        minimum[axis] + kept(high) * steep[axis] + kept(low) * (offset[axis] - steep[axis]);
      return [along(0), along(1)];
    },
  };
}

/** Of [[a, c], [c, d]], the smaller first. */
function symmetricEigenvalues(a: number, c: number, d: number): [number, number] {
  const middle = (a + d) / 2;
  const half = Math.hypot((a - d) / 2, c);
  return [middle - half, middle + half];
}
