import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { useBackend } from '../../src/backend/use-backend.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { judge, statusOf } from '../../src/recipe/claim.ts';
import { defineRecipe } from '../../src/recipe/recipe.ts';
import { runRecipe } from '../../src/recipe/run-recipe.ts';
import { Runs } from '../../src/recipe/runs.ts';
import { curves, rowsOf } from '../../src/result/figure.ts';
import { stringifyJson } from '../../src/result/json.ts';
import { atLeast, atMost, between } from '../../src/result/verdict.ts';

const sentence = (en: string): { en: string; zh: string } => ({ en, zh: en });

/** A ball on L(w) = w², released from a random point: with a rate of 0 it stays. */
const ball = defineRecipe({
  id: 'ball',
  lecture: '0.1',
  text: {
    title: sentence('Ball'),
    summary: sentence('It rolls.'),
    arms: { rolling: sentence('rolling'), resting: sentence('resting') },
    claims: { rolls: sentence('The ball reaches the bottom') },
    measures: { end: sentence('distance from the bottom') },
  },
  options: z.object({
    learningRate: z.number().positive().max(1).default(0.25).describe('η'),
    steps: z.int().min(1).default(30).describe('updates'),
  }),
  quick: { steps: 20 },
  arms: ({ learningRate }) => ({ rolling: { learningRate }, resting: { learningRate: 1e-9 } }),
  seeds: { full: 4, quick: 3 },
  async runArm({ options, arm, rng, minimize }) {
    const start = [...rng.split('start').uniform(1, 1, 2)];
    const path = await minimize('roll', {
      objective: (w) => w.square().sum(),
      start,
      optimizer: sgd(arm),
      steps: options.steps,
    });
    return { end: Math.abs(path.last('x')), path: path.series('x') };
  },
  claims: [
    { id: 'rolls', arm: 'rolling', control: 'resting', measure: ({ arm }) => arm.end, expect: atMost(0.01) },
  ],
  figures: (runs) => [
    curves({
      id: 'path',
      title: sentence('Path'),
      x: { label: sentence('step') },
      y: { label: sentence('x') },
      rows: rowsOf(runs.byArm('path')),
      names: { rolling: sentence('rolling'), resting: sentence('resting') },
    }),
  ],
});

beforeAll(async () => {
  await useBackend('cpu');
});

describe('runRecipe', () => {
  test('runs arms × seeds, judges the claims and makes the figures', async () => {
    const progress: number[] = [];
    const result = await runRecipe(ball, {
      quick: true,
      onProgress: ({ done, total }) => void progress.push(done / total),
    });
    expect(result.seeds).toEqual([1000, 1001, 1002]);
    expect(result.options).toEqual({ learningRate: 0.25, steps: 20 });
    expect(result.runs.map(({ arm, seed }) => `${arm} ${seed}`)).toEqual(
      ['rolling', 'resting'].flatMap((arm) => [1000, 1001, 1002].map((seed) => `${arm} ${seed}`)),
    );
    expect(result.verdicts).toMatchObject([
      { claim: 'rolls', status: 'held', control: { arm: 'resting', status: 'not held' } },
    ]);
    expect(result.figures).toMatchObject([{ kind: 'curves', id: 'path' }]);
    expect(result.environment.backend.name).toBe('cpu');
    expect(progress.at(-1)).toBe(1);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
  });

  test('two runs with one seed differ in timings only; another seed differs', async () => {
    const text = async (firstSeed: number): Promise<string> => {
      const { timings: _clock, ...rest } = await runRecipe(ball, { quick: true, firstSeed });
      return stringifyJson(rest);
    };
    const first = await text(0);
    expect(await text(0)).toBe(first);
    expect(await text(1)).not.toBe(first);
  });

  test('options: defaults, quick defaults, given ones; all faults in one message', async () => {
    const { options } = await runRecipe(ball, { quick: true, seeds: 2, options: { steps: 3 } });
    expect(options).toEqual({ learningRate: 0.25, steps: 3 });
    const leftOut = await runRecipe(ball, { quick: true, options: { steps: undefined } });
    expect(leftOut.options).toEqual({ learningRate: 0.25, steps: 20 });
    await expect(runRecipe(ball, { options: { learningRate: 2, step: 3 } as never })).rejects.toThrow(
      'ball: learningRate must be <= 1, received 2; step is not an option, received 3 (did you mean "steps"?)',
    );
    await expect(runRecipe(ball, { seeds: 0 })).rejects.toThrow('runRecipe: seeds must be >= 1, received 0');
  });

  test('a backend that is not in use is refused', async () => {
    const backend = { ...(await useBackend('cpu')), name: 'wasm' } as const;
    await expect(runRecipe(ball, { backend })).rejects.toThrow(
      'backend must be the one in use, "cpu", received "wasm"',
    );
  });

  test('a signal rejects with its reason', async () => {
    const controller = new AbortController();
    const running = runRecipe(ball, { signal: controller.signal, options: { steps: 1_000_000 } });
    setTimeout(() => controller.abort(new Error('enough')), 80);
    await expect(running).rejects.toThrow('enough');
  });
});

