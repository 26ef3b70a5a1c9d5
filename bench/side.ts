/** One side of a comparison: something that makes steps, in a process of its own. */

export interface Side {
  /** Steps before the clock starts: compiling and optimising happen there. */
  readonly warmUpSteps: number;
  /** Steps on the clock. */
  readonly steps: number;
  /** Chooses the backend, makes data and model: before the clock starts. */
  readonly prepare: () => Promise<PreparedSide>;
}

export interface PreparedSide {
  readonly run: (steps: number) => Promise<void>;
  /** What the steps came to, which both sides must roughly agree on: mean loss over the data, or mean parameter. */
  readonly final: () => Promise<number>;
}

/** What a worker reports. */
export interface Measurement {
  readonly stepsPerSecond: number;
  /** Steps per second of processor time, which other processes on the machine disturb less. */
  readonly cpuStepsPerSecond: number;
  readonly final: number;
  readonly environment: Readonly<Record<string, string | number>>;
}
