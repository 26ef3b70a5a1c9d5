/** What a training must be able to put aside and take up again. */
import type * as tf from '@tensorflow/tfjs';
import { DataError } from '../errors.ts';
import type { ParameterPath } from '../layers/paths.ts';
import type { Json } from '../result/json.ts';

/** A part of a training with state: model, optimizer. Rollback, and later checkpoints and compiled steps, use only this. */
export interface Stateful {
  /** The variables, which exist before the first step, by path. */
  tensors(): Map<ParameterPath, tf.Variable>;
  /** The state that is not in tensors. */
  host(): Json;
  /** Takes up the state that `host` gave. */
  restoreHost(state: Json): void;
}

/** Whether a callback has a state of its own to keep. */
export const isStateful = (value: object): value is Stateful =>
  'tensors' in value && 'host' in value && 'restoreHost' in value;

/** The values of many variables at one moment: clones that share their data, until `dispose`. */
export class Snapshot {
  readonly #values: (readonly [tf.Variable, tf.Tensor])[];

  constructor(states: readonly Pick<Stateful, 'tensors'>[]) {
    this.#values = states.flatMap((state) =>
      [...state.tensors().values()].map((variable) => [variable, variable.clone()] as const),
    );
  }

  /** Gives every variable its value back. */
  restore(): void {
    for (const [variable, value] of this.#values) variable.assign(value);
  }

  dispose(): void {
    for (const [, value] of this.#values) value.dispose();
  }
}

/** A non-negative integer out of stored host state, or a DataError that names the field. */
export function storedCount(state: Json, field: string): number {
  const value: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, field) : undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new DataError(`stored state: ${field} must be an integer >= 0, found ${String(value)}`);
}
