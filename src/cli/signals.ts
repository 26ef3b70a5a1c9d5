/** Ctrl-C and `kill`: the first stops after the running step, the second at once. */
import { Interruption, SIGNAL_EXIT } from './exit-codes.ts';
import type { CliIo, StopSignal } from './io.ts';

const STOP_SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/** Runs `work` with an AbortSignal that the first stop signal aborts with an {@link Interruption}. */
export async function withStopSignals<Value>(
  { signals, exit }: Pick<CliIo, 'signals' | 'exit'>,
  onFirst: (message: string) => void,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  const listeners = STOP_SIGNALS.map((name) => ({
    name,
    listener: () => {
      if (controller.signal.aborted) return exit(SIGNAL_EXIT[name]);
      onFirst(`${name}: stopping after the running step; once more stops at once`);
      controller.abort(new Interruption(name));
    },
  }));
  for (const { name, listener } of listeners) signals.on(name, listener);
  try {
    return await work(controller.signal);
  } finally {
    for (const { name, listener } of listeners) signals.off(name, listener);
  }
}
