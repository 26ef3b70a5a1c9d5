/** Puts something around every kernel of a backend for a time: the way in for what looks at a step kernel by kernel. */
import * as tf from '@tensorflow/tfjs';

/** What a kernel gives the engine: one output or several. */
export type KernelOutputs = ReturnType<tf.KernelFunc>;

/** One run of a kernel, about to happen. */
export interface KernelRun {
  readonly kernelName: string;
  readonly inputs: tf.NamedTensorInfoMap;
  /** Computes the outputs. */
  readonly run: () => KernelOutputs;
}

/**
 * From now on `around` runs the kernels of the active backend, and returns what `run` returned. Only those that the
 * engine calls: a kernel inside another one, such as those of our composed ones, belongs to it.
 *
 * @returns Puts back the very kernels that stood in the registry.
 */
export function wrapKernels(around: (call: KernelRun) => KernelOutputs): () => void {
  const stock = tf.getKernelsForBackend(tf.getBackend());
  let isInside = false;
  for (const config of stock) {
    const { kernelName, kernelFunc } = config;
    swap({
      ...config,
      kernelFunc(given) {
        const run = (): KernelOutputs => kernelFunc(given);
        if (isInside) return run();
        isInside = true;
        try {
          return around({ kernelName, inputs: given.inputs, run });
        } finally {
          isInside = false;
        }
      },
    });
  }
  return () => {
    for (const config of stock) swap(config);
  };
}

/** tfjs warns when a kernel is registered over another, so the old one goes first. */
function swap(config: tf.KernelConfig): void {
  tf.unregisterKernel(config.kernelName, config.backendName);
  tf.registerKernel(config);
}
