import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import {
  randomRotation,
  type RandomRotationOptions,
} from '../../../src/layers/augmentation/random-rotation.ts';
import { Rng } from '../../../src/random/rng.ts';
import { absoluteError, INTERPOLATED } from '../../tolerances.ts';
import { chiSquare, chiSquareLimit, inTraining, mean, repeated, rowsOf } from '../in-training.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

const rotated = (image: ArrayLike<number>, shape: number[], options: RandomRotationOptions): number[] => [
  ...inTraining(randomRotation(options), image, shape),
];

/** The pixel of a square image that a quarter turn counterclockwise brings to (row, column). */
const quarterTurn = (image: readonly number[], side: number): number[] =>
  image.map((_, i) => image[(i % side) * side + side - 1 - Math.floor(i / side)] ?? Number.NaN);

describe.each(['bilinear', 'nearest'] as const)('%s', (interpolation) => {
  test.each([4, 5])('multiples of 90 degrees are exact, side %i', (side) => {
    const image = [...Rng.fromSeed(1).normal(side * side)];
    const turns = [image];
    for (let i = 0; i < 3; i++) turns.push(quarterTurn(turns[i] ?? [], side));
    for (const quarters of [-5, -2, -1, 0, 1, 2, 3, 4, 6]) {
      const degrees = [90 * quarters, 90 * quarters] as const;
      expect(rotated(image, [1, side, side, 1], { degrees, interpolation, fill: 9 })).toEqual(
        turns[((quarters % 4) + 4) % 4],
      );
    }
  });

  test('180 degrees on an image that is not square', () => {
    const image = [1, 2, 3, 4, 5, 6];
    expect(rotated(image, [1, 2, 3, 1], { degrees: [180, 180], interpolation })).toEqual(image.toReversed());
  });

  test('any angle: each pixel is what float64 reads at the place that turns into it', () => {
    const [rows, columns, fill] = [5, 6, 0.5];
    const image = [...Rng.fromSeed(2).normal(rows * columns)];
    const read = (row: number, column: number): number =>
      row >= 0 && row < rows && column >= 0 && column < columns
        ? (image[row * columns + column] ?? Number.NaN)
        : fill;
    for (const degrees of [-200, -44, 1, 30, 77, 135]) {
      const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      const expected = image.map((_, i) => {
        // Right and up from the centre, turned back by the angle.
        const [right, up] = [(i % columns) - 2.5, 2 - Math.floor(i / columns)];
        const column = 2.5 + right * cos + up * sin;
        const row = 2 - (up * cos - right * sin);
        if (interpolation === 'nearest') return read(Math.round(row), Math.round(column));
        const [top, left] = [Math.floor(row), Math.floor(column)];
        const between = (a: number, b: number, share: number): number => a + share * (b - a);
        const above = between(read(top, left), read(top, left + 1), column - left);
        const below = between(read(top + 1, left), read(top + 1, left + 1), column - left);
        return between(above, below, row - top);
      });
      const output = rotated(image, [1, rows, columns, 1], {
        degrees: [degrees, degrees],
        interpolation,
        fill,
      });
      expect(absoluteError(output, expected)).toBeLessThan(INTERPOLATED);
    }
  });
});

/**
 * The angles in degrees that a layer drew. The channels of the image are x and y (downwards) from its centre: linear, so
 * that interpolation is exact, and the pixel right of the centre then shows the angle's cosine and sine.
 */
function anglesOf(options: RandomRotationOptions, count: number): number[] {
  const image = Array.from({ length: 9 }, (_, i) => [(i % 3) - 1, Math.floor(i / 3) - 1]).flat();
  const images = rowsOf(rotated(repeated(image, count), [count, 3, 3, 2], options), 18);
  return images.map((one) => (Math.atan2(one[11] ?? Number.NaN, one[10] ?? Number.NaN) * 180) / Math.PI);
}

test.each<{ degrees: RandomRotationOptions['degrees']; from: number; to: number }>([
  { degrees: 30, from: -30, to: 30 },
  { degrees: 180, from: -180, to: 180 },
  { degrees: [10, 20], from: 10, to: 20 },
])('the angle is uniform between $from and $to degrees', ({ degrees, from, to }) => {
  const count = 4000;
  const angles = anglesOf({ degrees }, count);
  const width = to - from;
  expect(Math.min(...angles)).toBeGreaterThan(from - INTERPOLATED * 60);
  expect(Math.max(...angles)).toBeLessThan(to + INTERPOLATED * 60);
  expect(Math.abs(mean(angles) - (from + to) / 2)).toBeLessThan((4 * width) / Math.sqrt(12 * count));
  const counts = Array.from({ length: 10 }, () => 0);
  for (const angle of angles) {
    const bin = Math.min(9, Math.max(0, Math.floor(((angle - from) / width) * 10)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(9));
});

test('refuses wrong options', () => {
  const rule = 'degrees must be a number >= 0, or a pair [from, to] with from <= to';
  for (const degrees of [-1, Number.NaN, [2, 1], [1], [0, Number.POSITIVE_INFINITY], '30', undefined])
    expect(() => randomRotation({ degrees: degrees as never })).toThrow(rule);
  expect(() => randomRotation({ degrees: 1, interpolation: 'cubic' as never })).toThrow(
    'interpolation must be one of "bilinear", "nearest", received "cubic"',
  );
});
