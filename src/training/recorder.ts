/** Collects the series of a history while a training runs. */
import {
  type Better,
  type Execution,
  History,
  type HistoryData,
  type RunOutcome,
} from '../result/history.ts';
import type * as tf from '@tensorflow/tfjs';
import { DataError } from '../errors.ts';
import type { Json } from '../result/json.ts';
import type { Logs } from './callback.ts';
import type { CheckpointPart } from './checkpoint.ts';

interface OpenSeries {
  readonly steps: number[];
  readonly values: number[];
  readonly better: Better;
}

/** How an eager training says that it is one. */
export const EAGER: Execution = {
  mode: 'eager',
  target: null,
  lowering: null,
  reason: 'every step runs operation by operation',
  stepsPerCall: 1,
};

/** What a training spends its time on, beside the steps. */
export type Phase = 'data' | 'evaluation' | 'callbacks' | 'checkpoint';

export class Recorder implements CheckpointPart {
  readonly #series = new Map<string, OpenSeries>();
  readonly #started = performance.now();
  readonly #milliseconds: Record<Phase, number> = { data: 0, evaluation: 0, callbacks: 0, checkpoint: 0 };

  /** Adds a point to a series, which begins with its first point. */
  add(name: string, step: number, value: number, better: Better = 'lower'): void {
    const series = this.#series.get(name) ?? { steps: [], values: [], better };
    series.steps.push(step);
    series.values.push(value);
    this.#series.set(name, series);
  }

  /** Runs some work on the clock of a phase. */
  async timed<Result>(phase: Phase, work: () => Promise<Result>): Promise<Result> {
    const from = performance.now();
    try {
      return await work();
    } finally {
      this.#milliseconds[phase] += performance.now() - from;
    }
  }

  /** The newest value of each series. */
  logs(): Logs {
    return Object.fromEntries(
      [...this.#series].map(([name, { values }]) => [name, values.at(-1) ?? Number.NaN]),
    );
  }

  /** The series as arrays, for a checkpoint. */
  arrays(): Map<string, Float64Array> {
    return new Map(
      [...this.#series].flatMap(([name, { steps, values }]): [string, Float64Array][] => [
        [`${name}/steps`, Float64Array.from(steps)],
        [`${name}/values`, Float64Array.from(values)],
      ]),
    );
  }

  /** What `arrays` leaves out: which way each series is better. */
  host(): Json {
    return Object.fromEntries([...this.#series].map(([name, { better }]) => [name, better]));
  }

  tensors(): Map<string, tf.Variable> {
    return new Map();
  }

  /** Opens the series that `host` gave; `restoreArrays` fills them. */
  restoreHost(host: Json): void {
    this.#series.clear();
    for (const [name, better] of Object.entries(host ?? {}))
      this.#series.set(name, { steps: [], values: [], better: better === 'higher' ? 'higher' : 'lower' });
  }

  restoreArrays(arrays: ReadonlyMap<string, ArrayLike<number>>): void {
    for (const [name, { better }] of this.#series) {
      const [steps, values] = [arrays.get(`${name}/steps`), arrays.get(`${name}/values`)];
      if (steps?.length !== values?.length || steps === undefined || values === undefined)
        throw new DataError(`stored state: the series ${name} is not whole`);
      this.#series.set(name, { steps: Array.from(steps), values: Array.from(values), better });
    }
  }

  /** @param before - Updates of `steps` that another process has made. */
  finish(
    outcome: RunOutcome,
    steps: number,
    more: Pick<HistoryData, 'parameters'> = {},
    before = 0,
  ): History {
    const totalSeconds = (performance.now() - this.#started) / 1000;
    const { data, evaluation, callbacks, checkpoint } = this.#milliseconds;
    const seconds = totalSeconds - (evaluation + checkpoint) / 1000;
    const timings = {
      totalSeconds,
      stepsPerSecond: (steps - before) / Math.max(seconds, 1e-9),
      dataSeconds: data / 1000,
      evaluationSeconds: evaluation / 1000,
      callbackSeconds: callbacks / 1000,
      checkpointSeconds: checkpoint / 1000,
    };
    return new History({
      series: Object.fromEntries(this.#series),
      outcome,
      execution: EAGER,
      steps,
      ...more,
      timings,
    });
  }
}
