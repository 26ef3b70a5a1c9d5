/** Canaries: each fails when a new tfjs changes an internal that `src/backend/internals.md` lists under its name. */
import * as tf from '@tensorflow/tfjs';
import { getThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const values = (compute: () => tf.Tensor): number[] => {
  const output = tf.tidy(compute);
  const result = [...output.dataSync()];
  output.dispose();
  return result;
};
const wasm = (): BackendWasm => tf.backend() as BackendWasm;
const kernel = (name: string): tf.KernelFunc => tf.getKernel(name, 'wasm').kernelFunc;

const probe = (key: number[], add: number): tf.Tensor =>
  tf.engine().runKernel('Probe', { key: tf.tensor1d(key, 'int32') }, { add });

beforeAll(async () => {
  expect('wasm' in tf.engine().registry).toBe(false);
  expect(tf.getBackend()).toBeUndefined();
  await tf.setBackend('wasm');
});

describe('the registry', () => {
  const PROBE = { kernelName: 'Probe', backendName: 'wasm' };
  const find: (name: string, backend: string) => tf.KernelConfig | undefined = tf.getKernel;
  let setups = 0;

  beforeEach(() => {
    setups = 0;
    tf.registerKernel({
      ...PROBE,
      setupFunc: () => setups++,
      kernelFunc: ({ inputs, backend, attrs }) => {
        const host = backend as tf.KernelBackend;
        const key = inputs['key']?.dataId ?? {};
        const sum = [...(host.readSync(key) as Int32Array)].reduce(
          (total, value) => total + value,
          Number(attrs?.['add']),
        );
        return { dataId: host.write(Int32Array.of(sum), [1], 'int32'), shape: [1], dtype: 'int32' };
      },
    });
  });
  afterEach(() => tf.unregisterKernel('Probe', 'wasm'));

  test('a kernel that is not registered is undefined', () => {
    expect(find('NoSuchKernel', 'wasm')).toBeUndefined();
    expect(find('Probe', 'cpu')).toBeUndefined();
  });

  test('the engine runs any registered name, and backends read and write host memory', () => {
    expect(values(() => probe([2, 3], 4))).toEqual([9]);
  });

  test('a node of the tape without a gradient is no fault while no gradient passes through it', () => {
    const gradient = tf.grad((x) => x.mul(probe([1], 1).cast('float32')));
    expect(values(() => gradient(tf.tensor1d([5])))).toEqual([2]);
  });

  test('setBackend calls the setup of every kernel again', async () => {
    await tf.setBackend('wasm');
    await tf.setBackend('wasm');
    expect(setups).toBe(2);
  });
});

describe('the wasm backend', () => {
  test('in Node it has one thread and finds its .wasm file', () => {
    expect(getThreadsCount()).toBe(1);
    expect(tf.getBackend()).toBe('wasm');
    expect(setWasmPaths).toBeTypeOf('function');
  });

  test('memory of its own: makeOutput, typedArrayFromHeap, disposeData, numDataIds', () => {
    const before = wasm().numDataIds();
    const output = wasm().makeOutput([2, 2], 'float32');
    wasm().typedArrayFromHeap(output).set([1, 2, 3, 4]);
    expect([...(wasm().readSync(output.dataId) as Float32Array)]).toEqual([1, 2, 3, 4]);
    expect(wasm().numDataIds()).toBe(before + 1);
    wasm().disposeData(output.dataId);
    expect(wasm().numDataIds()).toBe(before);
  });

  test('kernels run below the engine on bare data ids, and read another shape of the same data', () => {
    const x = tf.tensor1d([1, 2, 3, 4, 5, 6]);
    const run = (name: string, shape: number[], attrs: tf.NamedAttrMap = {}): tf.TensorInfo => {
      const outputs = kernel(name)({
        inputs: { x: { dataId: x.dataId, shape, dtype: 'float32' } },
        attrs,
        backend: wasm(),
      });
      return Array.isArray(outputs) ? (outputs[0] ?? x) : outputs;
    };
    for (const [output, expected] of [
      [run('Transpose', [1, 2, 3], { perm: [0, 2, 1] }), [1, 4, 2, 5, 3, 6]],
      [run('Slice', [3, 1, 2], { begin: [1, 0, 0], size: [1, 1, 2] }), [3, 4]],
      [run('Identity', [6]), [1, 2, 3, 4, 5, 6]],
      [run('Transpose', [1, 1, 6], { perm: [0, 2, 1] }), [1, 2, 3, 4, 5, 6]],
    ] as const) {
      expect(output.dataId).not.toBe(x.dataId); // a copy: multiplyPair and freeExcept rely on it
      expect([...(wasm().readSync(output.dataId) as Float32Array)]).toEqual(expected);
      wasm().disposeData(output.dataId);
    }
    x.dispose();
  });
});

describe('faults of stock wasm: where one is gone, so can our cure be', () => {
  test('the sign of a number below 1e-7 is 0', () => {
    expect(values(() => tf.tensor1d([1e-8, -1e-8]).sign())).toEqual([0, 0]);
  });

  test('XNNPACK packs a right operand once for each data id, whatever its shape', () => {
    const second = values(() => {
      const ones = tf.ones([6]);
      tf.matMul([[1, 2, 3]], ones.reshape([3, 2]));
      return tf.matMul([[1, 1]], ones.reshape([2, 3]));
    });
    expect(second).not.toEqual([2, 2, 2]);
  });

  test('a transposed product adds its bias once for each block of 48', () => {
    const sum = values(() => {
      const ones: tf.Tensor2D = tf.ones([50, 1]);
      return tf.fused.matMul({ a: ones, b: ones, transposeA: true, bias: tf.ones([1]) });
    });
    expect(sum).toEqual([52]);
  });

  test('a fused relu turns NaN into 0', () => {
    expect(values(() => tf.fused.matMul({ a: [[Number.NaN]], b: [[1]], activation: 'relu' }))).toEqual([0]);
  });

  test('a fused bias must have rank 1', () => {
    const product = { a: [[1]], b: [[1]] };
    expect(() => tf.tidy(() => tf.fused.matMul({ ...product, bias: tf.ones([1, 1]) }))).toThrow(
      /rank-1 bias/,
    );
  });
});
