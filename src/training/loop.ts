/** The loop under `train` and `minimize`: steps, rollback when one is not finite, stopping, room for the event loop. */
import * as tf from '@tensorflow/tfjs';
import { OptionError } from '../errors.ts';
import { stepKey } from '../layers/step-random.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Rng } from '../random/rng.ts';
import type { RunOutcome } from '../result/history.ts';
import { firstNonFinite } from './first-non-finite.ts';
import { optimizerState } from './optimizer-state.ts';
import { Snapshot, type Stateful } from './stateful.ts';
import type { Measure } from './measures.ts';
import { createStep, type StepFunction, VALUES } from './step.ts';
import type { StepParts } from './step-parts.ts';
import type { Batch, Trainable } from './trainable.ts';

/** The event loop gets a turn this often, in milliseconds: progress draws, Ctrl-C works. */
const TURN_EVERY = 50;

/** How many values a step gives before its measures. */
const LOSSES = Object.keys(VALUES).length;

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
  /** The measures that were asked for. */
  readonly measured: Readonly<Partial<Record<Measure, number>>>;
}

export interface LoopOptions {
  readonly trainable: Trainable;
  readonly optimizer: Optimizer;
  readonly parts?: StepParts | undefined;
  /** @default [] */
  readonly measures?: readonly Measure[];
  readonly rng: Rng;
  /** The number of updates, counted by the optimizer, at which the loop ends. */
  readonly end: number;
  readonly signal?: AbortSignal | undefined;
  /** The micro-batches of an update, on the device; the loop frees them. */
  microBatches(step: number): readonly Batch[] | Promise<readonly Batch[]>;
  /**
   * After each update that was made, and once for the one that was not finite.
   *
   * @returns Who stops the training here, if anyone does.
   */
  onStep(record: StepRecord, made: boolean): string | undefined | Promise<string | undefined>;
  /** Each time before the event loop gets its turn. */
  onTurn?(): Promise<void>;
}

/**
 * Runs the steps; the optimizer, which was prepared for the parameters, counts those that were made. Leaves the state
 * before a step that was not finite.
 */
export async function runLoop(options: LoopOptions): Promise<RunOutcome> {
  const { trainable, optimizer, end, signal, parts, measures = [] } = options;
  const stepFunction = createStep(trainable, optimizer, parts, measures);
  const states = [trainable, optimizerState(optimizer, trainable), ...(parts?.after ?? [])];
  const turn = turnKeeper(options.onTurn?.bind(options));
  while (optimizer.step < end) {
    if (signal?.aborted === true) return { kind: 'stopped', by: 'signal' };
    const step = optimizer.step;
    const learningRate = optimizer.rateAt(step);
    const run = await runStep(stepFunction, states, options, step);
    if (run.finite) optimizer.advance();
    const { loss, penalty, weight, measured } = run;
    const by = await options.onStep({ step, learningRate, loss, penalty, weight, measured }, run.finite);
    if (!run.finite) return { kind: 'diverged', step, tensor: run.tensor, learningRate };
    if (by !== undefined) return { kind: 'stopped', by };
    await turn();
  }
  return { kind: 'completed' };
}

/** An optimizer in the middle of another model's training would give this one its step, schedule and corrections. */
export function refuseForeignState(optimizer: Optimizer, trainable: Trainable): void {
  if (optimizer.step === 0 || optimizer.holds(trainable.parameters().values())) return;
  throw new OptionError('optimizer', [
    {
      path: 'optimizer',
      rule: `has made ${optimizer.step} updates of other parameters`,
      hint: 'make a new one, or call its dispose() to start anew',
    },
  ]);
}

type StepRun = Pick<StepRecord, 'loss' | 'penalty' | 'weight' | 'measured'> &
  ({ finite: true } | { finite: false; tensor: string });

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
    const batches = await options.microBatches(step);
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
    const measured = Object.fromEntries(
      (options.measures ?? []).map((name, index) => [name, values[LOSSES + index] ?? Number.NaN]),
    );
    const losses = { loss, penalty, weight, measured };
    if (finite[0]) return { ...losses, finite: true };
    const tensor = await firstNonFinite(options.trainable, states, before, batches, key);
    return tensor === undefined ? { ...losses, finite: true } : { ...losses, finite: false, tensor };
  } catch (error) {
    before.restore();
    throw error;
  } finally {
    tf.dispose(inputs);
    before.dispose();
  }
}

/**
 * A function to await between steps: it gives the event loop a turn every {@link TURN_EVERY} milliseconds.
 *
 * @param before - What is to be done before each turn.
 */
export function turnKeeper(before?: () => Promise<void>): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN_EVERY) return;
    await before?.();
    await new Promise<void>((resolve) => {
      setTimeout(resolve);
    });
    last = performance.now();
  };
}
