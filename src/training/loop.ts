/** The loop under `train` and `minimize`: steps, rollback when one is not finite, stopping, room for the event loop. */
import * as tf from '@tensorflow/tfjs';
import { OptionError } from '../errors.ts';
import { stepKey } from '../layers/step-random.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Rng } from '../random/rng.ts';
import type { RunOutcome } from '../result/history.ts';
import { clearTape } from './clear-tape.ts';
import { optimizerState } from './optimizer-state.ts';
import { Snapshot, type Stateful } from './stateful.ts';
import { createStep, meanGradients, type StepFunction, VALUES } from './step.ts';
import type { StepParts } from './step-parts.ts';
import type { Batch, Trainable } from './trainable.ts';

/** The event loop gets a turn this often, in milliseconds: progress draws, Ctrl-C works. */
const TURN_EVERY = 50;

/** One update as the caller sees it. */
export interface StepRecord {
  /** From 0. */
  readonly step: number;
  readonly learningRate: number;
  /** At the parameters before the update. */
  readonly loss: number;
  /** What regularizers add to the loss. */
  readonly penalty: number;
  /** What the rows counted together. */
  readonly weight: number;
}

export interface LoopOptions {
  readonly trainable: Trainable;
  readonly optimizer: Optimizer;
  readonly parts?: StepParts | undefined;
  readonly rng: Rng;
  /** Updates to make; the first has the optimizer's number. */
  readonly steps: number;
  readonly signal?: AbortSignal | undefined;
  /** The micro-batches of an update, on the device; the loop frees them. */
  microBatches(step: number): readonly Batch[];
  /** After each update that was made, and once for the one that was not finite. */
  onStep(record: StepRecord, made: boolean): void | Promise<void>;
}

/** Runs the steps; the optimizer counts those that were made. Leaves the state before a step that was not finite. */
export async function runLoop(options: LoopOptions): Promise<RunOutcome> {
  const { trainable, optimizer, steps, signal, parts } = options;
  refuseForeignState(optimizer, trainable);
  const stepFunction = createStep(trainable, optimizer, parts);
  const states = [trainable, optimizerState(optimizer, trainable), ...(parts?.after ?? [])];
  const turn = turnKeeper();
  const end = optimizer.step + steps;
  while (optimizer.step < end) {
    if (signal?.aborted === true) return { kind: 'stopped', by: 'signal' };
    const step = optimizer.step;
    const learningRate = optimizer.rateAt(step);
    const run = await runStep(stepFunction, states, options, step);
    if (run.finite) optimizer.advance();
    const { loss, penalty, weight } = run;
    await options.onStep({ step, learningRate, loss, penalty, weight }, run.finite);
    if (!run.finite) return { kind: 'diverged', step, tensor: run.tensor, learningRate };
    await turn();
  }
  return { kind: 'completed' };
}

/** An optimizer in the middle of another model's training would give this one its step, schedule and corrections. */
function refuseForeignState(optimizer: Optimizer, trainable: Trainable): void {
  if (optimizer.step === 0 || optimizer.holds(trainable.parameters().values())) return;
  throw new OptionError('optimizer', [
    {
      path: 'optimizer',
      rule: `has made ${optimizer.step} updates of other parameters`,
      hint: 'make a new one, or call its dispose() to start anew',
    },
  ]);
}

type StepRun = { loss: number; penalty: number; weight: number } & (
  { finite: true } | { finite: false; tensor: string }
);

async function runStep(
  { step: run, scalarsAt }: StepFunction,
  states: readonly Pick<Stateful, 'tensors'>[],
  options: LoopOptions,
  step: number,
): Promise<StepRun> {
  const before = new Snapshot(states);
  const inputs: tf.Tensor[] = [];
  const own = <T extends tf.Tensor>(tensor: T): T => {
    inputs.push(tensor);
    return tensor;
  };
  try {
    const batches = options.microBatches(step);
    for (const batch of batches)
      [...batch.inputs, batch.targets, ...(batch.weights ? [batch.weights] : [])].forEach(own);
    const scalars = own(tf.tensor1d(scalarsAt(step), 'float32'));
    const key = own(stepKey(options.rng, step));
    const result = run(batches, scalars, key);
    own(result.values);
    own(result.finite);
    const [values, finite] = await Promise.all([result.values.data(), result.finite.data()]);
    const [loss = Number.NaN, penalty = Number.NaN, weight = Number.NaN] = [
      values[VALUES.loss],
      values[VALUES.penalty],
      values[VALUES.weight],
    ];
    const losses = { loss, penalty, weight };
    if (finite[0]) return { ...losses, finite: true };
    const tensor = await firstNonFinite(options.trainable, before, batches, key);
    return tensor === undefined ? { ...losses, finite: true } : { ...losses, finite: false, tensor };
  } catch (error) {
    before.restore();
    throw error;
  } finally {
    tf.dispose(inputs);
    before.dispose();
  }
}

type NamedTensor = { name: string; tensor: tf.Tensor };

/**
 * The first tensor of a step that is not finite, in the order loss, gradients, parameters: found by running the same
 * step's forward and backward pass again from the state before it. Restores that state; without such a tensor (a sum
 * left float32, nothing else) it leaves the step's result in place.
 */
async function firstNonFinite(
  trainable: Trainable,
  before: Snapshot,
  batches: readonly Batch[],
  key: tf.Tensor1D,
): Promise<string | undefined> {
  const after = new Snapshot([trainable]);
  const parameters = [...trainable.parameters()].map(([path, variable]) => ({
    name: path,
    tensor: variable.clone(),
  }));
  before.restore();
  const again = clearTape(() =>
    tf.tidy(() => {
      const { loss, penalty, gradients } = meanGradients(
        trainable,
        trainable.parameters(),
        batches,
        trainable.beginStep(key),
      );
      const named: NamedTensor[] = [...gradients].map(([path, tensor]) => ({
        name: `gradient of ${path}`,
        tensor,
      }));
      return [{ name: 'loss', tensor: loss }, { name: 'penalty', tensor: penalty }, ...named];
    }),
  );
  const candidates = [...again, ...parameters];
  try {
    for (const { name, tensor } of candidates) {
      if ((await tensor.data()).some((value) => !Number.isFinite(value))) {
        before.restore();
        return name;
      }
    }
    after.restore();
    return undefined;
  } finally {
    tf.dispose(candidates.map(({ tensor }) => tensor));
    after.dispose();
  }
}

/** A function to await between steps: it gives the event loop a turn every {@link TURN_EVERY} milliseconds. */
export function turnKeeper(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN_EVERY) return;
    await new Promise<void>((resolve) => {
      setTimeout(resolve);
    });
    last = performance.now();
  };
}
