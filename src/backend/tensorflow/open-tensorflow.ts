/** The backend `tensorflow`: TensorFlow's C library under Node, on a CUDA GPU or the CPU (`tfjs-node-gpu`, `tfjs-node`). */
import * as tf from '@tensorflow/tfjs';
import type { BackendInfo, OpenBackend, UnavailableBackend } from '../backend-info.ts';
import { installKernels } from '../kernels.ts';
import { ownKernels } from '../own-kernels.ts';
import { platformVersions } from '../versions.ts';
import { explainLoadFailure } from './load-failure.ts';
import type { TensorFlowPackage } from './load-failure.ts';

const PACKAGES = [
  '@tensorflow/tfjs-node-gpu',
  '@tensorflow/tfjs-node',
] as const satisfies readonly TensorFlowPackage[];

export interface OpenTensorFlowOptions {
  /** Loads a package, which registers the backend `tensorflow` with tfjs. @default import() */
  readonly load?: (packageName: TensorFlowPackage) => Promise<unknown>;
  /** @default whether this is Node */
  readonly isNode?: boolean;
}

/** What tfjs-node's backend object has beside the methods of every backend. */
interface NodeBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

/** Tries the two packages in turn. */
export const openTensorFlow =
  ({ load = importPackage, isNode = tf.env().getBool('IS_NODE') }: OpenTensorFlowOptions = {}): OpenBackend =>
  async () => {
    if (!isNode) return unavailable('it is not available in a browser', 'use "wasm"');
    const failures = [];
    for (const packageName of PACKAGES) {
      try {
        await load(packageName);
        return await start(packageName);
      } catch (error) {
        failures.push(explainLoadFailure(packageName, error));
        // What a failed package leaves behind makes tfjs warn about each kernel of the next.
        for (const { kernelName } of tf.getKernelsForBackend('tensorflow'))
          tf.unregisterKernel(kernelName, 'tensorflow');
      }
    }
    const failure = failures.find(({ isInstalled }) => isInstalled);
    if (failure !== undefined) return unavailable(failure.reason, failure.cure);
    const [cuda, cpu] = PACKAGES;
    return unavailable(
      `neither ${cuda} nor ${cpu} is installed`,
      `run "npm install ${cpu}" (CPU) or "npm install ${cuda}" (CUDA)`,
    );
  };

/** Throws what the backend throws at its first operation: that is where Node 23 fails. */
async function start(packageName: TensorFlowPackage): Promise<Omit<BackendInfo, 'others'>> {
  if (!(await tf.setBackend('tensorflow'))) throw new Error('its backend does not start');
  tf.tidy(() => tf.add(tf.scalar(1), tf.scalar(1)).dataSync());
  installKernels('tensorflow', () => ownKernels('tensorflow'));
  const { isUsingGpuDevice = false, binding } = tf.backend() as NodeBackend;
  const version = binding?.TF_Version ?? 'unknown version';
  return {
    name: 'tensorflow',
    device: `${isUsingGpuDevice ? 'GPU' : 'CPU'} (TensorFlow ${version})`,
    isGpu: isUsingGpuDevice,
    threads: null,
    simd: null,
    versions: { ...platformVersions(), tensorflow: version, package: packageName },
  };
}

const unavailable = (reason: string, cure: string): UnavailableBackend => ({
  name: 'tensorflow',
  reason,
  cure,
});

/** A name that bundlers do not follow: the packages are optional and not for browsers. */
const importPackage = (packageName: string): Promise<unknown> => import(/* @vite-ignore */ packageName);
