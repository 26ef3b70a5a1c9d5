/** Optimizers against PyTorch's and optax's trajectories: the first 10 steps of a smooth net; `test/full` has whole lengths. */
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { clipByGlobalNorm } from '../../src/optimizers/clip.ts';
import { Rng } from '../../src/random/rng.ts';
import { train } from '../../src/training/train.ts';
import { absoluteError, GOLDEN_SMOOTH } from '../tolerances.ts';
import { distance, golden, problemOf, rateOf, titleOf, trajectoryOf } from './golden.ts';
import { optimizerFor } from './optimizer-makers.ts';

const RUNS = golden.runs.map((run) => [titleOf(run), run] as const);
const WITH_PARTS = RUNS.filter(([, { clip, average }]) => clip !== undefined || average !== undefined);

beforeAll(async () => {
  await useBackend('cpu');
});

test.each(RUNS)('10 steps on cpu: %s', async (_title, run) => {
  const { losses, weights } = distance(await trajectoryOf(run, 'mlp', 10), run.mlp, 10);
  expect(losses).toBeLessThanOrEqual(GOLDEN_SMOOTH.losses);
  expect(weights).toBeLessThanOrEqual(GOLDEN_SMOOTH.weights);
});

test.each(WITH_PARTS)('through train itself, which shuffles: %s', async (_title, run) => {
  const { data, model } = problemOf('mlp');
  const optimizer = optimizerFor(run.optimizer, { ...run.options, learningRate: rateOf(run, 'mlp') });
  await train(model, data, {
    loss: crossEntropy(),
    optimizer,
    rng: Rng.fromSeed(0),
    steps: 10,
    batchSize: data.rows,
    ...(run.clip !== undefined && { clip: clipByGlobalNorm({ maxNorm: run.clip }) }),
    ...(run.average !== undefined && { averageWeights: { decay: run.average } }),
  });
  const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  expect(absoluteError(weights, run.mlp.values['10'] ?? [])).toBeLessThanOrEqual(GOLDEN_SMOOTH.weights);
  model.dispose();
  optimizer.dispose();
});
