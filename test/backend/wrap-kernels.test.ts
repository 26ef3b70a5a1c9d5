import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { wrapKernels } from '../../src/backend/wrap-kernels.ts';
import { withoutLeak } from '../no-leak.ts';

const PROBE = { kernelName: 'Probe', backendName: 'wasm' };
const registry = (): Map<string, tf.KernelConfig> =>
  new Map(tf.getKernelsForBackend('wasm').map((config) => [config.kernelName, config]));

/** The kernels that the engine runs during the work. */
async function kernelsOf(work: () => tf.Tensor): Promise<string[]> {
  const names: string[] = [];
  const undo = wrapKernels(({ kernelName, run }) => {
    names.push(kernelName);
    return run();
  });
  try {
    await withoutLeak(() => work().dispose());
  } finally {
    undo();
  }
  return names;
}

beforeAll(async () => {
  await useBackend('wasm');
});
afterEach(() => {
  if (registry().has('Probe')) tf.unregisterKernel('Probe', 'wasm');
});

test('sees each kernel that the engine runs, with its inputs, and passes its outputs on', async () => {
  const seen: unknown[] = [];
  const undo = wrapKernels(({ kernelName, inputs, run }) => {
    seen.push([kernelName, inputs['a']?.shape]);
    return run();
  });
  const values = tf.tidy(() => [...tf.add([1, 2], [3, 4]).mul(2).dataSync()]);
  undo();
  expect(values).toEqual([8, 12]);
  expect(seen).toEqual([
    ['Add', [2]],
    ['Multiply', [2]],
  ]);
});

test('a composed kernel and one on the host are one kernel each', async () => {
  // Ours on wasm: the first is made of convolutions, the second of products.
  expect(
    await kernelsOf(() =>
      tf.tidy(() =>
        tf.conv2dTranspose(
          tf.ones<tf.Rank.R4>([1, 4, 4, 1]),
          tf.ones<tf.Rank.R4>([2, 2, 1, 1]),
          [1, 4, 4, 1],
          1,
          'same',
        ),
      ),
    ),
  ).toEqual(['Conv2DBackpropInput']);
  expect(
    await kernelsOf(() => tf.tidy(() => tf.einsum('ij,jk->ik', tf.ones([2, 2]), tf.ones([2, 2])))),
  ).toEqual(['Einsum']);
});

test('a kernel that a kernel calls through the engine belongs to it; also after one that threw', async () => {
  tf.registerKernel({
    ...PROBE,
    kernelFunc: ({ attrs }) => {
      const sum = tf.engine().runKernel<tf.Tensor>('Add', { a: tf.scalar(1), b: tf.scalar(2) });
      if (attrs?.['fails'] === true) throw new Error('no');
      return sum;
    },
  });
  const probe = (fails: boolean): tf.Tensor => tf.tidy(() => tf.engine().runKernel('Probe', {}, { fails }));
  expect(await kernelsOf(() => probe(false))).toEqual(['Probe']);
  expect(
    await kernelsOf(() => {
      expect(() => probe(true)).toThrow('no');
      return tf.tidy(() => tf.add(1, 2));
    }),
  ).toEqual(['Probe', 'Add']);
});

test('puts back the very kernels that stood there, without a warning', async () => {
  const warn = vi.spyOn(console, 'warn');
  const before = registry();
  const undo = wrapKernels(({ run }) => run());
  expect([...registry()].filter(([name, config]) => config === before.get(name))).toEqual([]);
  undo();
  expect([...registry()].filter(([name, config]) => config !== before.get(name))).toEqual([]);
  expect(registry().size).toBe(before.size);
  expect(warn.mock.calls).toEqual([]);
  warn.mockRestore();
});
