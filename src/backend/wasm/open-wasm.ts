/** The backend `wasm`: XNNPACK compiled to WebAssembly (`@tensorflow/tfjs-backend-wasm`), with faster, corrected kernels. */
import * as tf from '@tensorflow/tfjs';
import type { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { OptionProblem } from '../../errors.ts';
import { MOST_THREADS } from '../backend-info.ts';
import type { OpenBackend } from '../backend-info.ts';
import { installKernels } from '../kernels.ts';
import { platformVersions } from '../versions.ts';
import { startThreads } from './start-threads-node.ts';
import { wasmKernels } from './wasm-kernels.ts';

/**
 * Where the `.wasm` files are: a folder's path or URL ending in `/`, or the place of each of the three by file
 * name. Node finds them by itself.
 */
export type WasmPaths = Parameters<typeof setWasmPaths>[0];

export interface WasmOptions {
  /** Read when the files are first loaded, without effect afterwards. */
  readonly wasmPaths?: WasmPaths;
  /** From 1 to {@link MOST_THREADS}. @default half of the logical processors, at most 4 */
  readonly threads?: number;
}

const MOST_BY_DEFAULT = 4;

/** As tfjs registers it. */
const PRIORITY = 2;

/** tfjs starts wasm once in a process or page: the number of threads then asked for, and why it is not reached. */
let start: { readonly asked: number; readonly obstacle: Promise<string | undefined> } | undefined;

export const openWasm =
  ({ wasmPaths, threads }: WasmOptions = {}): OpenBackend =>
  async () => {
    try {
      const asked = threads ?? defaultThreads();
      start ??= { asked, obstacle: prepare(asked, wasmPaths) };
      const obstacle = await start.obstacle;
      if (!(await tf.setBackend('wasm'))) return unavailable('its .wasm file could not be loaded');
      installKernels('wasm', wasmKernels);
      const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
      const { getThreadsCount, version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
      return {
        name: 'wasm',
        device: simd === true ? 'CPU (WebAssembly, SIMD)' : 'CPU (WebAssembly)',
        isGpu: false,
        threads: getThreadsCount(),
        ...(getThreadsCount() < start.asked && { threadLimit: obstacle ?? browserLimit() }),
        simd: simd === true,
        versions: { ...platformVersions(), 'tfjs-backend-wasm': version_wasm },
      };
    } catch (error) {
      return unavailable(messageOf(error));
    }
  };

/** What is wrong with the number of threads that somebody asks for. */
export function threadProblems(threads: number | undefined): OptionProblem[] {
  if (threads === undefined) return [];
  const problem = { path: 'threads', received: threads };
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS)
    return [{ ...problem, rule: `must be a whole number from 1 to ${MOST_THREADS}` }];
  if (start === undefined || threads === start.asked) return [];
  const rule = `must be ${start.asked}, as when wasm was started: tfjs starts it once in a process`;
  return [{ ...problem, rule, hint: 'give it in the first call, or start a new process' }];
}

/** Has tfjs start with so many threads at its next `setBackend`, or returns why it will not. */
async function prepare(threads: number, wasmPaths: WasmPaths | undefined): Promise<string | undefined> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  if ('wasm' in tf.engine().registry) return 'tfjs had started it before useBackend was called';
  if (wasmPaths !== undefined) wasm.setWasmPaths(wasmPaths);
  wasm.setThreadsCount(threads);
  if (threads === 1 || !tf.env().getBool('IS_NODE')) return undefined;
  try {
    const module = await startThreads(threads, wasmPaths);
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', () => new wasm.BackendWasm(module), PRIORITY);
    return undefined;
  } catch (error) {
    return `worker threads cannot be started: ${messageOf(error)}`;
  }
}

/**
 * Half of the logical processors, as stock tfjs takes in browsers: a thread that waits for work spins, and would take
 * the processor from those with which V8 compiles and collects.
 */
function defaultThreads(): number {
  const processors = tf.env().getBool('IS_NODE')
    ? process.getBuiltinModule('node:os').availableParallelism()
    : navigator.hardwareConcurrency;
  return Math.max(1, Math.min(MOST_BY_DEFAULT, Math.floor(processors / 2)));
}

const browserLimit = (): string =>
  crossOriginIsolated
    ? 'in a browser it takes at most half of the logical processors'
    : 'the page is not cross-origin isolated';

/** tfjs allows one attempt: after a failed one it refuses new paths until the process or page starts anew. */
function unavailable(reason: string): Awaited<ReturnType<OpenBackend>> {
  const cure = tf.env().getBool('IS_NODE')
    ? 'install @tensorflow/tfjs-backend-wasm again, or start a new process with the right wasmPaths'
    : 'serve the .wasm files of @tensorflow/tfjs-backend-wasm, pass their place as wasmPaths, and load the page again';
  return { name: 'wasm', reason, cure };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
