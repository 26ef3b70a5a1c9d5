import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { randomBits } from '../../src/backend/random-bits.ts';
import { useBackend } from '../../src/backend/use-backend.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import { minimize } from '../../src/training/minimize.ts';
import type { Objective } from '../../src/training/trainable-objective.ts';
import { withoutLeak } from '../no-leak.ts';
import { absoluteError, CLOSED_FORM_100, SINGLE } from '../tolerances.ts';

beforeAll(async () => {
  await useBackend('wasm');
});
const rng = Rng.fromSeed(0);
const bowl: Objective = (w) =>
  w
    .square()
    .mul(tf.tensor1d([1, 4]))
    .sum()
    .div(2);

test('the path on a quadratic is (1 − ηλ)^t for 100 steps, from step 0 to the end', async () => {
  const path = await withoutLeak(() =>
    minimize(bowl, { start: [1, -2], optimizer: sgd({ learningRate: 0.1 }), steps: 100, rng }),
  );
  expect(path.names).toEqual(['loss', 'x', 'y']);
  const t = Array.from({ length: 101 }, (_, step) => step);
  expect(path.series('x').steps).toEqual(t);
  expect(
    absoluteError(
      path.series('x').values,
      t.map((step) => 0.9 ** step),
    ),
  ).toBeLessThanOrEqual(CLOSED_FORM_100);
  expect(
    absoluteError(
      path.series('y').values,
      t.map((step) => -2 * 0.6 ** step),
    ),
  ).toBeLessThanOrEqual(CLOSED_FORM_100);
  expect(
    absoluteError(path.series('loss').values.slice(0, 2), [8.5, 0.81 / 2 + 2 * 1.44]),
  ).toBeLessThanOrEqual(10 * SINGLE);
  expect(path.parameters).toEqual([path.last('x'), path.last('y')]);
});

test('a run that leaves the finite numbers keeps the path up to there', async () => {
  const path = await minimize((w) => w.square().square().sum(), {
    start: [10],
    optimizer: sgd({ learningRate: 1 }),
    steps: 50,
    rng,
  });
  expect(path.outcome.kind).toBe('diverged');
  expect(path.series('x').values.every(Number.isFinite)).toBe(true);
  expect(path.series('x').steps).toEqual(Array.from({ length: path.steps + 1 }, (_, step) => step));
});

test('names: given, by number, and none for many parameters', async () => {
  const run = (count: number, names?: string[]): Promise<string[]> =>
    minimize((w) => w.square().sum(), {
      start: Array.from({ length: count }, () => 1),
      optimizer: sgd(),
      steps: 1,
      rng,
      ...(names ? { names } : {}),
    }).then((path) => path.names.filter((name) => name !== 'loss'));
  expect(await run(2, ['b', 'w'])).toEqual(['b', 'w']);
  expect(await run(4)).toEqual(['x0', 'x1', 'x2', 'x3']);
  expect(await run(17)).toEqual([]);
  await expect(run(2, ['b', 'b'])).rejects.toThrow('names must be one name per parameter, all different');
  await expect(run(1, ['loss'])).rejects.toThrow('none of them "loss"');
});

test('a noisy objective draws anew at every step, the same under the same rng', async () => {
  const noisy: Objective = (w, key) => w.sum().mul(randomBits(key, [1]).toFloat().div(0x800000).sum());
  const run = (seed: number): Promise<readonly number[]> =>
    minimize(noisy, {
      start: [0],
      optimizer: sgd({ learningRate: 1 }),
      steps: 4,
      rng: Rng.fromSeed(seed),
    }).then((path) => path.series('x').values);
  const values = await run(1);
  expect(new Set(values).size).toBe(5);
  expect(await run(1)).toEqual(values);
  expect(await run(2)).not.toEqual(values);
});

test('refuses wrong options', async () => {
  await expect(minimize(bowl, { start: [], optimizer: sgd(), steps: 1.5, rng })).rejects.toThrow(
    'minimize: start must be of a length >= 1, received []; steps must be a whole number, received 1.5',
  );
});

test('the optimizer’s state goes with the parameters; an optimizer in the middle of others is refused', async () => {
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
  await withoutLeak(() => minimize(bowl, { start: [1, 1], optimizer, steps: 3, rng }));
  await expect(minimize(bowl, { start: [1, 1], optimizer, steps: 3, rng })).rejects.toThrow(
    'optimizer has made 3 updates of other parameters (make a new one, or call its dispose() to start anew)',
  );
  optimizer.dispose();
  await minimize(bowl, { start: [1, 1], optimizer, steps: 3, rng });
});

test('what the objective draws is not what the rng draws itself', async () => {
  let first: number[] = [];
  const noisy: Objective = (w, key) => {
    if (first.length === 0) first = [...randomBits(key, [3]).dataSync()];
    return w.sum();
  };
  const own = Rng.fromSeed(9);
  await minimize(noisy, { start: [0], optimizer: sgd(), steps: 1, rng: own });
  expect(first).not.toEqual([...own.bits(3)].map((word) => word & 0x7fffff));
});

test('an objective must give one number', async () => {
  await expect(
    minimize((w) => w.square(), { start: [1, 2], optimizer: sgd(), steps: 1, rng }),
  ).rejects.toThrow('the value of an objective: expected shape of one number, received [2]');
});
