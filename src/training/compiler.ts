/** What a step compiler must offer; `compile/` will implement it, `backend/` hands it over. Types only. */
import type { Dataset } from '../data/dataset.ts';
import type { Stateful } from './stateful.ts';
import type { Step } from './step.ts';

/** What the steps are fed with: the data set, which moves into the program, and the sizes of a step. */
export interface BatchSpec {
  readonly data: Dataset;
  readonly batchSize: number;
  /** Micro-batches of an update. */
  readonly accumulate: number;
  /** Of the whole run: a program pays from a number of steps on. */
  readonly plannedSteps: number;
}

/** A step recorded and made into one program, which holds its own copy of the state. */
export interface CompiledStep {
  readonly target: string;
  readonly lowering: string;
  /** Steps that one call can run at most. */
  readonly stepsPerCall: number;
  /**
   * Runs k steps. Variables of the program change only if all k were finite.
   *
   * @param indices - `[k, microBatches, batch]` int32: the rows of each batch.
   * @param scalars - `[k, S]` float32: the step's scalars.
   * @param keys - `[k, 4]` int32: the step's keys.
   * @returns values `[k, R]` and finite `[k]`.
   */
  run(
    indices: Int32Array,
    scalars: Float32Array,
    keys: Int32Array,
  ): Promise<{ readonly values: Float32Array; readonly finite: Uint8Array }>;
  /** Copies the state of the tfjs variables into the program. */
  push(): Promise<void>;
  /** Copies the program's state back into the tfjs variables. */
  pull(): Promise<void>;
  dispose(): void;
}

/** Compiles a step, or says why it cannot. */
export interface Compiler {
  compile(
    step: Step,
    states: readonly Stateful[],
    batchSpec: BatchSpec,
  ): Promise<CompiledStep | { readonly reason: string }>;
}
