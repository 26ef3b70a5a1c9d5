import { describe, expect, test } from 'vitest';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { loadBreastCancer } from '../../src/data/load.ts';
import { applyStandardisation, standardise } from '../../src/data/standardise.ts';
import { Rng } from '../../src/random/rng.ts';

/** Half a unit in the last place of float32, relative. */
const FLOAT32 = 2 ** -24;

const everything = (inputs: number[][]): ReturnType<ReturnType<typeof datasetFrom>['split']> =>
  datasetFrom({ inputs, targets: inputs.map(() => 0.5) }).split({}, Rng.fromSeed(0));

describe('standardise', () => {
  test('1, 3 has mean 2 and population standard deviation 1', () => {
    const { train, standardisation } = standardise(everything([[1], [3]]));
    expect(standardisation).toEqual({ mean: [2], standardDeviation: [1] });
    expect([...train.inputs.values].toSorted((a, b) => a - b)).toEqual([-1, 1]);
  });

  test('columns by themselves', () => {
    const { standardisation } = standardise(
      everything([
        [0, 10],
        [4, 10],
        [0, 70],
        [4, 70],
      ]),
    );
    expect(standardisation).toEqual({ mean: [2, 40], standardDeviation: [2, 30] });
  });

  test('a constant column becomes 0, not the noise of its rounding', () => {
    const inputs = Array.from({ length: 1797 }, (_, row) => [0.1, row]);
    const { train, standardisation } = standardise(everything(inputs));
    expect(standardisation?.standardDeviation[0]).toBe(1);
    expect(train.inputs.values.filter((_, i) => i % 2 === 0).every((value) => value === 0)).toBe(true);
  });

  test('a small spread on a large mean is not lost', () => {
    const { standardisation } = standardise(everything([[1e6], [1e6 + 2]]));
    expect(standardisation).toEqual({ mean: [1e6 + 1], standardDeviation: [1] });
  });

  test('images: per channel, over rows, height and width', () => {
    const values = [1, 100, 3, 100, 1, 300, 3, 300]; // two rows of 1 × 2 pixels with 2 channels
    const images = datasetFrom({ inputs: { values, shape: [2, 1, 2, 2] }, targets: [0.5, 1] });
    const { train, standardisation } = standardise(images.split({}, Rng.fromSeed(0)));
    expect(standardisation).toEqual({ mean: [2, 200], standardDeviation: [1, 100] });
    expect(train.inputs.shape).toEqual([2, 1, 2, 2]);
  });

  test('only training rows are measured, and all parts are moved alike', () => {
    const inputs = Array.from({ length: 40 }, (_, row) => [row]);
    const splits = datasetFrom({ inputs, targets: inputs.map(([row = 0]) => row + 0.5) }).split(
      { validation: 0.25, test: 0.25 },
      Rng.fromSeed(1),
    );
    const before = standardise(splits);
    const outlier = datasetFrom({ inputs: [[1e9]], targets: [0.5] });
    const after = standardise({ ...splits, test: outlier, validation: outlier });
    expect(after.standardisation).toEqual(before.standardisation);
    expect(after.train.inputs).toEqual(before.train.inputs);

    const { mean: [centre = 0] = [], standardDeviation: [scale = 0] = [] } = before.standardisation ?? {};
    for (const part of ['train', 'validation', 'test'] as const) {
      const raw = [...(splits[part]?.inputs.values ?? [])];
      expect(raw).not.toHaveLength(0);
      expect([...(before[part]?.inputs.values ?? [])]).toEqual(
        raw.map((value) => Math.fround((value - centre) / scale)),
      );
    }
    expect(before.test?.targets).toEqual(splits.test?.targets);
  });

  test('breast cancer, as the mean and std of scikit-learn', async () => {
    const { standardisation } = standardise((await loadBreastCancer()).split({}, Rng.fromSeed(0)));
    const mean = [14.127291739894563, 19.28964850615117, 91.96903339191566];
    const deviation = [3.5209507607110626, 4.297254637090421, 24.277619293053174];
    for (let column = 0; column < 3; column++) {
      expect(Math.abs((standardisation?.mean[column] ?? 0) / (mean[column] ?? 0) - 1)).toBeLessThan(FLOAT32);
      // Roundings of the inputs move it by at most the largest of them, which is 2^-24 of 10 standard deviations.
      expect(
        Math.abs((standardisation?.standardDeviation[column] ?? 0) / (deviation[column] ?? 0) - 1),
      ).toBeLessThan(10 * FLOAT32);
    }
  });

  test('twice is refused', () => {
    expect(() => standardise(standardise(everything([[1], [3]])))).toThrow(
      'these splits are standardised already',
    );
  });
});

describe('applyStandardisation', () => {
  const standardisation = { mean: [1, 2], standardDeviation: [2, 4] };

  test('new rows come on the scale of the training rows', () => {
    const inputs = { values: Float32Array.of(1, 2, 5, 10), shape: [2, 2] };
    expect(applyStandardisation(inputs, standardisation)).toEqual({
      values: Float32Array.of(0, 0, 2, 2),
      shape: [2, 2],
    });
    expect([...inputs.values]).toEqual([1, 2, 5, 10]);
  });

  test('another number of features is refused', () => {
    const inputs = { values: new Float32Array(3), shape: [1, 3] };
    expect(() => applyStandardisation(inputs, standardisation)).toThrow(
      'expected shape [..., 2], received [1, 3]',
    );
  });
});
