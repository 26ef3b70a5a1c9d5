/** Stop when a measured series no longer improves, and keep the best weights (Prechelt 1998, "Early stopping – but when?"). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parameterPaths } from '../layers/paths.ts';
import { parseOptions } from '../options.ts';
import type { Json } from '../result/json.ts';
import {
  monitored,
  monitoringFields,
  restoredState,
  saysWhichIsBetter,
  UNCLEAR_MODE,
} from '../schedules/controller.ts';
import type { Callback, Logs } from './callback.ts';
import type { Stateful } from './stateful.ts';

export interface EarlyStoppingOptions {
  /** The series to watch; `model.fit` has it as `val_loss`, and either name will do there. @default 'validation/loss' */
  readonly monitor?: string;
  /** Whether a lower (`min`) or a higher (`max`) value is better. @default 'min' of a loss; others must say */
  readonly mode?: 'min' | 'max';
  /** The training stops with this many measurements in a row without improvement, at least one. @default 0 */
  readonly patience?: number;
  /** By how much more than this a value must be better than the best to count, ≥ 0. @default 0 */
  readonly minimumDelta?: number;
  /** When the training ends, however it ends, give the model the weights of the best measurement. @default false */
  readonly restoreBestWeights?: boolean;
}

export const earlyStoppingSchema = z
  .strictObject({
    ...monitoringFields,
    patience: z.int().min(0).default(0),
    minimumDelta: z.number().min(0).default(0),
    restoreBestWeights: z.boolean().default(false),
  })
  .refine(saysWhichIsBetter, UNCLEAR_MODE);

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
  #inFit = false;

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

  /** `train` tells what it plans, `fit` nothing. */
  override onTrainBegin(plan: object = {}): Promise<void> {
    this.#inFit = !('firstStep' in plan);
    return Promise.resolve();
  }

  onValidationEnd(_step: number, logs: Logs): void {
    if (this.#monitor.startsWith('validation/')) this.#observe(logs);
  }

  /** tfjs's `fit` may hand over scalars. */
  override async onEpochEnd(
    _epoch: number,
    logs: Readonly<Record<string, number | tf.Scalar>> = {},
  ): Promise<void> {
    const entries = Object.entries(logs).map(async ([name, value]): Promise<[string, number]> => {
      const number = typeof value === 'number' ? value : (await value.data())[0];
      return [this.#inFit ? ourName(name) : name, number ?? Number.NaN];
    });
    const values = Object.fromEntries(await Promise.all(entries));
    // train has told of a validation already; where there is none, that is an error like in fit.
    if (!this.#inFit && this.#monitor.startsWith('validation/'))
      monitored('earlyStopping', this.#monitor, values);
    else this.#observe(values);
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

  get #monitor(): string {
    return this.#inFit ? ourName(this.#options.monitor) : this.#options.monitor;
  }

  #observe(logs: Logs): void {
    const { mode = 'min', patience, minimumDelta } = this.#options;
    const value = monitored('earlyStopping', this.#monitor, logs);
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

/** tfjs's `val_accuracy` is our `validation/accuracy`. */
const ourName = (name: string): string => name.replace(/^val_/, 'validation/');

/** Gives every variable of `to` the value of its namesake. */
function copyAll(from: ReadonlyMap<string, tf.Variable>, to: ReadonlyMap<string, tf.Variable>): void {
  for (const [path, variable] of to) {
    const value = from.get(path);
    if (value !== undefined) variable.assign(value);
  }
}
