/** Canaries: each fails when a new tfjs changes an internal that `src/backend/internals.md` lists under its name. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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

  test('the kernels of a backend are listed', () => {
    const listed = tf.getKernelsForBackend('wasm');
    expect(listed).toContain(tf.getKernel('Probe', 'wasm'));
    expect(listed).toContain(tf.getKernel('_FusedMatMul', 'wasm'));
    expect(new Set(listed.map(({ backendName }) => backendName))).toEqual(new Set(['wasm']));
  });
});

test('the engine › open scopes have names, those of the passes of a gradient too', () => {
  const open: string[][] = [];
  const note = (): void => void open.push(tf.engine().state.scopeStack.map(({ name }) => name));
  const noted = tf.customGrad((x) => {
    note();
    const gradFunc = (dy: tf.Tensor): tf.Tensor => {
      note();
      return dy.mul(2);
    };
    return { value: (x as tf.Tensor).mul(2), gradFunc };
  });
  tf.tidy('outer', () => tf.grad(noted)(tf.scalar(1)));
  expect(open.map((names) => names.filter((name) => !name.startsWith('unnamed')))).toEqual([
    ['outer', 'forward'],
    ['outer', 'backward'],
  ]);
});

describe('the threaded build', () => {
  test('the backend is made of a program, by the factory registered as wasm', () => {
    expect(tf.engine().registryFactory['wasm']).toMatchObject({ priority: 2 });
    expect(Object.keys(Reflect.get(wasm().wasm, 'tfjs')).toSorted()).toEqual(
      [
        'init',
        'initWithThreadsCount',
        'getThreadsCount',
        'registerTensor',
        'disposeData',
        'dispose',
      ].toSorted(),
    );
  });

  test('its program, its worker script and its imports', () => {
    const { resolve } = createRequire(import.meta.url);
    const read = (ending: string): Buffer =>
      readFileSync(
        resolve(`@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd${ending}`),
      );
    const program = read('.js').toString();
    for (const part of [
      'mainScriptUrlOrBlob',
      'instantiateWasm',
      'PThread.unusedWorkers',
      'pthreadPoolSize=8',
    ])
      expect(program).toContain(part);
    expect(read('.worker.js').toString()).toMatch(/^module\.exports\.wasmWorkerContents = `/);
    const code = new WebAssembly.Module(new Uint8Array(read('.wasm')));
    expect(WebAssembly.Module.imports(code)).toContainEqual({
      module: 'env',
      name: 'emscripten_num_logical_cores',
      kind: 'function',
    });
    expect(WebAssembly.Module.exports(code)).toContainEqual({
      name: 'init_with_threads_count',
      kind: 'function',
    });
  });
});

describe('the wasm backend', () => {
  test('in Node it has one thread and finds its .wasm file', () => {
    expect(getThreadsCount()).toBe(1);
    expect(tf.getBackend()).toBe('wasm');
    expect(setWasmPaths).toBeTypeOf('function');
  });

  test('memory of its own: makeOutput, typedArrayFromHeap, incRef, disposeData, numDataIds', () => {
    const before = wasm().numDataIds();
    const output = wasm().makeOutput([2, 2], 'float32');
    wasm().typedArrayFromHeap(output).set([1, 2, 3, 4]);
    expect([...(wasm().readSync(output.dataId) as Float32Array)]).toEqual([1, 2, 3, 4]);
    expect(wasm().numDataIds()).toBe(before + 1);
    wasm().incRef(output.dataId);
    wasm().disposeData(output.dataId);
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

  test('no kernels for the gradients of a filter, of a depthwise convolution and of gather', () => {
    const names: ReadonlySet<string> = new Set([
      tf.Conv2DBackpropFilter,
      tf.DepthwiseConv2dNativeBackpropFilter,
      tf.DepthwiseConv2dNativeBackpropInput,
      tf.UnsortedSegmentSum,
    ]);
    const registered = tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName);
    expect(registered.filter((name) => names.has(name))).toEqual([]);
  });

  const column = (numbers: number[]): tf.Tensor4D => tf.tensor4d(numbers, [1, numbers.length, 1, 1]);
  const ones = (...shape: [number, number, number, number]): tf.Tensor4D => tf.ones(shape);

  test("padding 'same' is wrong where a stride is larger than the filter", () => {
    const rows = column([1, 2, 3, 4, 5, 6]);
    expect(values(() => tf.conv2d(rows, ones(2, 1, 1, 1), 3, 'same'))).not.toEqual([3, 9]);
    rows.dispose();
  });

  test('with a number as padding the width follows from the height of the filter', () => {
    const { outWidth } = tf.backend_util.computeConv2DInfo([1, 1, 3, 1], [1, 3, 1, 1], 1, 1, 1);
    expect(outWidth).toBe(5); // 3 numbers and 2 of padding hold 3 windows of 3
  });

  test('one weight a channel and pooling make -Infinity of NaN', () => {
    const nan = [Number.NaN, Number.NaN];
    expect(values(() => tf.conv2d(column(nan), ones(1, 1, 1, 1), 1, 'valid'))).toEqual([
      -Infinity,
      -Infinity,
    ]);
    expect(values(() => tf.depthwiseConv2d(column(nan), ones(1, 1, 1, 1), 1, 'valid'))[0]).toBe(-Infinity);
    expect(values(() => tf.avgPool(column(nan), [2, 1], 1, 'valid'))).toEqual([-Infinity]);
    expect(values(() => tf.maxPool(column(nan), [2, 1], 1, 'valid'))).toEqual([-Infinity]);
  });

  test('the gradient of max pooling does not find negative numbers', () => {
    const pool = (x: tf.Tensor): tf.Tensor => tf.maxPool(x as tf.Tensor4D, [2, 1], 1, 'valid');
    expect(values(() => tf.grad(pool)(column([-2, -1])))).not.toEqual([0, 1]);
  });

  test('relu6, clipByValue, maximum and minimum make a number of NaN', () => {
    const nan = (): tf.Tensor => tf.tensor1d([Number.NaN, Number.NaN]);
    const one = (): tf.Tensor => tf.tensor1d([1, 1]);
    expect(values(() => nan().relu6())).toEqual([0, 0]);
    expect(values(() => nan().clipByValue(-1, 1))).toEqual([-1, -1]);
    expect(values(() => nan().maximum(one()).concat(nan().minimum(one())))).not.toContain(Number.NaN);
  });

  test('prelu starts again with the slopes where they are stretched', () => {
    const x = (): tf.Tensor => tf.tensor2d([-1, -1, -1, -1], [2, 2]);
    expect(values(() => tf.prelu(x(), tf.tensor2d([[1], [2]])))).not.toEqual([-1, -1, -2, -2]);
  });

  test('the bias of a fused convolution must have rank 1', () => {
    const fused = { x: column([9]), filter: ones(1, 1, 1, 1), strides: 1, pad: 'valid' } as const;
    const bias = tf.ones([1, 1]);
    expect(() => tf.tidy(() => tf.fused.conv2d({ ...fused, bias }))).toThrow(/rank-1 bias/);
    expect(() => tf.tidy(() => tf.fused.depthwiseConv2d({ ...fused, bias }))).toThrow(/rank-1 bias/);
    tf.dispose([fused.x, fused.filter, bias]);
  });

  test('sums are rounded to float32 at each number, and a sum of none is not set', () => {
    const numbers = [1000, ...Array.from({ length: 1000 }, () => 1e-5), -1000];
    expect(values(() => tf.tensor1d(numbers).sum())).toEqual([0]);
    const used = tf.tensor1d([7, 7]);
    used.dispose();
    expect(values(() => tf.zeros([0, 2]).sum(0))).not.toEqual([0, 0]);
  });

  test('three-dimensional max pooling and gradients of convolutions are wrong', () => {
    const box = (value: number): tf.Tensor5D => tf.tensor5d([value], [1, 1, 1, 1, 1]);
    expect(values(() => tf.maxPool3d(box(-1), 1, 1, 'valid'))).not.toEqual([-1]);
    const convolve = (x: tf.Tensor): tf.Tensor =>
      tf.conv3d(x as tf.Tensor5D, tf.ones([1, 1, 1, 1, 1]), 2, 'valid');
    const gradient = (): tf.Tensor => tf.grad(convolve)(tf.ones([1, 4, 1, 1, 1]));
    expect(values(gradient)).not.toEqual([1, 0, 1, 0]);
  });
});
