import { expect, test } from 'vitest';
import type { RecipeKernels } from '../../src/recipe/recipe-kernels.ts';
import type { TrainingKernels } from '../../src/result/training-kernels.ts';
import { kernelTable } from '../../src/report/kernel-table.ts';

const part = (name: string, kernelName: string, count: number, bytes: number, milliseconds: number) => {
  const cost = { count, bytes, milliseconds };
  return { part: name, ...cost, kernels: [{ kernelName, ...cost }] };
};
const PLAIN: TrainingKernels = {
  arm: 'plain',
  training: 'net',
  steps: 51,
  count: 5,
  bytes: 1_234_567,
  milliseconds: 1,
  stepMilliseconds: 4,
  parts: [part('dense', 'BatchMatMul', 2, 12_345, 0.0301), part('gradient', 'Sum', 3, 999, 0.4)],
};
const NORM: TrainingKernels = {
  ...PLAIN,
  arm: 'norm',
  stepMilliseconds: 2,
  parts: [...PLAIN.parts, part('batch_normalization', 'Normalize', 1, 8, 0.1)],
};
const KERNELS: RecipeKernels = {
  recipe: { id: 'two', title: { en: 'Two', zh: '二' } },
  seed: 1000,
  backend: { name: 'wasm', device: 'a processor', isGpu: false, threads: 1 },
  equations: [
    { equation: 'y = W x', code: 'tf.layers.dense', part: 'dense' },
    { equation: 'y + b', code: 'tf.layers.dense', part: 'dense' },
    { equation: '(z − μ) / σ', code: 'batchNormalization()', part: 'batch_normalization' },
    { equation: 'W ∗ x', code: 'tf.layers.conv2d', part: 'conv2d' },
    { equation: 'y = W z', code: 'tf.layers.dense', part: 'dense', arm: 'norm' },
  ],
  trainings: [PLAIN, NORM],
};

test('each equation once, with the training that shows it, and the whole update there', () => {
  const { heading, rows, about } = kernelTable(KERNELS, 'en');
  expect(Object.values(heading).join(' | ')).toBe(
    'equation | code | part of an update | kernels | count | bytes | time | share',
  );
  const cells = rows.map((row) =>
    [row.equation, row.part, row.note, row.count, row.bytes, row.time, row.share].join(' | '),
  );
  expect(cells).toEqual([
    'y = W x | dense · plain, net |  | 2 | 12.3 kB | 30 µs | 1 %',
    'y + b | dense · plain, net | counted above |  |  |  | ',
    ' | whole update · plain, net |  | 5 | 1.23 MB | 4 ms | 100 %',
    '(z − μ) / σ | batch_normalization · norm, net |  | 1 | 8 B | 100 µs | 5 %',
    'y = W z | dense · norm, net |  | 2 | 12.3 kB | 30 µs | 2 %',
    ' | whole update · norm, net |  | 5 | 1.23 MB | 2 ms | 100 %',
    'W ∗ x | conv2d | in none of the trainings |  |  |  | ',
  ]);
  expect(rows[0]?.kernels).toEqual([
    { kernelName: 'BatchMatMul', count: '2', bytes: '12.3 kB', time: '30 µs', share: '1 %' },
  ]);
  expect(about).toContain('51 updates on a processor; arm and training stand behind the part');
  expect(about).toContain(', seed 1000.');
});

test('of one training also what no equation names', () => {
  const { rows, about } = kernelTable({ ...KERNELS, trainings: [PLAIN] }, 'en');
  const cells = rows.map((row) => [row.equation, row.part, row.note, row.time, row.share].join(' | '));
  expect(cells).toEqual([
    'y = W x | dense |  | 30 µs | 1 %',
    'y + b | dense | counted above |  | ',
    ' | backward pass |  | 400 µs | 10 %',
    ' | between the kernels |  | 3 ms | 75 %',
    ' | whole update |  | 4 ms | 100 %',
    '(z − μ) / σ | batch_normalization | in none of the trainings |  | ',
    'W ∗ x | conv2d | in none of the trainings |  | ',
    'y = W z | dense | in none of the trainings |  | ',
  ]);
  expect(about).toContain('51 updates on a processor; arm plain, training “net”, seed 1000.');
});

test('in Chinese', () => {
  const { rows, about } = kernelTable(KERNELS, 'zh');
  expect(rows.map((row) => row.part)).toContain('整次更新 · norm, net');
  expect(about).toContain('a processor 上 51 次更新');
});

test('of a GPU it is said what the clock has seen', () => {
  const onGpu = { ...KERNELS, backend: { ...KERNELS.backend, isGpu: true } };
  expect(kernelTable(KERNELS, 'en').about).not.toContain('GPU');
  expect(kernelTable(onGpu, 'en').about).toContain('handed to the GPU');
});

test('a recipe that trains nothing has a sentence', () => {
  const { rows, about } = kernelTable({ ...KERNELS, equations: [], trainings: [] }, 'en');
  expect(rows).toEqual([]);
  expect(about).toBe('This recipe makes no update that could be measured.');
});
