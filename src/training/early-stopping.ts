/** Stop when a measured series no longer improves, and keep the best weights (Prechelt 1998, "Early stopping – but when?"). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parameterPaths } from '../layers/paths.ts';
import { parseOptions } from '../options.ts';
import type { Json } from '../result/json.ts';
import { monitored, monitorSchema, restoredState } from '../schedules/controller.ts';
import type { Callback, Logs } from './callback.ts';
import type { Stateful } from './stateful.ts';

export interface EarlyStoppingOptions {
  /** The series to watch; under `model.fit` tfjs's name of it, `val_loss`. @default 'validation/loss' */
  readonly monitor?: string;
  /** Whether a lower (`min`) or a higher (`max`) value is better. @default 'min' */
  readonly mode?: 'min' | 'max';
  /** The training stops with this many measurements in a row without improvement, at least one. @default 0 */
  readonly patience?: number;
  /** By how much more than this a value must be better than the best to count, ≥ 0. @default 0 */
  readonly minimumDelta?: number;
  /** When the training ends, however it ends, give the model the weights of the best measurement. @default false */
  readonly restoreBestWeights?: boolean;
}

export const earlyStoppingSchema = z.strictObject({
  monitor: monitorSchema.default('validation/loss'),
  mode: z.enum(['min', 'max']).default('min'),
  patience: z.int().min(0).default(0),
  minimumDelta: z.number().min(0).default(0),
  restoreBestWeights: z.boolean().default(false),
});

const stateSchema = z.strictObject({
  best: z.number().nullable(),
  waited: z.int().min(0),
});

/**
 * A callback for `train` and for `model.fit`: stops the training when the monitored series has not improved in
 * `patience` measurements in a row, as Keras and Lightning count. A value that is not finite is no improvement.
 *
 * With `restoreBestWeights` the model ends with exactly the weights, norm statistics included, at which the best value
 * was measured, also when the training came to its planned end or was stopped (Keras restores only after stopping
 * early; tfjs's own `earlyStopping` cannot restore at all). Where `train` averages weights, those are the averages.
 *
 * @example
 * ```ts
 * const callbacks = [earlyStopping({ patience: 5, restoreBestWeights: true })];
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  return new EarlyStopping(parseOptions('earlyStopping', earlyStoppingSchema, options));
}

/** See {@link earlyStopping}. */
export class EarlyStopping extends tf.Callback implements Callback, Stateful {
  readonly #options: z.output<typeof earlyStoppingSchema>;
  /** The best value so far, and the measurements since. */
  #state: z.output<typeof stateSchema> = { best: null, waited: 0 };
  #weights: ReadonlyMap<string, tf.Variable> = new Map();
  #kept = new Map<string, tf.Variable>();

  constructor(options: z.output<typeof earlyStoppingSchema>) {
    super();
    this.#options = options;
  }

  /** The best value so far; null before the first. */
  get best(): number | null {
    return this.#state.best;
  }

  /** Starts anew: one callback can serve one training after the other. */
  override setModel(model: tf.LayersModel): void {
    super.setModel(model);
    this.dispose();
    this.#state = { best: null, waited: 0 };
    this.#weights = this.#options.restoreBestWeights ? parameterPaths(model) : new Map<string, tf.Variable>();
    this.#kept = new Map(
      [...this.#weights].map(([path, weight]) => [path, tf.tidy(() => tf.variable(weight, false))]),
    );
  }

  onValidationEnd(_step: number, logs: Logs): void {
    if (this.#options.monitor.startsWith('validation/')) this.#observe(logs);
  }

  /** tfjs's `fit` may hand over scalars. */
  override async onEpochEnd(
    _epoch: number,
    logs: Readonly<Record<string, number | tf.Scalar>> = {},
  ): Promise<void> {
    if (this.#options.monitor.startsWith('validation/')) return;
    const values = Object.entries(logs).map(async ([name, value]) => {
      const number = typeof value === 'number' ? value : (await value.data())[0];
      return [name, number ?? Number.NaN] as const;
    });
    this.#observe(Object.fromEntries(await Promise.all(values)));
  }

  override onTrainEnd(): Promise<void> {
    if (this.#state.best !== null) copyAll(this.#kept, this.#weights);
    this.dispose();
    return Promise.resolve();
  }

  /** Frees the kept weights. */
  dispose(): void {
    tf.dispose([...this.#kept.values()]);
    this.#kept = new Map();
  }

  tensors(): Map<string, tf.Variable> {
    return new Map(this.#kept);
  }

  host(): Json {
    return this.#state;
  }

  restoreHost(state: Json): void {
    this.#state = restoredState('earlyStopping', stateSchema, state);
  }

  #observe(logs: Logs): void {
    const { monitor, mode, patience, minimumDelta } = this.#options;
    const value = monitored('earlyStopping', monitor, logs);
    const { best, waited } = this.#state;
    const gain = best === null ? Number.POSITIVE_INFINITY : mode === 'min' ? best - value : value - best;
    if (Number.isFinite(value) && gain > minimumDelta) {
      this.#state = { best: value, waited: 0 };
      copyAll(this.#weights, this.#kept);
      return;
    }
    this.#state = { best, waited: waited + 1 };
    if (waited + 1 >= patience) this.model.stopTraining = true;
  }
}

/** Gives every variable of `to` the value of its namesake. */
function copyAll(from: ReadonlyMap<string, tf.Variable>, to: ReadonlyMap<string, tf.Variable>): void {
  for (const [path, variable] of to) {
    const value = from.get(path);
    if (value !== undefined) variable.assign(value);
  }
}
