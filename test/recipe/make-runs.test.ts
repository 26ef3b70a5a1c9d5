/** Runs made elsewhere, in any order: the result, the store and the progress are those of runs made here. */
import { expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { makeRun, type MakeRuns } from '../../src/recipe/make-run.ts';
import { type RecipeProgress, recipeOptions, runRecipe } from '../../src/recipe/run-recipe.ts';
import type { FinishedRun, RunKey, RunStore } from '../../src/recipe/run-store.ts';
import { stringifyJson } from '../../src/result/json.ts';
import { tiny } from '../cli/fixtures/tiny.ts';

/** Arms × seeds of `tiny`. */
const RUNS = ['small 1000', 'small 1001', 'small 1002', 'large 1000', 'large 1001', 'large 1002'];
const nameOf = ({ arm, seed }: RunKey): string => `${arm} ${seed}`;

const backend = await useBackend('cpu');
const make = (run: RunKey): Promise<FinishedRun> =>
  makeRun(tiny, {
    run,
    options: recipeOptions(tiny, {}, false),
    backend,
    signal: undefined,
    onStep: () => undefined,
  });

/** The last first. */
const backwards: MakeRuns = async function* (runs) {
  for (const run of runs.toReversed()) yield await make(run);
};

async function resultOf(...[options]: [Parameters<typeof runRecipe>[1]?]): Promise<string> {
  const { timings, ...result } = await runRecipe(tiny, options);
  expect(timings.runs).toHaveLength(RUNS.length);
  return stringifyJson(result);
}

test('the result has the order of the plan', async () => {
  expect(await resultOf({ makeRuns: backwards })).toBe(await resultOf());
});

test('what is finished is not asked for; each run is kept as it comes', async () => {
  const whole = await resultOf();
  const kept = new Map<string, FinishedRun>();
  for (const seed of [1000, 1002]) kept.set(`small ${seed}`, await make({ arm: 'small', seed }));
  const order: string[] = [];
  const store: RunStore = {
    finished: (run) => kept.get(nameOf(run)),
    finish(run) {
      order.push(`kept ${nameOf(run)}`);
      return Promise.resolve(run);
    },
    training: () => Promise.reject(new Error('not here')),
  };
  const noting: MakeRuns = async function* (runs, onStep) {
    for await (const run of backwards(runs, onStep)) {
      order.push(`made ${nameOf(run)}`);
      yield run;
    }
  };
  expect(await resultOf({ makeRuns: noting, store })).toBe(whole);
  expect(order).toEqual(
    ['large 1002', 'large 1001', 'large 1000', 'small 1001'].flatMap((name) => [
      `made ${name}`,
      `kept ${name}`,
    ]),
  );
});

test('progress is the sum over all that run, and never goes back', async () => {
  const states: RecipeProgress[] = [];
  const together: MakeRuns = async function* (runs, onStep) {
    const training = { name: 'net', steps: 4, made: 1 };
    for (const step of [1, 2, 4]) for (const run of runs) onStep(run, { ...training, step });
    // A second training of the run.
    for (const run of runs) onStep(run, { ...training, step: 1 });
    yield* backwards(runs, onStep);
  };
  await runRecipe(tiny, { makeRuns: together, onProgress: (state) => states.push(state) });
  const done = states.map((state) => state.done);
  expect(done.slice(0, 7)).toEqual([0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]);
  expect(done.slice(12)).toEqual([...done.slice(12, 18), ...Array.from({ length: 12 }, () => 6)]);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  expect(states.at(-1)).toEqual({ done: 6, total: 6, message: 'small · seed 1000', updates: 24 });
  expect(states[1]?.message).toBe('small · seed 1001 · net 1/4');
});

test('a maker that is none is refused', async () => {
  await expect(runRecipe(tiny, { makeRuns: 3 as never })).rejects.toThrow(
    'runRecipe: makeRuns must be a function, received 3',
  );
});
