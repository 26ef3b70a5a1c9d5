/** The backend `wasm`: XNNPACK compiled to WebAssembly (`@tensorflow/tfjs-backend-wasm`), with faster, corrected kernels. */
import * as tf from '@tensorflow/tfjs';
import type { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { OpenBackend } from '../backend-info.ts';
import { installKernels } from '../kernels.ts';
import { platformVersions } from '../versions.ts';
import { wasmKernels } from './wasm-kernels.ts';

/**
 * Where the `.wasm` files are: a folder's path or URL ending in `/`, or the place of each of the three by file
 * name. Node finds them by itself.
 */
export type WasmPaths = Parameters<typeof setWasmPaths>[0];

/** @param wasmPaths - Read when the files are first loaded, without effect afterwards. */
export const openWasm =
  (wasmPaths?: WasmPaths): OpenBackend =>
  async () => {
    try {
      const wasm = await import('@tensorflow/tfjs-backend-wasm');
      const isLoaded = 'wasm' in tf.engine().registry;
      if (wasmPaths !== undefined && !isLoaded) wasm.setWasmPaths(wasmPaths);
      if (!(await tf.setBackend('wasm'))) return unavailable('its .wasm file could not be loaded');
      installKernels('wasm', wasmKernels);
      const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
      return {
        name: 'wasm',
        device: simd === true ? 'CPU (WebAssembly, SIMD)' : 'CPU (WebAssembly)',
        isGpu: false,
        threads: wasm.getThreadsCount(),
        simd: simd === true,
        versions: { ...platformVersions(), 'tfjs-backend-wasm': wasm.version_wasm },
      };
    } catch (error) {
      return unavailable(error instanceof Error ? error.message : String(error));
    }
  };

/** tfjs allows one attempt: after a failed one it refuses new paths until the process or page starts anew. */
function unavailable(reason: string): Awaited<ReturnType<OpenBackend>> {
  const cure = tf.env().getBool('IS_NODE')
    ? 'install @tensorflow/tfjs-backend-wasm again, or start a new process with the right wasmPaths'
    : 'serve the .wasm files of @tensorflow/tfjs-backend-wasm, pass their place as wasmPaths, and load the page again';
  return { name: 'wasm', reason, cure };
}
