import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { backendsWithKernels, findKernel, installKernels, restoreStock } from '../../src/backend/kernels.ts';
import { findGradient } from '../../src/backend/gradients/gradient.ts';
import { ownGradients } from '../../src/backend/gradients/own-gradients.ts';
import { RANDOM_BITS } from '../../src/backend/random-bits.ts';
import { useBackend } from '../../src/backend/use-backend.ts';

const REPLACED = ['BatchMatMul', '_FusedMatMul'];
const registry = (): (tf.KernelConfig | undefined)[] =>
  ['cpu', 'wasm'].flatMap((backend) => [...REPLACED, RANDOM_BITS].map((name) => findKernel(name, backend)));

const gradients = (): (tf.GradConfig | undefined)[] =>
  ownGradients().map(({ kernelName }) => findGradient(kernelName));
const convolutionCall = (): unknown => Reflect.get(tf.layers.conv2d({ filters: 1, kernelSize: 1 }), 'call');

beforeAll(() => import('@tensorflow/tfjs-backend-wasm'));
afterEach(() => restoreStock());

test('restoreStock puts back the very kernels that useBackend replaced, without a warning', async () => {
  const warn = vi.spyOn(console, 'warn');
  const stock = registry();
  await useBackend('wasm');
  await useBackend('cpu');
  expect(registry().filter((kernel, i) => kernel !== stock[i])).toHaveLength(4); // two replaced, two added
  restoreStock();
  expect(registry().map((kernel, i) => kernel === stock[i])).not.toContain(false);
  expect(warn.mock.calls.filter(([message]) => String(message).includes('already registered'))).toEqual([]);
  warn.mockRestore();
});

test('the gradients come with the first backend and go with the last, to the very ones that stood there', async () => {
  const [stock, stockCall] = [gradients(), convolutionCall()];
  expect(stock).toContain(undefined);
  await useBackend('cpu');
  await useBackend('wasm');
  const ours = gradients();
  expect(ours.filter((config, i) => config === undefined || config === stock[i])).toEqual([]);
  expect(convolutionCall()).not.toBe(stockCall);
  restoreStock('wasm');
  expect(gradients().map((config, i) => config === ours[i])).not.toContain(false);
  restoreStock('cpu');
  expect(gradients().map((config, i) => config === stock[i])).not.toContain(false);
  expect(convolutionCall()).toBe(stockCall);
});

test('installing twice changes nothing, so one restore is enough', async () => {
  const stock = registry();
  await useBackend('wasm');
  const ours = registry();
  await useBackend('wasm');
  expect(registry()).toEqual(ours);
  restoreStock();
  restoreStock();
  expect(registry()).toEqual(stock);
});

const kernel = (backendName: string): tf.KernelConfig => ({
  kernelName: 'Ours',
  backendName,
  kernelFunc: () => [],
});

test('one backend can be restored alone', () => {
  installKernels('first', () => [kernel('first')]);
  installKernels('second', () => [kernel('second')]);
  restoreStock('first');
  expect(findKernel('Ours', 'first')).toBeUndefined();
  expect(findKernel('Ours', 'second')).toBeDefined();
  expect(backendsWithKernels()).toEqual(['second']);
});

test('the replaced kernels are the ones that run', async () => {
  await useBackend('wasm');
  const product = tf.tidy(() =>
    tf.fused.matMul({ a: tf.ones([50, 1]), b: tf.ones([50, 1]), transposeA: true, bias: tf.ones([1]) }),
  );
  expect([...product.dataSync()]).toEqual([51]); // stock adds the bias twice
  product.dispose();
});
