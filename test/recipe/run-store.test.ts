/** What a store keeps of a recipe that is interrupted, and that the result is then the same. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { standardise } from '../../src/data/standardise.ts';
import { initialize, torchDefault } from '../../src/layers/initialize.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { adam } from '../../src/optimizers/adam.ts';
import type { Optimizer } from '../../src/optimizers/optimizer.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { defineRecipe } from '../../src/recipe/recipe.ts';
import type { RunContext } from '../../src/recipe/run-context.ts';
import { runRecipe, type RunRecipeOptions } from '../../src/recipe/run-recipe.ts';
import type { FinishedRun, RunKey, RunStore, TrainingKey } from '../../src/recipe/run-store.ts';
import type { RunData } from '../../src/result/recipe-result.ts';
import { stringifyJson } from '../../src/result/json.ts';
import { atLeast } from '../../src/result/verdict.ts';
import type { Callback } from '../../src/training/callback.ts';
import type { CheckpointStore } from '../../src/training/checkpoint.ts';
import type { ModelMeaning } from '../../src/training/model-metadata.ts';
import { withoutLeak } from '../no-leak.ts';

const sentence = (en: string): { en: string; zh: string } => ({ en, zh: en });
const STEPS = 7;

type Arm = (context: RunContext<object, number>) => Promise<RunData>;

/** Two arms with one seed each; what an arm does is the test's. */
const recipe = (runArm: Arm) =>
  defineRecipe({
    id: 'two',
    lecture: '0.1',
    text: {
      title: sentence('Two'),
      summary: sentence('Two.'),
      arms: { slow: sentence('slow'), fast: sentence('fast') },
      claims: { learns: sentence('it learns') },
      measures: {},
    },
    options: z.object({}),
    arms: () => ({ slow: 0.01, fast: 0.1 }),
    seeds: { full: 2, quick: 2 },
    runArm,
    claims: [
      {
        id: 'learns',
        arm: 'fast',
        control: 'slow',
        measure: ({ arm }) => Number(arm['end']),
        expect: atLeast(0),
      },
    ],
    figures: () => [],
  });

/** Two trainings of one name and a minimization; `callbacks` are those of the first training. */
const trainTwice =
  (callbacks: () => readonly Callback[] = () => []): Arm =>
  async ({ arm, rng, train, minimize }) => {
    const rows = 12;
    const inputs = { values: rng.split('data').normal(rows * 2), shape: [rows, 2] };
    const targets = Array.from({ length: rows }, (_, row) => row % 3);
    const data = standardise(datasetFrom({ inputs, targets, classes: 3 }).split({ validation: 0.25 }, rng));
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
    initialize(model, torchDefault, rng.split('model'));
    const options = { model, data, loss: crossEntropy(), batchSize: 4, steps: STEPS };
    const descent = { objective: (w: tf.Tensor1D) => w.square().sum().asScalar(), start: [1], steps: 3 };
    const optimizer = (): Optimizer => sgd({ learningRate: arm });
    try {
      const adaptive = adam({ learningRate: arm });
      const first = await train('net', { ...options, optimizer: adaptive, callbacks: callbacks() });
      const second = await train('net', { ...options, optimizer: optimizer() });
      const path = await minimize('bowl', { ...descent, optimizer: optimizer() });
      const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
      const series = [first.data.series, second.data.series];
      return { weights, series, end: path.last('x'), lost: Number.NaN };
    } finally {
      model.dispose();
    }
  };

/** A store that forgets nothing while the test runs, and notes what it is asked. */
class MemoryStore implements RunStore {
  readonly runs = new Map<string, FinishedRun>();
  readonly checkpoints = new Map<string, Uint8Array>();
  readonly models: { of: string; weights: number; meaning: ModelMeaning }[] = [];
  readonly made: string[] = [];

  finished({ arm, seed }: RunKey): FinishedRun | undefined {
    return this.runs.get(`${arm} ${seed}`);
  }
  finish(run: FinishedRun): Promise<FinishedRun> {
    this.made.push(`${run.arm} ${run.seed}`);
    this.runs.set(`${run.arm} ${run.seed}`, run);
    return Promise.resolve(run);
  }
  training({ arm, seed }: RunKey, { ordinal, name }: TrainingKey) {
    const key = `${arm} ${seed} ${ordinal} ${name}`;
    const checkpoint: CheckpointStore = {
      everySteps: 2,
      read: () => Promise.resolve(this.checkpoints.get(key) ?? null),
      write: async (bytes) => void this.checkpoints.set(key, bytes),
    };
    const keepModel = async (model: tf.LayersModel, meaning: ModelMeaning): Promise<void> => {
      this.models.push({ of: key, weights: model.countParams(), meaning });
    };
    return Promise.resolve({ checkpoint, callbacks: [], keepModel });
  }
}

/** The result without the clock. */
async function resultOf(runArm: Arm, options: RunRecipeOptions<object> = {}): Promise<string> {
  const { timings: _clock, ...result } = await runRecipe(recipe(runArm), options);
  return stringifyJson(result);
}

/** Aborts after so many updates. */
function stopAfter(least: number): Required<Pick<RunRecipeOptions<object>, 'signal' | 'onProgress'>> {
  const controller = new AbortController();
  const onProgress = ({ updates }: { updates: number }): void => {
    if (updates >= least) controller.abort(new Error('enough'));
  };
  return { signal: controller.signal, onProgress };
}

