import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import type { Dataset, Splits } from '../../src/data/dataset.ts';
import { apportion } from '../../src/data/split.ts';
import { Rng } from '../../src/random/rng.ts';

/** A data set whose only input is the number of its row. */
const withLabels = (labels: readonly number[]): Dataset<'classification'> =>
  datasetFrom({ inputs: labels.map((_, row) => [row]), targets: labels, task: 'classification' });

const rowsOf = (part: Dataset | null): number[] => [...(part?.inputs.values ?? [])];
const parts = ({ train, validation, test: held }: Splits): number[][] =>
  [train, validation, held].map(rowsOf);

const labels = fc.array(fc.nat({ max: 4 }), { minLength: 10, maxLength: 60 });
const fractions = fc.record({
  validation: fc.double({ min: 0.1, max: 0.4, noNaN: true }),
  test: fc.double({ min: 0.1, max: 0.4, noNaN: true }),
});
const seed = fc.nat();

describe('split', () => {
  test('the parts are disjoint, cover all rows and have the sizes asked', () => {
    fc.assert(
      fc.property(labels, fractions, seed, (targets, options, key) => {
        const [train = [], validation = [], held = []] = parts(
          withLabels(targets).split(options, Rng.fromSeed(key)),
        );
        const all = [...train, ...validation, ...held].toSorted((a, b) => a - b);
        expect(all).toEqual(targets.map((_, row) => row));
        expect(validation.length).toBe(Math.round(targets.length * options.validation));
        expect(held.length).toBe(Math.round(targets.length * options.test));
      }),
    );
  });

  test('classes keep their shares to within one row', () => {
    fc.assert(
      fc.property(labels, fractions, seed, (targets, options, key) => {
        const { validation, test: held } = withLabels(targets).split(options, Rng.fromSeed(key));
        const rest = targets.length - (held?.rows ?? 0);
        for (const label of new Set(targets)) {
          const count = (values: Iterable<number>): number =>
            [...values].filter((value) => value === label).length;
          const all = count(targets);
          const inTest = count(held?.targets.values ?? []);
          const inValidation = count(validation?.targets.values ?? []);
          expect(Math.abs(inTest - (all * (held?.rows ?? 0)) / targets.length)).toBeLessThan(1);
          expect(Math.abs(inValidation - ((all - inTest) * (validation?.rows ?? 0)) / rest)).toBeLessThan(1);
        }
      }),
    );
  });

  test('inputs and targets stay together', () => {
    const targets = Array.from({ length: 30 }, (_, row) => row % 3);
    const { train } = withLabels(targets).split({ test: 0.5 }, Rng.fromSeed(0));
    expect([...train.targets.values]).toEqual(rowsOf(train).map((row) => row % 3));
  });

  test('the seed decides, not what was drawn from the rng before', () => {
    const data = withLabels(Array.from({ length: 50 }, (_, row) => row % 2));
    const options = { validation: 0.2, test: 0.2 };
    const rng = Rng.fromSeed(3);
    const first = parts(data.split(options, rng));
    rng.bits(5);
    expect(parts(data.split(options, rng))).toEqual(first);
    expect(parts(data.split(options, Rng.fromSeed(4)))).not.toEqual(first);
  });

  test('rows stand in random order in every part', () => {
    const [train = [], validation = []] = parts(
      withLabels(Array.from<number>({ length: 100 }).fill(0)).split({ validation: 0.5 }, Rng.fromSeed(0)),
    );
    for (const part of [train, validation]) expect(part).not.toEqual(part.toSorted((a, b) => a - b));
  });

  test('regression: plain, and what was not asked for is null', () => {
    const targets = Array.from({ length: 10 }, (_, row) => row + 0.5);
    const data = datasetFrom({
      inputs: targets.map((_, row) => [row]),
      targets,
      source: { title: 't', licence: 'l', citation: 'c' },
    });
    const splits = data.split({ validation: 0.25 }, Rng.fromSeed(1));
    expect([splits.train.rows, splits.validation?.rows, splits.test]).toEqual([7, 3, null]);
    expect([splits.task, splits.classes, splits.classNames, splits.standardisation]).toEqual([
      'regression',
      0,
      null,
      null,
    ]);
    expect(splits.source).toBe(data.source);
    expect(rowsOf(data.split({}, Rng.fromSeed(1)).train)).toHaveLength(10);
  });

  test('what is known about the classes stays', () => {
    const data = datasetFrom({ inputs: [[1], [2], [3], [4]], targets: [0, 1, 0, 1], classNames: ['a', 'b'] });
    const splits = data.split({ test: 0.5 }, Rng.fromSeed(0));
    expect([splits.classes, splits.classNames]).toEqual([2, ['a', 'b']]);
    expect(new Set(splits.train.targets.values)).toEqual(new Set([0, 1]));
  });

  test.each([
    [
      { validation: 0 },
      'validation must be a number > 0 and < 1, received 0 (leave it out for no such part)',
    ],
    [
      { validation: -1, test: 1 },
      'received -1 (leave it out for no such part); test must be a number > 0 and < 1, received 1',
    ],
    [{ test: Number.NaN }, 'test must be a number > 0 and < 1, received NaN'],
    [{ validation: 0.5, test: 0.5 }, 'validation + test must be < 1, received 1'],
    [
      { validation: 0.01 },
      'split: 0.01 of 10 rows leaves none for validation; use a larger fraction or more rows',
    ],
    [
      { validation: 0.49, test: 0.5 },
      'split: 10 rows leave none to train on; use smaller fractions or more rows',
    ],
  ])('refuses %j', (options, message) => {
    const data = withLabels([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect(() => data.split(options, Rng.fromSeed(0))).toThrow(message);
  });
});

describe('apportion', () => {
  test.each([
    [3, [5, 3, 2], [1, 1, 1]], // quotas 1.5, 0.9, 0.6
    [4, [5, 3, 2], [2, 1, 1]], // quotas 2, 1.2, 0.8
    [1, [1, 1, 1], [1, 0, 0]], // equal remainders: the first
    [0, [2, 1], [0, 0]],
    [3, [2, 1], [2, 1]],
  ])('%i over %j', (total, weights, expected) => expect(apportion(total, weights)).toEqual(expected));
});
