/** As golden-net.test.ts, on wasm: optimizers against the reference, the first 10 steps of a smooth net. */
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { GOLDEN_SMOOTH } from '../tolerances.ts';
import { distance, golden, titleOf, trajectoryOf } from './golden.ts';

const RUNS = golden.runs.map((run) => [titleOf(run), run] as const);

beforeAll(async () => {
  await useBackend('wasm');
});

test.each(RUNS)('10 steps on wasm: %s', async (_title, run) => {
  const { losses, weights } = distance(await trajectoryOf(run, 'mlp', 10), run.mlp, 10);
  expect(losses).toBeLessThanOrEqual(GOLDEN_SMOOTH.losses);
  expect(weights).toBeLessThanOrEqual(GOLDEN_SMOOTH.weights);
});
