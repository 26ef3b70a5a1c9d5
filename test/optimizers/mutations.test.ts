/** The comparison with the reference can tell right from wrong: each well-known mistake, made on purpose, leaves the tolerance. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { clipByGlobalNorm, clipByNorm, type Clipping } from '../../src/optimizers/clip.ts';
import { Optimizer } from '../../src/optimizers/optimizer.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import type { UpdateRule } from '../../src/optimizers/update-rule.ts';
import type { LearningRate } from '../../src/schedules/schedule.ts';
import { GOLDEN_FUNCTIONS, GOLDEN_SMOOTH } from '../tolerances.ts';
import { distance, golden, type GoldenRun, problemOf, rateOf, type Snapshots, stored } from './golden.ts';
import { functionGradient, functionPath, type Updates } from './golden-functions.ts';
import { optimizerFor, type OptimizerName, type PlainOptions } from './optimizer-makers.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

/** The run of the reference with exactly these options. */
function runOf(optimizer: OptimizerName, options: PlainOptions, parts: Partial<GoldenRun> = {}): GoldenRun {
  const wanted = JSON.stringify([options, parts.schedule, parts.clip, parts.average]);
  const found = golden.runs.find(
    (run) =>
      run.optimizer === optimizer &&
      JSON.stringify([run.options, run.schedule, run.clip, run.average]) === wanted,
  );
  if (found === undefined) throw new Error(`no run of ${optimizer} with ${wanted}`);
  return found;
}

const SCHEDULE = { every: 30, factor: 0.8 };

/** How far the functions' path is from the reference after 100 updates. */
function farOnFunctions(run: GoldenRun, updates?: Updates): number {
  const values = functionPath(run, 100, updates);
  return distance({ losses: [], values }, { losses: [], values: run.functions.values }, 100).weights;
}

const ours = (run: GoldenRun, changes: PlainOptions = {}): Optimizer =>
  optimizerFor(run.optimizer, { ...run.options, learningRate: rateOf(run, 'functions'), ...changes });

/** An optimizer with some numbers of its rule replaced. */
function withScalars(
  optimizer: Optimizer,
  change: (numbers: Readonly<Record<string, number>>, step: number, rate: number) => Record<string, number>,
): Optimizer {
  const { rule } = optimizer;
  const wrong: UpdateRule = {
    ...rule,
    scalarsAt: (step, rate) => {
      const numbers = rule.scalarsAt(step, rate);
      return { ...numbers, ...change(numbers, step, rate) };
    },
  };
  return new Optimizer(wrong, optimizer.learningRate);
}

const plain = runOf('adam', {});
const decoupled = runOf('adamW', { weightDecay: 0.5 });
const scheduled = runOf('adam', {}, { schedule: SCHEDULE });

const WRONG: readonly (readonly [name: string, run: GoldenRun, wrong: () => Updates])[] = [
  [
    'adam without bias correction',
    plain,
    () => withScalars(ours(plain), (_numbers, _step, rate) => ({ stepSize: rate, epsilon: 1e-8 })),
  ],
  [
    'adam with only the first moment corrected',
    plain,
    () =>
      withScalars(ours(plain), (_numbers, step, rate) => ({
        stepSize: rate / (1 - 0.9 ** (step + 1)),
        epsilon: 1e-8,
      })),
  ],
  ['epsilon 1e-7 for 1e-8', plain, () => ours(plain, { epsilon: 1e-7 })],
  [
    'epsilon before the correction',
    runOf('adam', { epsilon: 1e-6 }),
    () => withScalars(ours(runOf('adam', { epsilon: 1e-6 })), () => ({ epsilon: 1e-6 })),
  ],
  ['tfjs: its adam has another epsilon', plain, () => tf.train.adam(Number(rateOf(plain, 'functions')))],
  [
    'schedule one update early',
    scheduled,
    () => ours(scheduled, { learningRate: shifted(rateOf(scheduled, 'functions'), 1) }),
  ],
  [
    'schedule one update late',
    scheduled,
    () => ours(scheduled, { learningRate: shifted(rateOf(scheduled, 'functions'), -1) }),
  ],
  [
    'L2 for decoupled decay',
    decoupled,
    () => optimizerFor('adam', { ...decoupled.options, learningRate: rateOf(decoupled, 'functions') }),
  ],
];