beforeAll(async () => {
  await useBackend('cpu');
});

/** Of one run: two trainings and a minimization. */
const UPDATES = 2 * STEPS + 3;

test('stopped after any step, again and again, the result is that of one run', async () => {
  const whole = await resultOf(trainTwice());
  const store = new MemoryStore();
  for (const steps of [1, 3, 2, 4, 8, 5, 1, 9, 3, 13])
    await withoutLeak(() =>
      expect(resultOf(trainTwice(), { store, ...stopAfter(steps) })).rejects.toThrow('enough'),
    );
  expect(await resultOf(trainTwice(), { store })).toBe(whole);
  // No run twice.
  expect(store.made).toEqual(['slow 1000', 'slow 1001', 'fast 1000', 'fast 1001']);
});

test('of a training that is stopped nothing is lost', async () => {
  const store = new MemoryStore();
  await expect(resultOf(trainTwice(), { store, seeds: 1, ...stopAfter(STEPS + 2) })).rejects.toThrow();
  const states: number[] = [];
  const onProgress = ({ updates }: { updates: number }): void => void states.push(updates);
  await resultOf(trainTwice(), { store, seeds: 1, onProgress });
  expect(states.at(-1)).toBe(2 * UPDATES - (STEPS + 2));
});

test('what is finished is not made again, and says nothing', async () => {
  const store = new MemoryStore();
  const whole = await resultOf(trainTwice(), { store });
  const states: number[] = [];
  const never = (): Promise<RunData> => Promise.reject(new Error('made again'));
  const onProgress = ({ done }: { done: number }): void => void states.push(done);
  expect(await resultOf(never, { store, onProgress })).toBe(whole);
  expect(states).toEqual([]);
  const { timings } = await runRecipe(recipe(never), { store });
  expect(timings.runs).toEqual([...store.runs.values()].map(({ seconds }) => seconds));
  expect(timings.totalSeconds).toBeGreaterThanOrEqual(timings.runs.reduce((sum, run) => sum + run, 0));
});

test('progress goes on from what was done', async () => {
  const store = new MemoryStore();
  await runRecipe(recipe(trainTwice()), { store, seeds: 1 });
  const states: { done: number; updates: number }[] = [];
  await runRecipe(recipe(trainTwice()), {
    store,
    onProgress: ({ done, updates }) => states.push({ done, updates }),
  });
  expect(states[0]).toEqual({ done: 2 + 1 / STEPS, updates: 1 });
  expect(states.at(-1)).toEqual({ done: 4, updates: 2 * UPDATES });
});

describe('a training whose callbacks remember something', () => {
  /** Two counters; the second says what it remembers. */
  const counter = (): Callback & { readonly seen: number[] } => {
    const seen: number[] = [];
    return { seen, onBatchEnd: (step) => void seen.push(step) };
  };
  const stateful = (): ReturnType<typeof counter> => {
    const { seen, ...hooks } = counter();
    return Object.assign(hooks, {
      seen,
      tensors: () => new Map<string, tf.Variable>(),
      host: () => [...seen],
      restoreHost: (state: unknown) => void seen.push(...(state as number[])),
    });
  };

  test.each([
    ['and does not say what, begins anew', counter],
    ['and says what, goes on', stateful],
  ])('%s: in both cases nothing is missing', async (_, make) => {
    const arm =
      (used: ReturnType<typeof counter>[]): Arm =>
      async (context) => {
        const callback = make();
        used.push(callback);
        const data = await trainTwice(() => [callback])(context);
        return { ...data, seen: callback.seen };
      };
    const whole = await resultOf(arm([]));
    const store = new MemoryStore();
    await expect(resultOf(arm([]), { store, ...stopAfter(5) })).rejects.toThrow('enough');
    const used: ReturnType<typeof counter>[] = [];
    expect(await resultOf(arm(used), { store })).toBe(whole);
    expect(used[0]?.seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

test('an arm that catches the interruption of its training has not finished', async () => {
  const store = new MemoryStore();
  const stubborn: Arm = (context) => trainTwice()(context).catch(() => ({ end: -1 }));
  await expect(resultOf(stubborn, { store, ...stopAfter(3) })).rejects.toThrow('enough');
  expect(store.runs.size).toBe(0);
});

test('the store gets each trained model, with what its inputs and outputs mean', async () => {
  const store = new MemoryStore();
  await resultOf(trainTwice(), { store, seeds: 1 });
  expect(store.models.map(({ of }) => of)).toEqual([
    'slow 1000 1 net',
    'slow 1000 2 net',
    'fast 1000 1 net',
    'fast 1000 2 net',
  ]);
  const [{ meaning, weights } = { meaning: {}, weights: 0 }] = store.models;
  expect(weights).toBe(9);
  expect(meaning.classNames).toEqual(['0', '1', '2']);
  expect(meaning.standardisation?.mean).toHaveLength(2);
});

test('what the store gave back is what claims see', async () => {
  const store = new MemoryStore();
  store.finish = (run) => Promise.resolve({ ...run, data: { ...run.data, end: 5 } });
  const { verdicts } = await runRecipe(recipe(trainTwice()), { store });
  expect(verdicts[0]?.values).toEqual([5, 5]);
});

test('a store that is none is refused', async () => {
  await expect(runRecipe(recipe(trainTwice()), { store: 3 as never })).rejects.toThrow(
    'runRecipe: store must be a store of runs, received 3',
  );
});
