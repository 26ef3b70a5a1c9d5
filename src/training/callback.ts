/** Hooks of a training, with Keras's names. */
import type * as tf from '@tensorflow/tfjs';
import type { RunOutcome } from '../result/history.ts';

/** What a hook sees: the newest value of each series by name. */
export type Logs = Readonly<Record<string, number>>;

/** What a training plans when it begins: numbers by name, as tfjs's callbacks want it. */
export type TrainPlan = {
  /** The number of the first update of this training; more than 0 where it goes on. */
  readonly firstStep: number;
  /** The updates that it plans. */
  readonly steps: number;
  /** The updates of them that were made before it was interrupted, and are taken from the checkpoint. */
  readonly resumed: number;
};

/**
 * Any of the hooks; each may be asynchronous, and a throw ends the training. A hook stops the training, after the
 * running step, by `model.stopTraining = true`, as in Keras. What a callback has to remember over an interruption it
 * gives as `Stateful` (`tensors`, `host`, `restoreHost`).
 */
export interface Callback {
  /** Before all other hooks. */
  setModel?(model: tf.LayersModel): void;
  /** Before the first step. */
  onTrainBegin?(plan: TrainPlan): void | Promise<void>;
  /** Before the first batch of an epoch (from 0). */
  onEpochBegin?(epoch: number, logs: Logs): void | Promise<void>;
  /** Before each update; `step` is its number, from 0. */
  onBatchBegin?(step: number, logs: Logs): void | Promise<void>;
  /** After each update. */
  onBatchEnd?(step: number, logs: Logs): void | Promise<void>;
  /** After each measurement of the validation split, at the end of an epoch or of the training. */
  onValidationEnd?(step: number, logs: Logs): void | Promise<void>;
  /** After the last batch of an epoch and its validation. Where weights are averaged, the model has the averages. */
  onEpochEnd?(epoch: number, logs: Logs): void | Promise<void>;
  /** After the last step, however the training ended; not where it threw. */
  onTrainEnd?(logs: Logs, outcome: RunOutcome): void | Promise<void>;
  /** After everything else, also where the training threw: frees what the callback holds. */
  dispose?(): void;
  /**
   * Whether the hooks only look on: their `onBatchEnd` may then come later than the step, together with that of the
   * steps after it, in order and before any other hook. @default false
   */
  readonly passive?: boolean;
}

/**
 * Gives the model `stopTraining = false` for a time, for hooks to set: tfjs's own property throws on a Sequential that
 * was not compiled. The returned function takes it away again.
 */
export function addStopSwitch(model: tf.LayersModel): () => void {
  Object.defineProperty(model, 'stopTraining', { value: false, writable: true, configurable: true });
  return () => {
    Reflect.deleteProperty(model, 'stopTraining');
  };
}

type Hook = Exclude<keyof Callback, 'passive' | 'setModel' | 'dispose'>;

/** Calls the hooks of all callbacks in their order; those of tfjs get its names of the series too. */
export class Hooks {
  readonly #callbacks: readonly Callback[];
  readonly #waiting: [step: number, logs: Logs][] = [];
  readonly #hasBatchEnd: { readonly active: boolean; readonly passive: boolean };

  constructor(callbacks: readonly Callback[]) {
    this.#callbacks = callbacks;
    const listens = (passive: boolean): boolean =>
      callbacks.some((callback) => (callback.passive ?? false) === passive && 'onBatchEnd' in callback);
    this.#hasBatchEnd = { active: listens(false), passive: listens(true) };
  }

  /** Before all hooks; tfjs's callbacks are told the parameters of a `fit` too. */
  setModel(model: tf.LayersModel, fit: { epochs: number; steps: number | null }): void {
    for (const callback of this.#callbacks) {
      callback.setModel?.(model);
      if (isOfTfjs(callback)) callback.setParams({ ...fit, verbose: 0 });
    }
  }

  /** One hook of every callback. Passive ones hear first of the steps that they have not heard of. */
  async call<Name extends Exclude<Hook, 'onBatchEnd' | 'onBatchBegin'>>(
    hook: Name,
    ...args: Parameters<NonNullable<Callback[Name]>>
  ): Promise<void> {
    await this.tellPassive();
    for (const callback of this.#callbacks) await callHook(callback, hook, args);
  }

  async batchBegin(step: number, logs: () => Logs): Promise<void> {
    for (const callback of this.#callbacks)
      if (callback.onBatchBegin) await callHook(callback, 'onBatchBegin', [step, logs()]);
  }

  /** Passive callbacks are told at the next boundary: another hook, or {@link tellPassive}. */
  async batchEnd(step: number, logs: () => Logs): Promise<void> {
    if (this.#hasBatchEnd.passive) this.#waiting.push([step, logs()]);
    if (!this.#hasBatchEnd.active) return;
    for (const callback of this.#callbacks)
      if (callback.passive !== true) await callHook(callback, 'onBatchEnd', [step, logs()]);
  }

  dispose(): void {
    for (const callback of this.#callbacks) callback.dispose?.();
  }

  async tellPassive(): Promise<void> {
    for (const step of this.#waiting.splice(0))
      for (const callback of this.#callbacks)
        if (callback.passive === true) await callHook(callback, 'onBatchEnd', step);
  }
}

async function callHook<Name extends Hook>(
  callback: Callback,
  hook: Name,
  args: Parameters<NonNullable<Callback[Name]>>,
): Promise<void> {
  const call = callback[hook] as ((...given: readonly unknown[]) => void | Promise<void>) | undefined;
  if (call === undefined) return;
  const isTfjs = isOfTfjs(callback);
  await call.apply(
    callback,
    isTfjs ? args.map((arg) => (typeof arg === 'object' ? withKerasNames(arg, hook) : arg)) : args,
  );
}

/** A callback that knows `train` has hooks of its own beside Keras's. */
const isOfTfjs = (callback: Callback): callback is Callback & { setParams(params: object): void } =>
  'setParams' in callback && !('onValidationEnd' in callback);

/** The series under our names and under those of `model.fit`: `loss`, `val_loss`, `val_accuracy`; tfjs writes into it. */
function withKerasNames(logs: object, hook: Hook): Record<string, unknown> {
  const loss = hook === 'onBatchEnd' ? 'train/loss' : 'epoch/loss';
  const named = Object.entries(logs).flatMap(([name, value]): [string, unknown][] => {
    if (name === loss) return [['loss', value]];
    return name.startsWith('validation/') ? [[`val_${name.slice('validation/'.length)}`, value]] : [];
  });
  return { ...logs, ...Object.fromEntries(named) };
}
