import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { ShapeError } from '../../src/errors.ts';
import { spatialDropout } from '../../src/layers/spatial-dropout.ts';
import { inTraining, modelOf, repeated, rowsOf, shareLimit } from './in-training.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

const EXAMPLES = 64;
const CHANNELS = 64;

test.each([[[3]], [[2, 3]], [[2, 1, 2]]])('drops whole channels over positions %j', (positions) => {
  const size = positions.reduce((product, length) => product * length, CHANNELS);
  const ones = repeated([1], EXAMPLES * size);
  const output = inTraining(spatialDropout({ rate: 0.25 }), ones, [EXAMPLES, ...positions, CHANNELS]);
  const masks = rowsOf(output, size).map((example) => {
    const [first = [], ...others] = rowsOf(example, CHANNELS);
    for (const other of others) expect(other).toEqual(first);
    return first;
  });
  const entries = masks.flat();
  expect(new Set(entries)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  const kept = entries.filter((entry) => entry > 0).length / entries.length;
  expect(Math.abs(kept - 0.75)).toBeLessThan(shareLimit(0.75, entries.length));
  expect(new Set(masks.map(String)).size).toBe(EXAMPLES); // 2^-26 for a pair: no two examples share one
});

test('a rate of 0 drops nothing', () => {
  expect([...inTraining(spatialDropout({ rate: 0 }), [1, 2, 3, 4], [1, 2, 2])]).toEqual([1, 2, 3, 4]);
});

test('refuses examples without positions, when the model is made and when it is called', () => {
  const message =
    'spatialDropout: expected shape [batch, …positions, channels], of rank 3 or more, received [null, 4]';
  expect(() => modelOf(spatialDropout({ rate: 0.5 }), [4])).toThrow(message);
  expect(() => tf.tidy(() => spatialDropout({ rate: 0.5 }).call(tf.ones([2, 4]), {}))).toThrow(ShapeError);
});

test('refuses wrong options', () => {
  expect(() => spatialDropout({ rate: 1 })).toThrow('spatialDropout: rate must be < 1, received 1');
  expect(() => spatialDropout({ rate: 0.5, seed: -1 })).toThrow('seed must be >= 0, received -1');
  expect(() => spatialDropout({ rat: 0.5 } as never)).toThrow('did you mean "rate"?');
});
