import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { randomFlip, type RandomFlipOptions } from '../../../src/layers/augmentation/random-flip.ts';
import { Rng } from '../../../src/random/rng.ts';
import { forward, inTraining, modelOf, repeated, rowsOf, shareLimit } from '../in-training.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

const EXAMPLES = 2000;
/** One image of two rows, three columns, one channel, and its mirror images. */
const IMAGE = '1,2,3,4,5,6';
const MIRRORED = {
  horizontal: '3,2,1,6,5,4',
  vertical: '4,5,6,1,2,3',
  both: '6,5,4,3,2,1',
};
const flipped = (axis: RandomFlipOptions['axis']): string[] =>
  rowsOf(
    inTraining(randomFlip({ axis }), repeated([1, 2, 3, 4, 5, 6], EXAMPLES), [EXAMPLES, 2, 3, 1]),
    6,
  ).map(String);
const shareOf = (images: readonly string[], image: string): number =>
  images.filter((one) => one === image).length / images.length;

test.each(['horizontal', 'vertical'] as const)(
  '%s: half of the examples are mirrored, the others are not',
  (axis) => {
    const images = flipped(axis);
    expect(new Set(images)).toEqual(new Set([IMAGE, MIRRORED[axis]]));
    expect(Math.abs(shareOf(images, IMAGE) - 0.5)).toBeLessThan(shareLimit(0.5, EXAMPLES));
  },
);

test('both: the four images are equally frequent', () => {
  const images = flipped('both');
  const possible = [IMAGE, ...Object.values(MIRRORED)];
  expect(new Set(images)).toEqual(new Set(possible));
  for (const image of possible)
    expect(Math.abs(shareOf(images, image) - 0.25)).toBeLessThan(shareLimit(0.25, EXAMPLES));
});

describe.each(['horizontal', 'vertical', 'both'] as const)('%s', (axis) => {
  const shape = [16, 5, 4, 3];
  const values = Rng.fromSeed(2).normal(16 * 60);

  test('twice with one draw is the image again, and once has the same pixels in another order', () => {
    const model = modelOf(randomFlip({ axis }), shape.slice(1));
    const [once, twice] = tf.tidy(() => {
      const first = forward(model, tf.tensor(values, shape));
      return [first.dataSync<'float32'>(), forward(model, first).dataSync<'float32'>()];
    });
    expect([...twice]).toEqual([...values]);
    expect([...once]).not.toEqual([...values]);
    // Pixels stay whole: sorted by all their channels, each example has the ones it had.
    const pixels = (all: Float32Array): string[][] =>
      rowsOf(all, 60).map((example) => rowsOf(example, 3).map(String).toSorted());
    expect(pixels(once)).toEqual(pixels(values));
  });
});

test('refuses wrong options', () => {
  expect(() => randomFlip({ axis: 'left' as never })).toThrow(
    'randomFlip: axis must be one of "horizontal", "vertical", "both", received "left"',
  );
  expect(() => randomFlip({} as never)).toThrow('axis must be one of');
});
