/** Optimizers against PyTorch's and optax's trajectories: the first 100 steps on functions; `test/full` has whole lengths. */
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { GOLDEN_FUNCTIONS } from '../tolerances.ts';
import { distance, golden, titleOf } from './golden.ts';
import { functionPath } from './golden-functions.ts';
import { OPTIMIZERS } from './optimizer-makers.ts';

const RUNS = golden.runs.map((run) => [titleOf(run), run] as const);

test('the reference has at least 60 configurations, all different, of every optimizer', () => {
  expect(new Set(RUNS.map(([title]) => title)).size).toBe(RUNS.length);
  expect(RUNS.length).toBeGreaterThanOrEqual(60);
  const covered = new Set<string>(golden.runs.map(({ optimizer }) => optimizer));
  expect([...covered].toSorted()).toEqual(Object.keys(OPTIMIZERS).toSorted());
});

describe.each(['cpu', 'wasm'] as const)('100 steps on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each(RUNS)('%s', (_title, run) => {
    const found = { losses: [], values: functionPath(run, 100) };
    const reference = { losses: [], values: run.functions.values };
    expect(distance(found, reference, 100).weights).toBeLessThanOrEqual(GOLDEN_FUNCTIONS);
  });
});
