import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { ShapeError } from '../../../src/errors.ts';
import { randomCrop, type RandomCropOptions } from '../../../src/layers/augmentation/random-crop.ts';
import { chiSquare, chiSquareLimit, inTraining, modelOf, repeated, rowsOf } from '../in-training.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

const EXAMPLES = 5000;
const [ROWS, COLUMNS] = [4, 5];
/** 1, 2, 3 … row by row: no two pixels are alike, and none is the padding's 0. */
const IMAGE = Array.from({ length: ROWS * COLUMNS }, (_, i) => i + 1);

/** The window of `height` × `width` whose first pixel is (top, left) of the image in its endless frame of zeros. */
const windowAt = (top: number, left: number, height: number, width: number): string =>
  Array.from({ length: height * width }, (_, i) => {
    const [row, column] = [top + Math.floor(i / width), left + (i % width)];
    const isInside = row >= 0 && row < ROWS && column >= 0 && column < COLUMNS;
    return isInside ? IMAGE[row * COLUMNS + column] : 0;
  }).join();

describe.each<{ options: RandomCropOptions; height: number; width: number }>([
  { options: { padding: 1 }, height: ROWS, width: COLUMNS },
  { options: { padding: 2 }, height: ROWS, width: COLUMNS },
  { options: { height: 2, width: 4 }, height: 2, width: 4 },
  { options: { height: 3 }, height: 3, width: COLUMNS },
  { options: { width: 1, padding: 1 }, height: ROWS, width: 1 },
])('$options', ({ options, height, width }) => {
  const padding = options.padding ?? 0;
  const places: string[] = [];
  for (let top = -padding; top <= ROWS + padding - height; top++)
    for (let left = -padding; left <= COLUMNS + padding - width; left++)
      places.push(windowAt(top, left, height, width));

  test('every window is one of the image, each place is equally likely', () => {
    const output = inTraining(randomCrop(options), repeated(IMAGE, EXAMPLES), [EXAMPLES, ROWS, COLUMNS, 1]);
    const windows = rowsOf(output, height * width).map(String);
    expect(new Set(windows)).toEqual(new Set(places));
    // A window of zeros alone may come from several places.
    const counted = [...new Set(places)].filter(
      (place) => places.filter((other) => other === place).length === 1,
    );
    const counts = counted.map((place) => windows.filter((one) => one === place).length);
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(counts.length - 1));
  });
});

test('channels stay together', () => {
  const image = Array.from({ length: 9 * 2 }, (_, i) => (i % 2 === 0 ? 1 + i / 2 : -(1 + (i - 1) / 2)));
  const output = inTraining(randomCrop({ padding: 1 }), repeated(image, 50), [50, 3, 3, 2]);
  for (const [first, second] of rowsOf(output, 2))
    expect(first).toBe(second === 0 ? 0 : -(second ?? Number.NaN));
});

test('evaluation takes the middle, or what is nearest above and left of it', () => {
  const evaluated = (options: RandomCropOptions): string =>
    tf.tidy(() => {
      const model = modelOf(randomCrop(options), [ROWS, COLUMNS, 1]);
      return String((model.predict(tf.tensor(IMAGE, [1, ROWS, COLUMNS, 1])) as tf.Tensor).dataSync());
    });
  expect(evaluated({ padding: 2 })).toBe(String(IMAGE));
  expect(evaluated({ height: 2, width: 3 })).toBe(windowAt(1, 1, 2, 3));
  expect(evaluated({ height: 3, width: 2, padding: 2 })).toBe(windowAt(0, 1, 3, 2));
});

test('the model knows the size of the window', () => {
  const shapeOf = (options: RandomCropOptions, shape: tf.Shape): unknown =>
    modelOf(randomCrop(options), shape).outputs[0]?.shape;
  expect(shapeOf({ height: 2, width: 3 }, [null, null, 3])).toEqual([null, 2, 3, 3]);
  expect(shapeOf({ padding: 1 }, [4, null, 3])).toEqual([null, 4, null, 3]);
});

test('refuses images smaller than the window, when the model is made and when it is called', () => {
  const message =
    'randomCrop: expected shape [batch, height >= 4, width >= 6, channels], received [null, 4, 5, 1]';
  expect(() => modelOf(randomCrop({ height: 4, width: 6 }), [4, 5, 1])).toThrow(message);
  const open = modelOf(randomCrop({ height: 4, width: 6 }), [null, null, 1]);
  expect(() => tf.tidy(() => open.predict(tf.ones([1, 4, 5, 1])))).toThrow(ShapeError);
});

test('refuses wrong options', () => {
  expect(() => randomCrop({})).toThrow(
    'randomCrop: padding must be > 0, or height or width must be given: otherwise nothing is cropped',
  );
  expect(() => randomCrop({ padding: 1.5 })).toThrow('padding must be a whole number, received 1.5');
  expect(() => randomCrop({ height: 0, width: 3 })).toThrow('height must be > 0, received 0');
  expect(() => randomCrop({ heigth: 3 } as never)).toThrow('did you mean "height"?');
});
