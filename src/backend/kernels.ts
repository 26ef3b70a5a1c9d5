/** The tfjs kernels and gradients that this package adds or replaces, so that they can be taken out again. */
import * as tf from '@tensorflow/tfjs';
import { installGradients, removeGradients } from './gradients/install-gradients.ts';

interface Installed {
  readonly ours: tf.KernelConfig;
  /** What stood there before; undefined where tfjs has no such kernel. */
  readonly stock: tf.KernelConfig | undefined;
}

const installed = new Map<string, readonly Installed[]>();

/** The kernel of that name, or undefined: tfjs's own type leaves that out. */
export const findKernel: (kernelName: string, backendName: string) => tf.KernelConfig | undefined =
  tf.getKernel;

/**
 * Registers the kernels that `make` returns for one backend, once: later calls for that backend do nothing. The gradients,
 * which all backends share, come with the first.
 */
export function installKernels(backendName: string, make: () => readonly tf.KernelConfig[]): void {
  if (installed.has(backendName)) return;
  const pairs = make().map((ours) => ({ ours, stock: findKernel(ours.kernelName, backendName) }));
  for (const { ours } of pairs) replace(ours.kernelName, backendName, ours);
  installed.set(backendName, pairs);
  installGradients();
}

/** The backends that have this package's kernels at present. */
export const backendsWithKernels = (): string[] => [...installed.keys()];

/**
 * Gives tfjs back the kernels it came with, on one backend or on all, and with the last of them its gradients.
 * `useBackend` installs ours again.
 *
 * @example
 * ```ts
 * await useBackend('wasm');
 * restoreStock(); // still wasm, but stock tfjs: for comparing with it
 * ```
 */
export function restoreStock(backendName?: string): void {
  for (const name of backendName === undefined ? backendsWithKernels() : [backendName]) {
    for (const { ours, stock } of installed.get(name) ?? []) replace(ours.kernelName, name, stock);
    installed.delete(name);
  }
  if (installed.size === 0) removeGradients();
}

/** tfjs warns when a kernel is registered over another, so the old one goes first. */
function replace(kernelName: string, backendName: string, config: tf.KernelConfig | undefined): void {
  if (findKernel(kernelName, backendName) !== undefined) tf.unregisterKernel(kernelName, backendName);
  if (config !== undefined) tf.registerKernel(config);
}
