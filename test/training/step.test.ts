import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { stepKey } from '../../src/layers/step-random.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import { optimizerState } from '../../src/training/optimizer-state.ts';
import { Snapshot } from '../../src/training/stateful.ts';
import { createStep } from '../../src/training/step.ts';
import type { StepParts } from '../../src/training/step-parts.ts';
import { trainableModel } from '../../src/training/trainable-model.ts';
import type { Batch } from '../../src/training/trainable.ts';
import { withoutLeak } from '../no-leak.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

const model = (): tf.Sequential =>
  tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [1], useBias: false, kernelInitializer: 'zeros' })],
  });
const kernelOf = (of: tf.LayersModel): number => of.getWeights()[0]?.dataSync()[0] ?? Number.NaN;
const batch = (x: number[], y: number[], weights: number[] | null = null): Batch => ({
  inputs: [tf.tensor2d(x, [x.length, 1])],
  targets: tf.tensor2d(y, [y.length, 1]),
  weights: weights && tf.tensor1d(weights),
});

/** Runs update `step` once; returns what it measured and the kernel afterwards. */
function runOnce(
  of: tf.LayersModel,
  batches: () => Batch[],
  parts: StepParts = {},
): { values: number[]; finite: boolean; kernel: number } {
  const { step, scalarsAt } = createStep(
    trainableModel(of, squaredError()),
    sgd({ learningRate: 0.5 }),
    parts,
  );
  let seen = { values: [Number.NaN], finite: false };
  tf.tidy(() => {
    const { values, finite } = step(batches(), tf.tensor1d(scalarsAt(0)), stepKey(Rng.fromSeed(0), 0));
    seen = { values: [...values.dataSync()], finite: finite.dataSync()[0] === 1 };
  });
  return { ...seen, kernel: kernelOf(of) };
}

describe('a step', () => {
  test('weights of rows: the gradient of Σ w e / Σ w, over all micro-batches', () => {
    // e = y² at w = 0, de/dw = −2 x y; weights 1, 3 in one batch and 4 in the other.
    const { values, kernel } = runOnce(model(), () => [batch([1, 2], [1, 1], [1, 3]), batch([1], [2], [4])]);
    expect(values).toEqual([(1 + 3 + 4 * 4) / 8, 0, 8]);
    expect(kernel).toBe((0.5 * 2 * (1 * 1 + 3 * 2 + 4 * 2)) / 8);
  });

  test('its parts act in order batch, gradients, update, after, each with scalars of its own', () => {
    const calls: string[] = [];
    const parts: StepParts = {
      batch: [
        {
          name: 'scale',
          scalars: ['by'],
          scalarsAt: () => [3],
          transform: (one, scalars) => {
            calls.push('batch');
            return { ...one, targets: scalars['by'] ? one.targets.mul(scalars['by']) : one.targets };
          },
        },
      ],
      gradients: [
        {
          name: 'halve',
          scalars: ['share'],
          scalarsAt: () => [0.5],
          transform: (gradients, scalars) => {
            calls.push('gradients');
            return new Map(
              [...gradients].map(([path, g]) => [path, scalars['share'] ? g.mul(scalars['share']) : g]),
            );
          },
        },
      ],
      after: [
        {
          name: 'watch',
          tensors: () => new Map(),
          scalars: [],
          scalarsAt: () => [],
          afterUpdate: (parameters) => void calls.push(`after ${[...parameters.keys()].join()}`),
        },
      ],
    };
    // Target 3: gradient −6, halved −3; η = 0.5.
    const { values, kernel } = runOnce(model(), () => [batch([1], [1])], parts);
    expect({ values, kernel, calls }).toEqual({
      values: [9, 0, 1],
      kernel: 1.5,
      calls: ['batch', 'gradients', 'after dense:0/kernel'],
    });
  });

  test('finite looks at loss, gradients and new parameters', () => {
    const poison = (value: number): StepParts => ({
      gradients: [
        {
          name: 'poison',
          scalars: [],
          scalarsAt: () => [],
          transform: (gradients) => new Map([...gradients].map(([path, g]) => [path, g.mul(value)])),
        },
      ],
    });
    expect(runOnce(model(), () => [batch([1], [1])]).finite).toBe(true);
    expect(runOnce(model(), () => [batch([1], [Number.NaN])]).finite).toBe(false);
    expect(runOnce(model(), () => [batch([1], [1])], poison(Number.POSITIVE_INFINITY)).finite).toBe(false);
  });

  test('a throw inside the gradient leaves no tensor and a tape that works', async () => {
    const of = model();
    const failing = {
      ...trainableModel(of, squaredError()),
      losses: (one: Batch) => {
        one.targets.tanh().square();
        throw new Error('forward broke');
      },
    };
    const data = batch([1], [1]);
    await withoutLeak(() => {
      const { step, scalarsAt } = createStep(failing, sgd());
      const [scalars, key] = [tf.tensor1d(scalarsAt(0)), stepKey(Rng.fromSeed(0), 0)];
      expect(() => step([data], scalars, key)).toThrow('forward broke');
      tf.dispose([scalars, key]);
    });
    expect(runOnce(of, () => [batch([1], [1])]).kernel).toBe(1);
  });
});

test('a snapshot gives model and slots back, and shares their data', async () => {
  const of = model();
  const optimizer = sgd({ learningRate: 0.5, momentum: 0.9 });
  const trainable = trainableModel(of, squaredError());
  const { step, scalarsAt } = createStep(trainable, optimizer);
  await withoutLeak(() => {
    const states = [trainable, optimizerState(optimizer, trainable)];
    const before = new Snapshot(states);
    tf.tidy(() => void step([batch([1], [1])], tf.tensor1d(scalarsAt(0)), stepKey(Rng.fromSeed(0), 0)));
    expect(kernelOf(of)).toBe(1);
    before.restore();
    before.dispose();
    const values = states.flatMap((state) =>
      [...state.tensors()].map(([path, variable]) => [path, ...variable.dataSync()]),
    );
    expect(values).toEqual([
      ['dense:0/kernel', 0],
      ['dense:0/kernel/velocity', 0],
    ]);
  });
  const state = optimizerState(optimizer, trainable);
  state.restoreHost({ step: 7 });
  expect(state.host()).toEqual({ step: 7 });
  expect(() => state.restoreHost({ step: -1 })).toThrow(
    'stored state: step must be an integer >= 0, found -1',
  );
});
