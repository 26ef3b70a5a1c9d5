/** The result of a recipe: what `result.json` holds, written by TypeScript and, by a PyTorch twin, by Python. */
import type { Text } from '../text.ts';
import type { Figure } from './figure.ts';
import type { Json } from './json.ts';
import type { Verdict } from './verdict.ts';

/** The version of the layout below; a reader refuses another one. */
export const SCHEMA_VERSION = 1;

/** Where a result was made; nothing of the clock. */
export interface Environment {
  readonly package: { readonly name: string; readonly version: string };
  readonly backend: {
    readonly name: string;
    readonly device: string;
    readonly isGpu: boolean;
    /** null where the backend does not say. */
    readonly threads: number | null;
    /** The better backends that could not be used, and why. */
    readonly others: readonly { readonly name: string; readonly reason: string; readonly cure: string }[];
  };
  /** Versions by name: tfjs, the engine below it, node or the browser. */
  readonly versions: Readonly<Record<string, string>>;
  readonly platform: string;
}

/** What one arm returns for one seed: fields of plain data. The field `timings` holds all that the clock measured. */
export type RunData = { readonly [field: string]: Json | undefined };

/** The data of one run. */
export interface ArmRun<Data extends RunData = RunData> {
  readonly arm: string;
  readonly seed: number;
  readonly data: Data;
}

/** The clock's part of a result. */
export interface ResultTimings {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly totalSeconds: number;
  /** Seconds of each run, in the order of `runs`. */
  readonly runs: readonly number[];
  /** What each run measured by the clock (the field `timings` of its data), in the order of `runs`; absent where none did. */
  readonly data?: readonly (Json | null)[];
  /** Of the claims about clock values. */
  readonly verdicts?: readonly Verdict[];
  /** Of clock values. */
  readonly figures?: readonly Figure[];
}

/** Everything a report needs. Two runs with one seed differ in `timings` only. */
export interface RecipeResult {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly recipe: {
    readonly id: string;
    readonly lecture: string;
    readonly title: Text;
    readonly summary: Text;
    /** What each arm is, in legend order. */
    readonly arms: Readonly<Record<string, Text>>;
    /** What each option is. */
    readonly options: Readonly<Record<string, string>>;
    /** The numbers of a run's data worth a table, by field: accuracy, final loss. */
    readonly measures: Readonly<Record<string, Text>>;
  };
  readonly mode: 'full' | 'quick';
  readonly options: Readonly<Record<string, Json>>;
  readonly seeds: readonly number[];
  readonly environment: Environment;
  readonly runs: readonly ArmRun[];
  readonly verdicts: readonly Verdict[];
  readonly figures: readonly Figure[];
  readonly timings: ResultTimings;
}
