/** Kernels made of other kernels: whatever they make on the way is freed at the end, also on a throw. */
import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Attributes } from '../host-kernel.ts';

/** Runs kernels below the engine (no tape, no tidy) and remembers what they made. */
export class Scratch {
  readonly backend: BackendWasm;
  readonly #made: tf.TensorInfo[] = [];

  constructor(backend: BackendWasm) {
    this.backend = backend;
  }

  /** The one output of a kernel. */
  run(kernel: tf.KernelConfig, inputs: tf.NamedTensorInfoMap, attributes: Attributes = {}): tf.TensorInfo {
    const attrs = attributes as tf.NamedAttrMap;
    const outputs = kernel.kernelFunc({ inputs, attrs, backend: this.backend });
    const [output] = Array.isArray(outputs) ? outputs : [outputs];
    if (output === undefined) throw new TypeError(`kernel ${kernel.kernelName} has no output`);
    this.#made.push(output);
    return output;
  }

  /** Memory for a result, not cleared. */
  allocate(shape: number[], dtype: 'float32' | 'int32' = 'float32'): tf.TensorInfo {
    const output = this.backend.makeOutput(shape, dtype);
    this.#made.push(output);
    return output;
  }

  /** Frees all that was made but the result. */
  freeExcept(result: tf.TensorInfo | undefined): void {
    for (const { dataId } of this.#made) if (dataId !== result?.dataId) this.backend.disposeData(dataId);
  }
}

/** What `compute` returns; all else that it made is freed. */
export function withScratch<Result extends tf.TensorInfo | undefined>(
  backend: BackendWasm,
  compute: (scratch: Scratch) => Result,
): Result {
  const scratch = new Scratch(backend);
  let result: Result | undefined;
  try {
    result = compute(scratch);
    return result;
  } finally {
    scratch.freeExcept(result);
  }
}
