/** `minimize`: the optimizers of this package on a plain function of a few numbers. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { stepKey } from '../layers/step-random.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { instanceOf, parseOptions } from '../options.ts';
import { Rng } from '../random/rng.ts';
import type { History } from '../result/history.ts';
import { refuseForeignState, runLoop } from './loop.ts';
import { Recorder } from './recorder.ts';
import { type Objective, trainableObjective } from './trainable-objective.ts';

export interface MinimizeOptions {
  /** Where to begin: the parameters `[n]`. */
  readonly start: readonly number[];
  readonly optimizer: Optimizer;
  /** Optimizer updates to make. */
  readonly steps: number;
  /** Decides what a noisy objective draws. */
  readonly rng: Rng;
  /**
   * One name per parameter: the path's series in the history. @default x, y, z for up to three parameters, x0, x1, …
   * for up to 16; more parameters have no series, only their last values in `history.parameters`.
   */
  readonly names?: readonly string[];
  /** Stops after the running step. */
  readonly signal?: AbortSignal;
}

const schema = z
  .strictObject({
    start: z.array(z.number()).min(1),
    optimizer: instanceOf(Optimizer, 'must be an optimizer of this package, such as sgd()'),
    steps: z.int().positive(),
    rng: instanceOf(Rng, 'must be an Rng, such as Rng.fromSeed(0)'),
    names: z.array(z.string().min(1)).optional(),
    signal: instanceOf(AbortSignal, 'must be an AbortSignal').optional(),
  })
  .refine(
    ({ start, names = [] }) => names.length === 0 || new Set([...names, 'loss']).size === start.length + 1,
    {
      path: ['names'],
      message: 'must be one name per parameter, all different, none of them "loss"',
    },
  );

/**
 * Minimizes `objective`, a function of the parameter vector `[n]` to a scalar.
 *
 * @returns A history with the path: each parameter and `loss` before the first update (step 0) and after every update,
 * and the last parameters in `history.parameters`. A run that leaves the finite numbers stops before that update.
 *
 * @example
 * ```ts
 * const optimizer = sgd({ learningRate: 0.1 });
 * const path = await minimize((w) => w.square().sum(), { start: [3], optimizer, steps: 10, rng });
 * path.last('x'); // 3 · 0.8¹⁰
 * ```
 */
export async function minimize(objective: Objective, options: MinimizeOptions): Promise<History> {
  const {
    start,
    optimizer,
    steps,
    rng,
    names = defaultNames(start.length),
    signal,
  } = parseOptions('minimize', schema, options);
  const draws = rng.split('steps');
  const recorder = new Recorder();
  const trainable = trainableObjective(objective, start);
  const firstStep = optimizer.step;
  let parameters: readonly number[] = start;
  const record = (step: number, loss: number): void => {
    recorder.add('loss', step, loss);
    names.forEach((name, index) => recorder.add(name, step, parameters[index] ?? Number.NaN));
  };
  try {
    refuseForeignState(optimizer, trainable);
    const outcome = await runLoop({
      trainable,
      optimizer,
      rng: draws,
      end: firstStep + steps,
      signal,
      microBatches: () => [{ inputs: [], targets: tf.scalar(0), weights: null }],
      async onStep({ step, loss }, made) {
        record(step - firstStep, loss);
        if (made) parameters = [...(await trainable.variable.data())];
        return undefined;
      },
    });
    const made = optimizer.step - firstStep;
    if (outcome.kind !== 'diverged')
      record(made, await lossAt(objective, trainable.variable, draws, optimizer.step));
    return recorder.finish(outcome, made, { parameters });
  } finally {
    optimizer.release([trainable.variable]);
    trainable.dispose();
  }
}

function defaultNames(parameters: number): string[] {
  if (parameters <= 3) return ['x', 'y', 'z'].slice(0, parameters);
  return parameters <= 16 ? Array.from({ length: parameters }, (_, index) => `x${index}`) : [];
}

/** The objective where the path ends, with the draws that the next step would have. */
async function lossAt(
  objective: Objective,
  parameters: tf.Tensor1D,
  rng: Rng,
  step: number,
): Promise<number> {
  const loss = tf.tidy(() => objective(parameters, stepKey(rng, step)));
  const [value = Number.NaN] = await loss.data();
  loss.dispose();
  return value;
}
