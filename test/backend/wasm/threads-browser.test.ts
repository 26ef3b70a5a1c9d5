/** In a browser tfjs starts the threads; what it needs for that, a page may not have. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, expect, test, vi } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';

afterAll(() => vi.unstubAllGlobals());

test('a page that is not cross-origin isolated has one thread, and says so', async () => {
  // Registers the flags.
  await import('@tensorflow/tfjs-backend-wasm');
  tf.env().set('IS_NODE', false);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  vi.stubGlobal('navigator', { hardwareConcurrency: 8 });
  vi.stubGlobal('crossOriginIsolated', false);
  const info = await useBackend('wasm');
  expect(info).toMatchObject({ threads: 1, threadLimit: 'the page is not cross-origin isolated' });
  // Half of the processors was what it asked for.
  await expect(useBackend('wasm', { threads: 8 })).rejects.toThrow(
    'threads must be 4, as when wasm was started',
  );
  vi.stubGlobal('crossOriginIsolated', true);
  expect((await useBackend('wasm')).threadLimit).toBe(
    'in a browser it takes at most half of the logical processors',
  );
});
