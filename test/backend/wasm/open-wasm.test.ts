import * as tf from '@tensorflow/tfjs';
import { expect, test, vi } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';

test('wasmPaths is where the files are read: a wrong one fails with the cure, and cpu is left', async () => {
  // tfjs and Emscripten write about the failure themselves.
  const silenced = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')].map((spy) =>
    spy.mockReturnValue(),
  );
  const choice = useBackend('wasm', { wasmPaths: '/no/such/folder/' });
  await expect(choice).rejects.toThrow('its .wasm file could not be loaded');
  await expect(choice).rejects.toMatchObject({ cure: expect.stringMatching(/wasmPaths/) });
  expect(tf.getBackend()).toBe('cpu');
  expect((await useBackend('auto')).others.map(({ name }) => name)).toContain('wasm');
  silenced.forEach((spy) => spy.mockRestore());
});
