import * as tf from '@tensorflow/tfjs';
import { afterEach, expect, test } from 'vitest';
import type { OpenBackend } from '../../src/backend/backend-info.ts';
import { openCpu } from '../../src/backend/cpu.ts';
import { examineWith } from '../../src/backend/examine-backends.ts';
import { backendsWithKernels, installKernels, restoreStock } from '../../src/backend/kernels.ts';
import { useBackend } from '../../src/backend/use-backend.ts';
import { openWasm } from '../../src/backend/wasm/open-wasm.ts';

const noTensorFlow: OpenBackend = async () => ({
  name: 'tensorflow',
  reason: 'it is absent',
  cure: 'install it',
});
const open = { tensorflow: noTensorFlow, wasm: openWasm(), cpu: openCpu };

afterEach(() => restoreStock());

test('each backend is opened, trained on, timed, and left as it was', async () => {
  await useBackend('cpu');
  const { numTensors } = tf.memory();
  const [tensorflow, wasm, cpu] = await examineWith(open);
  expect(tensorflow).toEqual({
    name: 'tensorflow',
    works: false,
    reason: 'it is absent',
    cure: 'install it',
  });
  for (const [name, examination] of [
    ['wasm', wasm],
    ['cpu', cpu],
  ] as const) {
    expect(examination).toMatchObject({ name, works: true, gigaflops: expect.any(Number) });
    expect(examination?.works === true && examination.gigaflops > 0).toBe(true);
  }
  expect(tf.getBackend()).toBe('cpu');
  expect(backendsWithKernels()).toEqual(['cpu']);
  expect(tf.memory().numTensors).toBe(numTensors);
});

/** The cpu backend with one kernel replaced. */
const cpuWith =
  (kernelName: string, kernelFunc: tf.KernelFunc): OpenBackend =>
  async () => {
    const info = await openCpu();
    restoreStock('cpu');
    installKernels('cpu', () => [{ kernelName, backendName: 'cpu', kernelFunc }]);
    return info;
  };

test('a backend that trains wrongly does not work', async () => {
  const subtractionAdds = cpuWith('Sub', tf.getKernel('Add', 'cpu').kernelFunc);
  const [, , cpu] = await examineWith({ ...open, cpu: subtractionAdds });
  expect(cpu).toMatchObject({
    name: 'cpu',
    works: false,
    reason: expect.stringMatching(/off by .* of the closed form/),
  });
});

test('a backend that throws does not work either', async () => {
  const throwing = cpuWith('Square', () => {
    throw new Error('no squares today');
  });
  const [, , cpu] = await examineWith({ ...open, cpu: throwing });
  expect(cpu).toMatchObject({ name: 'cpu', works: false, reason: 'no squares today' });
});
