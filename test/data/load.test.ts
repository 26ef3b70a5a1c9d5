import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test, vi } from 'vitest';
import { breastCancer } from '../../src/data/bundled/breast-cancer.ts';
import { diabetes } from '../../src/data/bundled/diabetes.ts';
import { digits } from '../../src/data/bundled/digits.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { loadBreastCancer, loadDiabetes, loadDigits } from '../../src/data/load.ts';

/** Half a unit in the last place of float32, relative: what storing a decimal number costs, and a sum of positive ones. */
const FLOAT32 = 2 ** -24;

const row = ({ inputs }: Dataset, index: number): number[] => {
  const columns = inputs.shape[1] ?? 0;
  return [...inputs.values.subarray(index * columns, (index + 1) * columns)];
};
const columnSums = ({ inputs }: Dataset, count: number): number[] => {
  const sums = Array.from<number>({ length: count }).fill(0);
  inputs.values.forEach((value, i) => {
    const column = i % (inputs.shape[1] ?? 1);
    if (column < count) sums[column] = (sums[column] ?? 0) + value;
  });
  return sums;
};
const classCounts = ({ targets, classes }: Dataset): number[] =>
  Array.from({ length: classes }, (_, label) => targets.values.filter((value) => value === label).length);
const expectNear = (received: readonly number[], expected: readonly number[]): void => {
  expect(received).toHaveLength(expected.length);
  received.forEach((value, i) => expect(Math.abs(value / (expected[i] ?? 0) - 1)).toBeLessThan(FLOAT32));
};

// All numbers below are printed by scikit-learn 1.9.1.
test('digits', async () => {
  const data = await loadDigits();
  expect([data.inputs.shape, data.targets.shape, data.task]).toEqual([[1797, 64], [1797], 'classification']);
  expect(classCounts(data)).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  expect(columnSums(data, 10)).toEqual([0, 546, 9353, 21269, 21291, 10390, 2448, 233, 10, 3583]);
  expect(columnSums(data, 64).reduce((sum, value) => sum + value, 0)).toBe(561718);
  expect(row(data, 0).slice(0, 16)).toEqual([0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]);
  expect(row(data, 1796).slice(-8)).toEqual([0, 1, 8, 12, 14, 12, 1, 0]);
  expect([...data.targets.values.slice(0, 5), data.targets.values[100], data.targets.values[1796]]).toEqual([
    0, 1, 2, 3, 4, 4, 8,
  ]);
  expect(data.classNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  expect([data.featureNames?.length, data.featureNames?.[9]]).toEqual([64, 'pixel_1_1']);
  expect(data.source?.licence).toContain('CC BY 4.0');
});

test('breast cancer', async () => {
  const data = await loadBreastCancer();
  expect([data.inputs.shape, data.targets.shape, data.task]).toEqual([[569, 30], [569], 'classification']);
  expect(classCounts(data)).toEqual([212, 357]);
  expect(data.classNames).toEqual(['malignant', 'benign']);
  expectNear(columnSums(data, 4), [8038.429, 10975.81, 52330.38, 372631.9]);
  expect(row(data, 0).slice(0, 4)).toEqual([17.99, 10.38, 122.8, 1001].map(Math.fround));
  expect(row(data, 568).slice(-4)).toEqual([0, 0, 0.2871, 0.07039].map(Math.fround));
  expect([...data.targets.values.slice(0, 3), data.targets.values[568]]).toEqual([0, 0, 0, 1]);
  expect([data.featureNames?.[0], data.featureNames?.[29]]).toEqual([
    'mean radius',
    'worst fractal dimension',
  ]);
  expect(data.source?.licence).toContain('CC BY 4.0');
});

test('diabetes', async () => {
  const data = await loadDiabetes();
  expect([data.inputs.shape, data.targets.shape, data.task, data.classes]).toEqual([
    [442, 10],
    [442, 1],
    'regression',
    0,
  ]);
  expectNear(
    columnSums(data, 10),
    [21445, 649, 11658.1, 41833.98, 83600, 51024.1, 22006.5, 1799.05, 2051.5036, 40337],
  );
  expect(row(data, 0)).toEqual([59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87].map(Math.fround));
  expect(row(data, 441)).toEqual([36, 1, 19.6, 71, 250, 133.2, 97, 3, 4.5951, 92].map(Math.fround));
  expect([...data.targets.values.slice(0, 5), data.targets.values[100], data.targets.values[441]]).toEqual([
    151, 75, 141, 206, 135, 128, 57,
  ]);
  expect([...data.targets.values].reduce((sum, value) => sum + value, 0)).toBe(67243);
  expect(data.featureNames).toEqual(['age', 'sex', 'bmi', 'bp', 's1', 's2', 's3', 's4', 's5', 's6']);
  expect(data.source?.licence).toContain('none stated');
});

describe('the bundled modules', () => {
  test.each([digits, breastCancer, diabetes])(
    '$name: the bytes have the SHA-256 of the header',
    ({ deflated, sha256 }) => {
      const bytes = inflateSync(Buffer.from(deflated, 'base64'));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    },
  );

  test('missing bytes are noticed', async () => {
    vi.doMock('../../src/data/bundled/diabetes.ts', () => ({ diabetes: { ...diabetes, rows: 443 } }));
    await expect(loadDiabetes()).rejects.toThrow(
      'diabetes: the bundled data have 19448 bytes, expected 19492; install the package again',
    );
    vi.doUnmock('../../src/data/bundled/diabetes.ts');
  });

  test('a bundle holds each data set in a chunk of its own, loaded on call', async () => {
    const { metafile } = await build({
      entryPoints: [fileURLToPath(new URL('../../src/data/load.ts', import.meta.url))],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'browser',
      outdir: 'out',
      write: false,
      metafile: true,
    });
    const holding = Object.values(metafile.outputs).map(
      ({ inputs }) => Object.keys(inputs).filter((path) => path.includes('/bundled/')).length,
    );
    expect(holding.toSorted((a, b) => a - b)).toEqual([0, 1, 1, 1]);
  });
});
