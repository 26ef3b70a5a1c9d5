/** Chooses where tensors live and operations run, and installs this package's kernels there. */
import * as tf from '@tensorflow/tfjs';
import { BackendError, didYouMean, OptionError } from '../errors.ts';
import { BACKEND_NAMES } from './backend-info.ts';
import type { BackendInfo, BackendName, OpenBackend, UnavailableBackend } from './backend-info.ts';
import { openCpu } from './cpu.ts';
import { openTensorFlow } from './tensorflow/open-tensorflow.ts';
import { openWasm, threadProblems } from './wasm/open-wasm.ts';
import type { WasmPaths } from './wasm/open-wasm.ts';

export interface UseBackendOptions {
  /**
   * Where the `.wasm` files of @tensorflow/tfjs-backend-wasm are: a folder's path or URL ending in `/`, or the
   * place of each by file name. Read when they are first loaded. @default beside the package's script
   */
  readonly wasmPaths?: WasmPaths;
  /**
   * How many threads wasm computes with, from 1 to 8; for `'wasm'` and `'auto'`. Any number gives the same bits. It
   * holds for the whole process or page, because tfjs starts wasm once. Where so many cannot be had,
   * `BackendInfo.threadLimit` tells why. More than 1 pays where matrices are large and the processors are idle; small
   * nets and busy machines lose by it. @default half of the logical processors, at most 4
   */
  readonly threads?: number;
}

/** How each backend is opened. */
export type Openers = Readonly<Record<BackendName, OpenBackend>>;

export const openers = (options: UseBackendOptions = {}): Openers => ({
  tensorflow: openTensorFlow(),
  wasm: openWasm(options),
  cpu: openCpu,
});

/**
 * Makes a tfjs backend the active one, with this package's kernels. `'auto'` takes the first that works of
 * TensorFlow on CUDA, TensorFlow on the CPU, wasm and cpu, and tells why not the ones before it. A backend asked
 * for by name that cannot be used throws a BackendError with the cure, and the one before stays active.
 *
 * @example
 * ```ts
 * const backend = await useBackend(); // { name: 'wasm', device: 'CPU (WebAssembly, SIMD)', others: [ … ], … }
 * ```
 */
export async function useBackend(
  name: BackendName | 'auto' = 'auto',
  options: UseBackendOptions = {},
): Promise<BackendInfo> {
  checkName(name);
  checkThreads(name, options.threads);
  return chooseBackend(name, openers(options));
}

/** {@link useBackend} with the ways to open each backend handed in. */
export async function chooseBackend(name: BackendName | 'auto', open: Openers): Promise<BackendInfo> {
  const previous = activeBackend();
  const others: UnavailableBackend[] = [];
  for (const better of name === 'auto' ? (['tensorflow', 'wasm'] as const) : []) {
    const result = await open[better]();
    if (!('reason' in result)) return { ...result, others };
    others.push(result);
  }
  const last = name === 'auto' ? 'cpu' : name;
  const result = await open[last]();
  if (!('reason' in result)) return { ...result, others };
  // A failed start leaves tfjs with no backend at all.
  await tf.setBackend(previous ?? 'cpu');
  throw new BackendError(last, result.reason, result.cure);
}

/** The active backend's name; undefined before the first (tfjs's own type leaves that out). */
export const activeBackend: () => string | undefined = tf.getBackend;

function checkName(name: string): void {
  const names = ['auto', ...BACKEND_NAMES];
  if (names.includes(name)) return;
  const hint = didYouMean(name, names);
  const rule = `must be one of ${names.map((known) => `"${known}"`).join(', ')}`;
  throw new OptionError('useBackend', [
    { path: 'name', rule, received: name, ...(hint === undefined ? {} : { hint }) },
  ]);
}

function checkThreads(name: BackendName | 'auto', threads: number | undefined): void {
  const isForWasm = name === 'auto' || name === 'wasm';
  const problems =
    threads === undefined || isForWasm
      ? threadProblems(threads)
      : [{ path: 'threads', rule: 'belongs to "wasm" and "auto"', received: threads }];
  if (problems.length > 0) throw new OptionError('useBackend', problems);
}