describe('claims', () => {
  test.each([
    [[1, 2], atLeast(1), 'held'],
    [[0.9, 2], atLeast(1), 'undecided'],
    [[0, 0.9], atLeast(1), 'not held'],
    [[0, 1], atMost(1), 'held'],
    [[1.1, 2], atMost(1), 'not held'],
    [[-1, 1], between(-1, 1), 'held'],
    [[-1, 1.1], between(-1, 1), 'undecided'],
    [[2, 3], between(-1, 1), 'not held'],
    [[Number.NaN, Number.NaN], atLeast(1), 'undecided'],
  ] as const)('interval %j, %j: %s', (interval, expectation, status) => {
    expect(statusOf(interval, expectation)).toBe(status);
  });

  const runsOf = (values: Record<string, number[]>): Runs<string, { x: number }> =>
    new Runs(
      Object.entries(values).flatMap(([arm, of]) => of.map((x, seed) => ({ arm, seed, data: { x } }))),
    );
  const difference = {
    id: 'c',
    arm: 'a',
    against: 'b',
    control: 'c',
    measure: (runs: { arm: { x: number }; against: { x: number } }) => runs.arm.x - runs.against.x,
  };

  test('are measured seed by seed, with the 95 % t-interval of the mean', () => {
    const verdict = judge(
      { ...difference, expect: atLeast(1) },
      runsOf({ a: [3, 5, 4], b: [1, 2, 3], c: [1, 2, 3] }),
      sentence('c'),
    );
    // Differences 2, 3, 1: mean 2, standard error 1/√3, t(2) = 4.302653
    expect(verdict).toMatchObject({
      status: 'undecided',
      measured: 2,
      values: [2, 3, 1],
      control: { status: 'not held', measured: 0, values: [0, 0, 0] },
    });
    expect(verdict.interval[0]).toBeCloseTo(2 - 4.302652729749464 / Math.sqrt(3), 9);
  });

  test('a share has Wilson’s interval', () => {
    const share = {
      id: 's',
      arm: 'a',
      control: 'c',
      statistic: 'share',
      measure: ({ arm }: { arm: { x: number } }) => arm.x,
      expect: atLeast(0.5),
    } as const;
    const verdict = judge(share, runsOf({ a: [1, 1, 1, 1, 1], c: [0, 0, 0, 0, 0] }), sentence('s'));
    // Wilson for 5 of 5: the lower end is 5 / (5 + z²)
    expect(verdict.interval[0]).toBeCloseTo(5 / (5 + 1.959963984540054 ** 2), 9);
    expect(verdict).toMatchObject({ status: 'held', measured: 1, control: { status: 'not held' } });
  });

  test('a claim that its control satisfies too is undecided, and says why', () => {
    const verdict = judge(
      { ...difference, expect: atLeast(0) },
      runsOf({ a: [2, 2], b: [1, 1], c: [3, 3] }),
      sentence('c'),
    );
    expect(verdict).toMatchObject({
      status: 'undecided',
      reason: 'the control shows the effect too',
      control: { status: 'held' },
    });
  });
});

describe('defineRecipe', () => {
  test('types: measures and figures know what runArm returns', () => {
    type BallData = Awaited<ReturnType<(typeof ball)['runArm']>>;
    expectTypeOf<BallData>().toMatchTypeOf<{ end: number }>();
    const claim = { id: 'rolls', control: 'resting', measure: () => 0, expect: atMost(1) } as const;
    // @ts-expect-error: no arm of that name
    expect(() => defineRecipe({ ...ball, claims: [{ ...claim, arm: 'rollin' }] })).toThrow('must be an arm');
    // @ts-expect-error: no field of that name
    const wrongField = (data: BallData): unknown => data.ends;
    expect(wrongField).toBeTypeOf('function');
  });

  test('names every fault', () => {
    const broken = {
      ...ball,
      id: 'Ball!',
      options: z.object({ learningRate: z.number().default(0.25) }),
      quick: { step: 3 },
      seeds: { full: 1, quick: 2 },
      claims: [{ id: 'flies', arm: 'rolling', control: 'restin', measure: () => 0, expect: atMost(1) }],
    };
    expect(() => defineRecipe(broken as never)).toThrow(
      /id must be lower-case words.*options.learningRate needs a description.*quick must be valid.*seeds.full must be an integer >= 2, received 1.*text.claims.flies is missing.*claim flies.control must be an arm, received "restin" \(did you mean "resting"\?\)/s,
    );
  });
});
