/** What a training leaves behind: series of (step, value), how it ended, how it was executed. Plain data, no tensors. */

/** One recorded quantity: `values[i]` was measured after `steps[i]` optimizer updates. */
export type Series = {
  readonly steps: readonly number[];
  readonly values: readonly number[];
};

/** How a training ended. A learning rate that is too large is a lesson, not a crash: `diverged` is an outcome. */
export type RunOutcome =
  | { readonly kind: 'completed' }
  | {
      readonly kind: 'diverged';
      /** The update that was not made, counted from 0; the state before it is kept. */
      readonly step: number;
      /** `loss`, `penalty`, `gradient of <path>` or the path of the parameter. */
      readonly tensor: string;
      readonly learningRate: number;
    }
  | { readonly kind: 'stopped'; readonly by: string };

/** How the steps were run. */
export interface Execution {
  readonly mode: 'eager' | 'compiled';
  /** The engine of a compiled step; null for eager. */
  readonly target: string | null;
  readonly lowering: string | null;
  readonly reason: string;
  readonly stepsPerCall: number;
}

/** Whether a lower or a higher value of a series is better. */
export type Better = 'lower' | 'higher';

/** A step and the value that a series has there. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

/** One series seen from its two ends: its best and its last point. */
export type SeriesView = Series & {
  /** The first best point (see {@link Better}); non-finite values are never best. Undefined when there is none. */
  readonly best: Point | undefined;
  readonly last: Point | undefined;
};

/** The clock's part of a history, in seconds: the only part that two equal runs do not share. */
export interface HistoryTimings {
  readonly totalSeconds: number;
  /** Updates by the time that validation and checkpoints leave. */
  readonly stepsPerSecond: number;
  /** Putting batches together and on the device. */
  readonly dataSeconds: number;
  /** Measuring the validation split. */
  readonly evaluationSeconds: number;
  readonly callbackSeconds: number;
  readonly checkpointSeconds: number;
}

/** The plain-data form of a {@link History}. */
export interface HistoryData {
  readonly series: Readonly<Record<string, Series & { readonly better: Better }>>;
  readonly outcome: RunOutcome;
  readonly execution: Execution;
  /** Optimizer updates made. */
  readonly steps: number;
  /** The parameters after the last update, flattened; only `minimize` fills it. */
  readonly parameters?: readonly number[];
  readonly timings: HistoryTimings;
}

/** The record of one training, with readers. `JSON.stringify` gives its plain data. */
export class History {
  readonly data: HistoryData;

  constructor(data: HistoryData) {
    this.data = data;
  }

  get outcome(): RunOutcome {
    return this.data.outcome;
  }

  get execution(): Execution {
    return this.data.execution;
  }

  get timings(): HistoryTimings {
    return this.data.timings;
  }

  /** Optimizer updates made. */
  get steps(): number {
    return this.data.steps;
  }

  /** The names of the recorded series, e.g. `train/loss`, `validation/accuracy`. */
  get names(): readonly string[] {
    return Object.keys(this.data.series);
  }

  /** The parameters after the last update, flattened; only `minimize` fills it. */
  get parameters(): readonly number[] {
    return this.data.parameters ?? [];
  }

  /** One series as plain data. Throws a RangeError that lists the names when there is no such series. */
  series(name: string): Series {
    const { steps, values } = this.find(name);
    return { steps, values };
  }

  /** One series with its best and last point. */
  at(name: string): SeriesView {
    const { steps, values, better } = this.find(name);
    const sign = better === 'lower' ? 1 : -1;
    let best = -1;
    values.forEach((value, index) => {
      if (Number.isFinite(value) && (best < 0 || sign * value < sign * (values[best] ?? 0))) best = index;
    });
    return {
      steps,
      values,
      best: pointAt(steps, values, best),
      last: pointAt(steps, values, values.length - 1),
    };
  }

  /** The last value of a series; NaN when nothing was recorded. */
  last(name: string): number {
    return this.find(name).values.at(-1) ?? Number.NaN;
  }

  toJSON(): HistoryData {
    return this.data;
  }

  private find(name: string): Series & { readonly better: Better } {
    const found = Object.hasOwn(this.data.series, name) ? this.data.series[name] : undefined;
    if (found === undefined)
      throw new RangeError(`no series ${JSON.stringify(name)}; there are: ${this.names.join(', ')}`);
    return found;
  }
}

function pointAt(steps: readonly number[], values: readonly number[], index: number): Point | undefined {
  const step = steps[index];
  const value = values[index];
  return step === undefined || value === undefined ? undefined : { step, value };
}
