/**
 * Kernels whose arithmetic is one loop in JavaScript. On cpu and wasm tensors live in host memory, where one such loop
 * costs less than the ten or more stock kernels that it stands for; on other backends the values are copied.
 */
import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** The numbers of a tensor, row by row. */
export type HostArray = Float32Array | Int32Array;

/** What comes out of a kernel. */
export interface HostOutput {
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32';
}

/** Attributes as tfjs passes them. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface HostKernel {
  readonly kernelName: string;
  /** The outputs, from the inputs' shapes alone. */
  outputs(inputs: Readonly<Record<string, tf.TensorInfo>>, attributes: Attributes): readonly HostOutput[];
  /**
   * Fills the outputs, whose numbers are arbitrary before. The arrays are views of the tensors themselves: inputs are
   * only read, and nothing is kept.
   */
  compute(
    inputs: Readonly<Record<string, HostArray>>,
    outputs: readonly HostArray[],
    attributes: Attributes,
    inputInfos: Readonly<Record<string, tf.TensorInfo>>,
  ): void;
}

/** The kernel as one backend registers it. */
export function hostKernelConfig(kernel: HostKernel, backendName: string): tf.KernelConfig {
  return {
    kernelName: kernel.kernelName,
    backendName,
    kernelFunc({ inputs: given, attrs: attributes = {}, backend }) {
      const inputs = Object.fromEntries(
        Object.entries(given).flatMap(([name, info]) => (info === undefined ? [] : [[name, info]])),
      );
      const outputs = kernel.outputs(inputs, attributes);
      const run = backendName === 'wasm' ? runOnHeap : runOnCopies;
      const made = run(kernel, inputs, outputs, attributes, backend as tf.KernelBackend);
      const [only] = made;
      return made.length === 1 && only ? only : made;
    },
  };
}

type Run = (
  kernel: HostKernel,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  outputs: readonly HostOutput[],
  attributes: Attributes,
  backend: tf.KernelBackend,
) => tf.TensorInfo[];

/** On wasm: straight in its memory. Outputs are made first, because making one may move all memory. */
const runOnHeap: Run = (kernel, inputs, outputs, attributes, backend) => {
  const wasm = backend as BackendWasm;
  const made = outputs.map(({ shape, dtype }) => wasm.makeOutput(shape, dtype));
  try {
    kernel.compute(
      mapValues(inputs, (info) => wasm.typedArrayFromHeap(info) as HostArray),
      made.map((info) => wasm.typedArrayFromHeap(info) as HostArray),
      attributes,
      inputs,
    );
    return made;
  } catch (error) {
    for (const { dataId } of made) wasm.disposeData(dataId);
    throw error;
  }
};

/** Elsewhere: `readSync` hands over the tensor's own array on cpu, a copy on other backends. */
const runOnCopies: Run = (kernel, inputs, outputs, attributes, backend) => {
  const arrays = outputs.map(({ shape, dtype }) => {
    const size = tf.util.sizeFromShape(shape);
    return dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
  });
  kernel.compute(
    mapValues(inputs, ({ dataId }) => backend.readSync(dataId) as HostArray),
    arrays,
    attributes,
    inputs,
  );
  return outputs.map(({ shape, dtype }, index) => ({
    dataId: backend.write(arrays[index] ?? new Float32Array(0), shape, dtype),
    shape,
    dtype,
  }));
};

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
