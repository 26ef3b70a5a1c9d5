/** Optimizers against PyTorch's and optax's trajectories over their whole lengths; `npm test` has the first steps. */
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { distance, golden, titleOf, trajectoryOf } from '../optimizers/golden.ts';
import { functionPath } from '../optimizers/golden-functions.ts';
import { GOLDEN_FUNCTIONS, GOLDEN_KINKED, GOLDEN_SMOOTH } from '../tolerances.ts';

const RUNS = golden.runs.map((run) => [titleOf(run), run] as const);

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each(RUNS)('1000 steps on functions: %s', (_title, run) => {
    const found = { losses: [], values: functionPath(run, 1000) };
    const reference = { losses: [], values: run.functions.values };
    expect(distance(found, reference, 1000).weights).toBeLessThanOrEqual(GOLDEN_FUNCTIONS);
  });

  test.each(RUNS)('400 steps of the smooth net: %s', async (_title, run) => {
    const { losses, weights } = distance(await trajectoryOf(run, 'mlp', 400), run.mlp, 400);
    expect(losses).toBeLessThanOrEqual(GOLDEN_SMOOTH.losses);
    expect(weights).toBeLessThanOrEqual(GOLDEN_SMOOTH.weights);
  });
});

describe('on cpu', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test.each(RUNS)('400 steps of the convolutional net: %s', async (_title, run) => {
    const { losses, weights } = distance(await trajectoryOf(run, 'cnn', 400), run.cnn, 400);
    expect(losses).toBeLessThanOrEqual(GOLDEN_KINKED.losses);
    expect(weights).toBeLessThanOrEqual(GOLDEN_KINKED.weights);
  });
});
