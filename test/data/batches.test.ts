import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batches, batchesPerEpoch, type BatchOptions, type BatchRows } from '../../src/data/batches.ts';
import { Rng } from '../../src/random/rng.ts';

const rng = Rng.fromSeed(5);

function first(count: number, options: BatchOptions): BatchRows[] {
  const found: BatchRows[] = [];
  for (const batch of batches(options)) {
    found.push(batch);
    if (found.length === count) break;
  }
  return found;
}

/** The rows of each epoch in turn. */
function epochs(found: readonly BatchRows[]): number[][] {
  const orders: number[][] = [];
  for (const { epoch, indices } of found) (orders[epoch] ??= []).push(...indices);
  return orders;
}

const rows = fc.integer({ min: 1, max: 30 });
const batchSize = fc.integer({ min: 1, max: 40 });

describe('batches', () => {
  test('7 rows by 3: two full batches and a short one, epoch after epoch', () => {
    const found = first(4, { rows: 7, batchSize: 3, rng });
    expect(found.map(({ indices, epoch, index, last }) => [indices.length, epoch, index, last])).toEqual([
      [3, 0, 0, false],
      [3, 0, 1, false],
      [1, 0, 2, true],
      [3, 1, 0, false],
    ]);
  });

  test('the order of an epoch is the permutation of its own stream', () => {
    const [one, two] = epochs(first(4, { rows: 10, batchSize: 5, rng }));
    expect(one).toEqual([...rng.split('epoch 0').permutation(10)]);
    expect(two).toEqual([...rng.split('epoch 1').permutation(10)]);
    expect(two).not.toEqual(one);
  });

  test('every row once an epoch', () => {
    fc.assert(
      fc.property(rows, batchSize, (count, size) => {
        const perEpoch = batchesPerEpoch(count, size);
        for (const order of epochs(first(3 * perEpoch, { rows: count, batchSize: size, rng })))
          expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, row) => row));
      }),
    );
  });

  test('from: what an uninterrupted sequence gives from there', () => {
    fc.assert(
      fc.property(rows, batchSize, fc.integer({ min: 0, max: 50 }), (count, size, from) => {
        const options = { rows: count, batchSize: size, rng };
        expect(first(5, { ...options, from })).toEqual(first(from + 5, options).slice(from));
      }),
    );
  });

  test('drawing from the rng in between changes nothing', () => {
    const own = Rng.fromSeed(5);
    const sequence = batches({ rows: 4, batchSize: 4, rng: own });
    const orders: number[][] = [];
    for (let epoch = 0; epoch < 2; epoch++) {
      own.bits(3);
      orders.push([...sequence.next().value.indices]);
    }
    expect(orders).toEqual(epochs(first(2, { rows: 4, batchSize: 4, rng })));
    expect(orders).not.toEqual(epochs(first(2, { rows: 4, batchSize: 4, rng: Rng.fromSeed(6) })));
  });

  test('a batch owns its buffer, which may be transferred or written to', () => {
    const { indices } = batches({ rows: 4, batchSize: 2, rng }).next().value;
    expect(indices.buffer.byteLength).toBe(indices.byteLength);
  });

  test.each([
    [{ batchSize: 0 }, 'batchSize must be an integer >= 1, received 0'],
    [{ batchSize: 2.5 }, 'batchSize must be an integer >= 1, received 2.5'],
    [
      { rows: 0, batchSize: Number.NaN },
      'rows must be an integer >= 1, received 0; batchSize must be an integer >= 1, received NaN',
    ],
    [{ from: -1 }, 'from must be an integer >= 0, received -1'],
  ])('refuses %j when called, not at the first batch', (wrong, message) => {
    expect(() => batches({ rows: 10, batchSize: 2, rng, ...wrong })).toThrow(message);
  });
});

test.each([
  [10, 5, 2],
  [11, 5, 3],
  [5, 100, 1],
])('%i rows by %i: %i batches an epoch', (count, size, expected) =>
  expect(batchesPerEpoch(count, size)).toBe(expected),
);
