/** Optimizers against PyTorch's and optax's trajectories, the first steps; the whole lengths are in `test/full`. */
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { GOLDEN_FUNCTIONS, GOLDEN_SMOOTH } from '../tolerances.ts';
import { distance, golden, titleOf, trajectoryOf } from './golden.ts';
import { functionPath } from './golden-functions.ts';
import { OPTIMIZERS } from './optimizer-makers.ts';

const RUNS = golden.runs.map((run) => [titleOf(run), run] as const);

test('the reference has at least 60 configurations, all different, of every optimizer', () => {
  expect(new Set(RUNS.map(([title]) => title)).size).toBe(RUNS.length);
  expect(RUNS.length).toBeGreaterThanOrEqual(60);
  const covered = new Set<string>(golden.runs.map(({ optimizer }) => optimizer));
  expect([...covered].toSorted()).toEqual(Object.keys(OPTIMIZERS).toSorted());
});

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each(RUNS)('100 steps on functions: %s', (_title, run) => {
    const found = { losses: [], values: functionPath(run, 100) };
    const reference = { losses: [], values: run.functions.values };
    expect(distance(found, reference, 100).weights).toBeLessThanOrEqual(GOLDEN_FUNCTIONS);
  });

  test.each(RUNS)('10 steps of the net: %s', async (_title, run) => {
    const { losses, weights } = distance(await trajectoryOf(run, 'mlp', 10), run.mlp, 10);
    expect(losses).toBeLessThanOrEqual(GOLDEN_SMOOTH.losses);
    expect(weights).toBeLessThanOrEqual(GOLDEN_SMOOTH.weights);
  });
});
