/** Threads that cannot be started: one thread computes, and the reason is told. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';

const FILES = resolve('node_modules/@tensorflow/tfjs-backend-wasm/dist');
/** A worker that runs has one. */
const countPorts = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;

test('without the file of the threaded build, wasm has one thread and nothing is left of the attempt', async () => {
  const names = readdirSync(FILES).filter((name) => name.endsWith('.wasm'));
  const missing = (name: string): string =>
    name.includes('threaded') ? '/no/such/file.wasm' : join(FILES, name);
  const wasmPaths = Object.fromEntries(names.map((name) => [name, missing(name)]));
  const ports = countPorts();
  const globals = Object.getOwnPropertyNames(globalThis);

  const info = await useBackend('wasm', { threads: 2, wasmPaths });
  expect(info).toMatchObject({
    name: 'wasm',
    threads: 1,
    threadLimit: expect.stringMatching(/^worker threads cannot be started: .*\/no\/such\/file\.wasm/),
  });
  expect(tf.matMul([[1, 2]], [[3], [4]]).dataSync()).toEqual(Float32Array.of(11));
  expect(Object.getOwnPropertyNames(globalThis)).toEqual(globals);
  expect(countPorts()).toBe(ports);

  expect(await useBackend('wasm')).toEqual(info);
  expect(await useBackend('wasm', { threads: 2 })).toEqual(info);
});
