/** Hooks of a training, with Keras's names. */

/** What a hook sees: the newest value of each series by name. */
export type Logs = Readonly<Record<string, number>>;

/** Any of the hooks; each may be asynchronous, and a throw ends the training. */
export interface Callback {
  /** Before the first step. `steps`: the updates that this call plans. */
  onTrainBegin?(info: { readonly firstStep: number; readonly steps: number }): void | Promise<void>;
  /** After each update; `step` is the number of that update, from 0. */
  onBatchEnd?(step: number, logs: Logs): void | Promise<void>;
  /** After the last batch of an epoch (from 0) and its evaluation. */
  onEpochEnd?(epoch: number, logs: Logs): void | Promise<void>;
  /** After the last step, however the training ended. */
  onTrainEnd?(logs: Logs): void | Promise<void>;
}

/** Calls one hook of every callback, in order. */
export async function callHooks<Hook extends keyof Callback>(
  callbacks: readonly Callback[],
  hook: Hook,
  ...args: Parameters<NonNullable<Callback[Hook]>>
): Promise<void> {
  for (const callback of callbacks) {
    const call = callback[hook] as ((...hookArgs: typeof args) => void | Promise<void>) | undefined;
    await call?.apply(callback, args);
  }
}
