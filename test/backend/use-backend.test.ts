import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, test } from 'vitest';
import type { OpenBackend } from '../../src/backend/backend-info.ts';
import { openCpu } from '../../src/backend/cpu.ts';
import { restoreStock } from '../../src/backend/kernels.ts';
import { chooseBackend, useBackend } from '../../src/backend/use-backend.ts';
import { openWasm } from '../../src/backend/wasm/open-wasm.ts';
import { BackendError, OptionError } from '../../src/errors.ts';

const noTensorFlow: OpenBackend = async () => ({
  name: 'tensorflow',
  reason: 'it is absent',
  cure: 'install it',
});
const noWasm: OpenBackend = async () => ({ name: 'wasm', reason: 'it is broken', cure: 'mend it' });
const gpu: OpenBackend = async () => ({
  name: 'tensorflow',
  device: 'GPU',
  isGpu: true,
  threads: null,
  simd: null,
  versions: {},
});
const unreachable: OpenBackend = () => Promise.reject(new Error('tried'));

afterEach(() => restoreStock());

test('the first backend of a process may fail: tfjs still has one', async () => {
  expect(tf.getBackend()).toBeUndefined();
  const choice = chooseBackend('wasm', { tensorflow: noTensorFlow, wasm: noWasm, cpu: openCpu });
  await expect(choice).rejects.toThrow('backend "wasm": it is broken; mend it');
  expect(tf.getBackend()).toBe('cpu');
});

describe('useBackend', () => {
  test('wasm, found wherever the process runs', async () => {
    const folder = process.cwd();
    process.chdir('/');
    const [info, same] = await Promise.all([1, 2].map(() => useBackend('wasm', { threads: 2 })));
    process.chdir(folder);
    expect(info).toEqual({
      name: 'wasm',
      device: 'CPU (WebAssembly, SIMD)',
      isGpu: false,
      threads: 2,
      simd: true,
      versions: { tfjs: tf.version.tfjs, node: process.versions.node, 'tfjs-backend-wasm': tf.version.tfjs },
      others: [],
    });
    expect(tf.getBackend()).toBe('wasm');
    expect(same).toEqual(info);
    expect(await useBackend('wasm')).toEqual(info);
  });

  test('cpu', async () => {
    const info = await useBackend('cpu');
    expect(info).toMatchObject({
      name: 'cpu',
      device: 'CPU (JavaScript)',
      isGpu: false,
      threads: 1,
      simd: null,
      others: [],
    });
    expect(tf.getBackend()).toBe('cpu');
  });

  test('an unknown name is an option error with the nearest name', async () => {
    // @ts-expect-error a name outside the type
    const misspelt = useBackend('wsam');
    await expect(misspelt).rejects.toThrow(OptionError);
    await expect(misspelt).rejects.toThrow(
      'name must be one of "auto", "tensorflow", "wasm", "cpu", received "wsam" (did you mean "wasm"?)',
    );
  });
});

describe('threads', () => {
  test.each([0, 9, 1.5, Number.NaN, '2', null])('cannot be %j', async (threads) => {
    // @ts-expect-error some are no numbers
    const choice = useBackend('wasm', { threads });
    await expect(choice).rejects.toThrow('useBackend: threads must be a whole number from 1 to 8, received');
  });

  test.each(['cpu', 'tensorflow'] as const)('are not for %s', async (name) => {
    const choice = useBackend(name, { threads: 2 });
    await expect(choice).rejects.toThrow('useBackend: threads belongs to "wasm" and "auto", received 2');
  });

  test('cannot change: tfjs starts wasm once', async () => {
    await useBackend('wasm', { threads: 2 });
    await useBackend('cpu');
    expect(await useBackend('wasm', { threads: 2 })).toMatchObject({ threads: 2 });
    for (const name of ['wasm', 'auto'] as const) {
      const choice = useBackend(name, { threads: 3 });
      await expect(choice).rejects.toThrow(OptionError);
      await expect(choice).rejects.toThrow(
        'threads must be 2, as when wasm was started: tfjs starts it once in a process, received 3 (give it in the ' +
          'first call, or start a new process)',
      );
    }
    expect(tf.getBackend()).toBe('wasm');
  });
});

describe('auto', () => {
  test('takes the best that works and tells why not the better ones', async () => {
    const info = await chooseBackend('auto', { tensorflow: noTensorFlow, wasm: openWasm(), cpu: openCpu });
    expect(info.name).toBe('wasm');
    expect(info.others).toEqual([{ name: 'tensorflow', reason: 'it is absent', cure: 'install it' }]);
  });

  test('ends at cpu', async () => {
    const info = await chooseBackend('auto', { tensorflow: noTensorFlow, wasm: noWasm, cpu: openCpu });
    expect(info.name).toBe('cpu');
    expect(info.others.map(({ name }) => name)).toEqual(['tensorflow', 'wasm']);
  });

  test('tries nothing after the first that works', async () => {
    const info = await chooseBackend('auto', { tensorflow: gpu, wasm: unreachable, cpu: unreachable });
    expect(info).toMatchObject({ name: 'tensorflow', isGpu: true, others: [] });
  });
});

test('a backend asked for by name that fails is an error, and the one before stays active', async () => {
  await useBackend('wasm');
  const choice = chooseBackend('tensorflow', { tensorflow: noTensorFlow, wasm: openWasm(), cpu: openCpu });
  await expect(choice).rejects.toThrow(BackendError);
  await expect(choice).rejects.toMatchObject({
    code: 'backend-unavailable',
    backend: 'tensorflow',
    cure: 'install it',
  });
  expect(tf.getBackend()).toBe('wasm');
});
