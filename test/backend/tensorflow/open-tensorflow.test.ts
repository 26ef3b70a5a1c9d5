import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openTensorFlow } from '../../../src/backend/tensorflow/open-tensorflow.ts';
import { restoreStock } from '../../../src/backend/kernels.ts';
import { keyTensor, randomBits } from '../../../src/backend/random-bits.ts';
import { fillPhilox } from '../../../src/random/philox.ts';

const GPU = '@tensorflow/tfjs-node-gpu';
const CPU = '@tensorflow/tfjs-node';

/** What a package does when it is loaded, with tfjs's cpu backend in TensorFlow's place. */
function registerFake(properties: object): void {
  tf.copyRegisteredKernels('cpu', 'tensorflow');
  tf.registerBackend('tensorflow', () => Object.assign(tf.engine().findBackendFactory('cpu')(), properties));
}

const missing = (packageName: string): Error =>
  new Error(`Cannot find package '${packageName}' imported from here`);

afterEach(async () => {
  restoreStock();
  await tf.setBackend('cpu');
  if (tf.engine().backendNames().includes('tensorflow')) tf.removeBackend('tensorflow');
  for (const { kernelName } of tf.getKernelsForBackend('tensorflow'))
    tf.unregisterKernel(kernelName, 'tensorflow');
});

describe('when it works', () => {
  test('the CUDA package comes first, and the GPU is what the backend says it uses', async () => {
    const loaded: string[] = [];
    const load = async (packageName: string): Promise<void> => {
      loaded.push(packageName);
      registerFake({ isUsingGpuDevice: true, binding: { TF_Version: '2.9.1' } });
    };
    expect(await openTensorFlow({ load })()).toEqual({
      name: 'tensorflow',
      device: 'GPU (TensorFlow 2.9.1)',
      isGpu: true,
      threads: null,
      simd: null,
      versions: { tfjs: tf.version.tfjs, node: process.versions.node, tensorflow: '2.9.1', package: GPU },
    });
    expect(loaded).toEqual([GPU]);
    expect(tf.getBackend()).toBe('tensorflow');
  });

  test('the CPU package is next, without tfjs warning of kernels that the first left behind', async () => {
    const warn = vi.spyOn(console, 'warn');
    const load = async (packageName: string): Promise<void> => {
      if (packageName === CPU)
        return registerFake({ isUsingGpuDevice: false, binding: { TF_Version: '2.9.1' } });
      tf.copyRegisteredKernels('cpu', 'tensorflow');
      throw new Error('libcudart.so.11.0: cannot open shared object file: No such file or directory');
    };
    const result = await openTensorFlow({ load })();
    expect(result).toMatchObject({
      device: 'CPU (TensorFlow 2.9.1)',
      isGpu: false,
      versions: { package: CPU },
    });
    expect(warn.mock.calls.flat().filter((message) => String(message).includes('registered'))).toEqual([]);
    warn.mockRestore();
  });

  test('it has our kernels', async () => {
    await openTensorFlow({ load: async () => registerFake({}) })();
    const key = keyTensor([1, 2, 3, 4]);
    const bits = randomBits(key, [4]);
    expect([...bits.dataSync()]).toEqual(
      [...fillPhilox([1, 2, 3, 4], 0, new Uint32Array(4))].map((word) => word & 0x7fffff),
    );
    tf.dispose([key, bits]);
  });
});

const loadNothing = (packageName: string): Promise<void> => Promise.reject(missing(packageName));

const loadWithoutAddon = (packageName: string): Promise<void> =>
  Promise.reject(
    packageName === GPU
      ? missing(GPU)
      : new Error('The addon (tfjs_binding.node) can not be found at path: /a'),
  );

const failAsOnNode23 = (): never => {
  throw new TypeError('util_1.isNullOrUndefined is not a function');
};

const loadBroken = async (packageName: string): Promise<void> => {
  if (packageName === CPU) throw missing(CPU);
  registerFake({});
  const add = tf.getKernel('Add', 'tensorflow');
  tf.unregisterKernel('Add', 'tensorflow');
  tf.registerKernel({ ...add, kernelFunc: failAsOnNode23 });
};

describe('when it does not', () => {
  test('neither package is installed', async () => {
    expect(await openTensorFlow({ load: loadNothing })()).toEqual({
      name: 'tensorflow',
      reason: `neither ${GPU} nor ${CPU} is installed`,
      cure: `run "npm install ${CPU}" (CPU) or "npm install ${GPU}" (CUDA)`,
    });
  });

  test('the reason is that of the package which is installed', async () => {
    expect(await openTensorFlow({ load: loadWithoutAddon })()).toMatchObject({
      reason: expect.stringMatching(/^@tensorflow\/tfjs-node is installed without its native addon/),
    });
  });

  test('it loads, but its first operation throws as on Node 23', async () => {
    const before = tf.memory().numTensors;
    expect(await openTensorFlow({ load: loadBroken })()).toMatchObject({ cure: 'use Node 20 or 22' });
    expect(tf.memory().numTensors).toBe(before);
  });

  test('in a browser nothing is loaded', async () => {
    const load = vi.fn<() => Promise<void>>();
    expect(await openTensorFlow({ load, isNode: false })()).toMatchObject({
      reason: 'it is not available in a browser',
    });
    expect(load).not.toHaveBeenCalled();
  });
});
