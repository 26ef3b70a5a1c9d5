/** Nothing is left behind: not by thousands of updates, not by trainings that throw. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { mustRun } from '../run-process.ts';
import { bundleProgram } from './program.ts';
import type { Held, Input } from './soak-program.ts';

/** What the code compiled meanwhile may take. */
const HEAP_GROWTH = 4 * 2 ** 20;
/** The system gives a process memory, and takes it back, as it sees fit. */
const RESIDENT_GROWTH = 16 * 2 ** 20;

test('10,000 updates, 100 evaluations, 50 aborted trainings: as many tensors and bytes, no more memory', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-recipes-soak-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // A small nursery: garbage that waits there would count as memory.
  const flags = ['--expose-gc', '--max-semi-space-size=4'];
  const parametersOf = await bundleProgram('test/full/soak-program.ts', ...flags);
  const input: Input = {
    folder,
    warmUp: { updates: 3000, aborted: 15 },
    measured: { updates: 10_000, aborted: 50 },
  };
  const [before, after] = JSON.parse(await mustRun(process.execPath, parametersOf(input))) as readonly [
    Held,
    Held,
  ];
  expect({ tensors: after.tensors, bytes: after.tensorBytes }).toEqual({
    tensors: before.tensors,
    bytes: before.tensorBytes,
  });
  expect(after.heapBytes - before.heapBytes).toBeLessThanOrEqual(HEAP_GROWTH);
  expect(after.residentBytes - before.residentBytes).toBeLessThanOrEqual(RESIDENT_GROWTH);
});
