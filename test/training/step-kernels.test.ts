import { expect, test } from 'vitest';
import { type KernelCall, stepKernels } from '../../src/training/step-kernels.ts';

const call = (part: string, kernelName: string, bytes: number, start: number, end: number): KernelCall => ({
  part,
  kernelName,
  bytes,
  start,
  end,
});

test('each number is the median over the updates, each part has its kernels, the rest comes last', () => {
  const update = (from: number, bytes: number, took: number): KernelCall[] => [
    call('other', 'Unpack', 4, from, from + 1),
    call('dense', 'Add', bytes, from + 2, from + 2 + took),
    call('dense', 'Relu', 8, from + 20, from + 21),
    call('dense', 'Add', 8, from + 30, from + 32),
  ];
  // The second has a shorter batch, the third was held up.
  expect(stepKernels([update(0, 16, 3), update(100, 8, 2), update(200, 16, 7)])).toEqual({
    steps: 3,
    count: 4,
    bytes: 36,
    milliseconds: 7,
    stepMilliseconds: 32,
    parts: [
      {
        part: 'dense',
        count: 3,
        bytes: 32,
        milliseconds: 6,
        kernels: [
          { kernelName: 'Add', count: 2, bytes: 24, milliseconds: 5 },
          { kernelName: 'Relu', count: 1, bytes: 8, milliseconds: 1 },
        ],
      },
      {
        part: 'other',
        count: 1,
        bytes: 4,
        milliseconds: 1,
        kernels: [{ kernelName: 'Unpack', count: 1, bytes: 4, milliseconds: 1 }],
      },
    ],
  });
});

test('what runs in few updates only has the median 0 and is left out', () => {
  const usual = [call('dense', 'Add', 8, 0, 1)];
  const rare = [...usual, call('dense', 'Cast', 8, 1, 2), call('update', 'Sub', 8, 2, 3)];
  const { parts, count } = stepKernels([usual, rare, usual]);
  expect(parts.map(({ part, kernels }) => [part, kernels.length])).toEqual([['dense', 1]]);
  expect(count).toBe(1);
});
