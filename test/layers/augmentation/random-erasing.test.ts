import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { randomErasing, type RandomErasingOptions } from '../../../src/layers/augmentation/random-erasing.ts';
import { chiSquare, chiSquareLimit, inTraining, mean, repeated, rowsOf, shareLimit } from '../in-training.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

const EXAMPLES = 1500;
const FILL = Math.fround(-7.3);

interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** What was erased of each example, null where nothing: fails unless it is one full rectangle of exactly the fill. */
function rectanglesOf(
  options: RandomErasingOptions,
  rows = 32,
  columns = 24,
  count = EXAMPLES,
): (Rectangle | null)[] {
  const image = Array.from({ length: rows * columns }, (_, i) => i + 0.1);
  const output = inTraining(randomErasing({ fill: FILL, ...options }), repeated(image, count), [
    count,
    rows,
    columns,
    1,
  ]);
  const stays = Float32Array.from(image);
  return rowsOf(output, rows * columns).map((example) => {
    const erased = example.flatMap((value, i) => (value === FILL ? [i] : []));
    for (const [i, value] of example.entries())
      if (value !== FILL && value !== stays[i]) throw new Error(`pixel ${i} is ${value}`);
    if (erased.length === 0) return null;
    const [ys, xs] = [erased.map((i) => Math.floor(i / columns)), erased.map((i) => i % columns)];
    const [top, left] = [Math.min(...ys), Math.min(...xs)];
    const [height, width] = [Math.max(...ys) + 1 - top, Math.max(...xs) + 1 - left];
    expect(erased.length).toBe(height * width);
    return { top, left, height, width };
  });
}
const present = (rectangles: readonly (Rectangle | null)[]): Rectangle[] =>
  rectangles.filter((one) => one !== null);

describe('as in the paper', () => {
  const [rows, columns] = [32, 24];
  let found: Rectangle[] = [];
  beforeAll(() => {
    found = present(rectanglesOf({}, rows, columns));
  });

  test('half of the examples lose one rectangle, painted exactly', () => {
    const share = found.length / EXAMPLES;
    expect(Math.abs(share - 0.5)).toBeLessThan(shareLimit(0.5, EXAMPLES));
  });

  test('areas lie between 2 and 33 %, aspects between 0.3 and 3.3, up to the rounding of sides to pixels', () => {
    for (const { height, width } of found) {
      const pixels = rows * columns;
      expect((height - 0.5) * (width - 0.5)).toBeLessThanOrEqual(0.33 * pixels);
      expect((height + 0.5) * (width + 0.5)).toBeGreaterThanOrEqual(0.02 * pixels);
      expect((height - 0.5) / (width + 0.5)).toBeLessThanOrEqual(3.3);
      expect((height + 0.5) / (width - 0.5)).toBeGreaterThanOrEqual(0.3);
    }
  });

  test('the area is uniform, the logarithm of the aspect too', () => {
    const areas = found.map(({ height, width }) => (height * width) / (rows * columns));
    const limit = (width: number): number => (4 * width) / Math.sqrt(12 * found.length);
    // Rounding is even-handed: it moves the mean of some hundred areas by far less than a standard error.
    expect(Math.abs(mean(areas) - 0.175)).toBeLessThan(limit(0.31));
    const logarithms = found.map(({ height, width }) => Math.log(height / width));
    expect(Math.abs(mean(logarithms) - Math.log(0.3 * 3.3) / 2)).toBeLessThan(limit(Math.log(3.3 / 0.3)));
  });
});

test('every place is equally likely', () => {
  // 0.25 of 8 × 8 with aspect 1 is 4 × 4: five places down, five across.
  const found = present(rectanglesOf({ probability: 1, area: [0.25, 0.25], aspect: [1, 1] }, 8, 8, 3000));
  expect(found).toHaveLength(3000);
  expect(new Set(found.map(({ height, width }) => `${height}x${width}`))).toEqual(new Set(['4x4']));
  const counts = Array.from(
    { length: 25 },
    (_, place) => found.filter(({ top, left }) => top * 5 + left === place).length,
  );
  expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(24));
});

test('the sides follow from area and aspect, rows over columns', () => {
  const sides = (options: RandomErasingOptions, rows: number, columns: number): string[] => [
    ...new Set(
      present(rectanglesOf({ probability: 1, ...options }, rows, columns, 40)).map(
        ({ height, width }) => `${height}x${width}`,
      ),
    ),
  ];
  expect(sides({ area: [0.125, 0.125], aspect: [2, 2] }, 16, 16)).toEqual(['8x4']);
  expect(sides({ area: [0.125, 0.125], aspect: [0.5, 0.5] }, 16, 16)).toEqual(['4x8']);
  // √(128 · 8) = 32 rows do not fit: as tall as the image, and as many columns as keep the area.
  expect(sides({ area: [0.5, 0.5], aspect: [8, 8] }, 16, 16)).toEqual(['16x8']);
  expect(sides({ area: [0.5, 0.5], aspect: [0.1, 0.1] }, 16, 8)).toEqual(['8x8']);
  expect(sides({ area: [1, 1] }, 6, 9)).toEqual(['6x9']);
});

test('a probability of 0 erases nothing; all channels are erased alike', () => {
  expect(present(rectanglesOf({ probability: 0 }, 4, 4, 50))).toEqual([]);
  const image = Array.from({ length: 6 * 6 * 3 }, (_, i) => i + 1);
  const output = inTraining(randomErasing({ probability: 1 }), repeated(image, 20), [20, 6, 6, 3]);
  for (const pixel of rowsOf(output, 3)) expect(new Set(pixel.map((value) => value === 0)).size).toBe(1);
});

test('refuses wrong options', () => {
  expect(() => randomErasing({ probability: 1.5 })).toThrow(
    'randomErasing: probability must be <= 1, received 1.5',
  );
  expect(() => randomErasing({ area: [0.5, 0.1] })).toThrow('area must be [from, to] with from <= to');
  expect(() => randomErasing({ area: [0, 0.1] })).toThrow('area.0 must be > 0, received 0');
  expect(() => randomErasing({ aspect: [1] as never })).toThrow('aspect');
});
