/** Collects the series of a history while a training runs. */
import {
  type Better,
  type Execution,
  History,
  type HistoryData,
  type RunOutcome,
} from '../result/history.ts';
import type { Logs } from './callback.ts';

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

export class Recorder {
  readonly #series = new Map<string, OpenSeries>();
  readonly #started = performance.now();
  #evaluation = 0;

  /** Adds a point to a series, which begins with its first point. */
  add(name: string, step: number, value: number, better: Better = 'lower'): void {
    const series = this.#series.get(name) ?? { steps: [], values: [], better };
    series.steps.push(step);
    series.values.push(value);
    this.#series.set(name, series);
  }

  /** Runs an evaluation on the evaluation's clock. */
  async evaluating<Result>(work: () => Promise<Result>): Promise<Result> {
    const from = performance.now();
    const result = await work();
    this.#evaluation += performance.now() - from;
    return result;
  }

  /** The newest value of each series. */
  logs(): Logs {
    return Object.fromEntries(
      [...this.#series].map(([name, { values }]) => [name, values.at(-1) ?? Number.NaN]),
    );
  }

  finish(outcome: RunOutcome, steps: number, more: Pick<HistoryData, 'parameters'> = {}): History {
    const totalSeconds = (performance.now() - this.#started) / 1000;
    const evaluationSeconds = this.#evaluation / 1000;
    const stepsPerSecond = steps / Math.max(totalSeconds - evaluationSeconds, 1e-9);
    const timings = { totalSeconds, stepsPerSecond, evaluationSeconds };
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
