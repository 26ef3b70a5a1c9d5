/**
 * Starts the threaded build of the backend `wasm` in Node, which stock tfjs does only in browsers
 * (https://github.com/tensorflow/tfjs/issues/3830): the same program and worker script, run by Node's worker threads.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Worker } from 'node:worker_threads';
import type { WasmPaths } from './open-wasm.ts';

/** What tfjs makes its backend of. */
export type WasmModule = ConstructorParameters<typeof BackendWasm>[0];

/** The program that Emscripten wrote around the `.wasm` file. */
interface Program {
  readonly cwrap: (
    name: string,
    returns: 'number' | null,
    parameters: 'number'[],
  ) => (...n: number[]) => number;
  readonly PThread: {
    /** Loaded, and waiting for a thread to run; those that run are in the other list. */
    unusedWorkers: Worker[];
    readonly runningWorkers: readonly Worker[];
    terminateAllThreads(): void;
  };
}

/** What it is given; it becomes the program itself. */
interface ProgramSettings extends Partial<Program> {
  /** What each worker is told to load. Ours have the program already. */
  readonly mainScriptUrlOrBlob: string;
  instantiateWasm(
    imports: Imports,
    receive: (instance: WebAssembly.Instance, code: WebAssembly.Module) => void,
  ): {};
}

interface WorkerScript {
  readonly wasmWorkerContents: string;
}

interface Imports extends WebAssembly.Imports {
  readonly env: WebAssembly.ModuleImports;
}

const NAME = 'tfjs-backend-wasm-threaded-simd';
const FOLDER = '@tensorflow/tfjs-backend-wasm/wasm-out/';

/**
 * Throws where threads cannot start, and then leaves nothing running. The threads do not keep the process alive.
 *
 * @param threads - At least 2: one is the calling thread, and each other a worker.
 */
export async function startThreads(threads: number, wasmPaths?: WasmPaths): Promise<WasmModule> {
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  const script = require.resolve(`${FOLDER}${NAME}.js`);
  const { wasmWorkerContents } = require(`${FOLDER}${NAME}.worker.js`) as WorkerScript;
  const workers: Worker[] = [];
  try {
    while (workers.length < threads - 1) workers.push(startWorker(wasmWorkerContents, script));
    const compiled = compile(fileOf(wasmPaths) ?? require.resolve(`${FOLDER}${NAME}.wasm`));
    const [code] = await Promise.all([compiled, ...workers.map(untilReady)]);
    const start = require(script) as (settings: ProgramSettings) => Promise<Program>;
    const program = await new Promise<Program>((resolve, reject) => {
      const settings: ProgramSettings = {
        mainScriptUrlOrBlob: NAME,
        instantiateWasm(imports, receive) {
          if (settings.PThread !== undefined) settings.PThread.unusedWorkers = workers;
          // It takes at most half of them as threads.
          imports.env['emscripten_num_logical_cores'] = () => 2 * threads;
          WebAssembly.instantiate(code, imports)
            .then((instance) => receive(instance, code))
            .catch(reject);
          return {};
        },
      };
      leavingNothingGlobal(() => start(settings)).then(resolve, reject);
    });
    return initialise(program, threads);
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    throw error;
  }
}

function fileOf(wasmPaths: WasmPaths | undefined): string | undefined {
  return typeof wasmPaths === 'string' ? `${wasmPaths}${NAME}.wasm` : wasmPaths?.[`${NAME}.wasm`];
}

async function compile(file: string): Promise<WebAssembly.Module> {
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  return WebAssembly.compile(await readFile(file.startsWith('file:') ? new URL(file) : file));
}

/**
 * A worker with Emscripten's script, which listens for commands: the first gives it the memory and the compiled code.
 * Its template literal holds a line feed in a string, which needs its backslash back.
 */
function startWorker(contents: string, script: string): Worker {
  const source = `${contents.replaceAll('\n', '\\n')}
    globalThis.WasmBackendModuleThreadedSimd = require(${JSON.stringify(script)});
    globalThis.importScripts = () => {};
    postMessage('ready');`;
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  return new Worker(source, { eval: true, execArgv: [], name: 'tfjs-backend-wasm' });
}

/** The program listens to its workers only later: until then an error or an early end would go unseen. */
function untilReady(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('a worker thread ended as it started')));
  });
}

/**
 * As it starts, the program sets `globalThis.Worker`, makes eight workers where it needs one for each thread, and
 * listens for uncaught errors to throw them again, which would end the process with code 7 instead of 1.
 */
function leavingNothingGlobal<Result>(start: () => Result): Result {
  const stockWorker = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  const exceptions = process.listeners('uncaughtException');
  const rejections = process.listeners('unhandledRejection');
  Object.defineProperty(globalThis, 'Worker', { configurable: true, get: () => Object, set() {} });
  try {
    return start();
  } finally {
    if (stockWorker === undefined) Reflect.deleteProperty(globalThis, 'Worker');
    else Object.defineProperty(globalThis, 'Worker', stockWorker);
    for (const listener of process.listeners('uncaughtException'))
      if (!exceptions.includes(listener)) process.off('uncaughtException', listener);
    for (const listener of process.listeners('unhandledRejection'))
      if (!rejections.includes(listener)) process.off('unhandledRejection', listener);
  }
}

/** Starts the threads, and adds the functions that tfjs calls by name. */
function initialise(program: Program, threads: number): WasmModule {
  const { cwrap, PThread } = program;
  const tfjs = {
    init: cwrap('init', null, []),
    // Done below: where it fails, one thread is still possible.
    initWithThreadsCount() {},
    getThreadsCount: cwrap('get_threads_count', 'number', []),
    registerTensor: cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: cwrap('dispose_data', null, ['number']),
    dispose: cwrap('dispose', null, []),
  };
  cwrap('init_with_threads_count', null, ['number'])(threads);
  for (const worker of PThread.runningWorkers) worker.unref();
  return Object.assign(program, { tfjs });
}