function shifted(rate: LearningRate, by: number): LearningRate {
  return typeof rate === 'number' ? rate : (step) => rate(Math.max(0, step + by));
}

describe('on functions', () => {
  test.each(WRONG)('%s', (_name, run, wrong) => {
    expect(farOnFunctions(run)).toBeLessThanOrEqual(GOLDEN_FUNCTIONS);
    expect(farOnFunctions(run, wrong())).toBeGreaterThan(GOLDEN_FUNCTIONS);
  });
});

describe('with several parameters', () => {
  test('state by position: gradients in another order bring momentum to other parameters', () => {
    const run = runOf('sgd', { momentum: 0.9 });
    const { learningRate } = run.functions;
    const reversed = (gradients: readonly NamedGradient[], step: number): readonly NamedGradient[] =>
      step % 2 === 0 ? gradients : gradients.toReversed();
    const far = (values: Snapshots): number =>
      distance({ losses: [], values }, { losses: [], values: run.functions.values }, 100).weights;
    const held = sgd({ learningRate, momentum: 0.9 });
    expect(far(pathOfRows(run, held, reversed))).toBeLessThanOrEqual(GOLDEN_FUNCTIONS);
    // tfjs keeps state by position: right as long as nothing moves.
    const byPosition = (): Updates => tf.train.momentum(learningRate, 0.9);
    expect(far(pathOfRows(run, byPosition(), (gradients) => gradients))).toBeLessThanOrEqual(
      GOLDEN_FUNCTIONS,
    );
    expect(far(pathOfRows(run, byPosition(), reversed))).toBeGreaterThan(GOLDEN_FUNCTIONS);
  });

  test('clipping per tensor for global', () => {
    const run = runOf('sgd', {}, { clip: 0.1 });
    const far = (clipping: Clipping): number =>
      distance({ losses: [], values: clippedNet(run, clipping) }, { ...run.mlp, losses: [] }, 10).weights;
    expect(far(clipByGlobalNorm({ maxNorm: 0.1 }))).toBeLessThanOrEqual(GOLDEN_SMOOTH.weights);
    expect(far(clipByNorm({ maxNorm: 0.1 }))).toBeGreaterThan(GOLDEN_SMOOTH.weights);
  });
});

interface NamedGradient {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

/** The functions with each row as a variable of its own: the same path, for a rule that works entry by entry. */
function pathOfRows(
  run: GoldenRun,
  updates: Updates,
  order: (gradients: readonly NamedGradient[], step: number) => readonly NamedGradient[],
): Snapshots {
  const { values: start } = golden.problems.functions.start.parameters;
  const rows = [0, 2, 4, 6].map((first) =>
    tf.tidy(() => tf.variable(tf.tensor1d(start.slice(first, first + 2)))),
  );
  const current = (): number[] => rows.flatMap((row) => [...row.dataSync()]);
  const values: Record<string, readonly number[]> = {};
  for (let step = 0; step < 100; step++) {
    tf.tidy(() => {
      const gradient = functionGradient(current());
      const named = rows.map(({ name }, row) => ({
        name,
        tensor: tf.tensor1d(gradient.slice(2 * row, 2 * row + 2)),
      }));
      updates.applyGradients([...order(named, step)]);
    });
    if (String(step + 1) in run.functions.values) values[step + 1] = current();
  }
  tf.dispose(rows);
  updates.dispose();
  return values;
}

/** 10 clipped updates of the net by SGD. */
function clippedNet(run: GoldenRun, clipping: Clipping): Snapshots {
  const { data, model } = problemOf('mlp');
  const optimizer = sgd({ learningRate: run.mlp.learningRate });
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const [inputs, labels] = [stored(golden.problems.mlp.inputs), tf.tensor1d([...data.targets.values])];
  const loss = crossEntropy();
  const values: Record<string, readonly number[]> = {};
  for (let step = 1; step <= 10; step++) {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(
        () => loss(model.apply(inputs) as tf.Tensor, labels).mean() as tf.Scalar,
        variables,
      );
      optimizer.applyGradients(clipping.apply(grads));
    });
    if (String(step) in run.mlp.values)
      values[step] = variables.flatMap((variable) => [...variable.dataSync()]);
  }
  tf.dispose([inputs, labels]);
  model.dispose();
  optimizer.dispose();
  return values;
}
