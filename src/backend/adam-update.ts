/** Adam's update of one parameter as one kernel: a loop instead of twelve element-wise operations. */
import * as tf from '@tensorflow/tfjs';
import type { HostKernel } from './host-kernel.ts';
import { findKernel } from './kernels.ts';

const ADAM_UPDATE = 'AdamUpdate';

/** On wasm the twelve operations have SIMD and this loop has not: equal at about 6000 numbers, half the speed at 100 000. */
const LARGEST_ON_WASM = 4096;

type Moment = 'firstMoment' | 'secondMoment';

/** The numbers of one update, as `optimizers/adam.ts` computes them. */
const SCALARS = ['stepSize', 'gradientShare', 'secondKept', 'secondShare', 'epsilon'] as const;

/**
 * One update: parameter, gradient and moments of one shape, scalars of rank 0, all float32. Undefined where the active
 * backend lacks the kernel or is faster without.
 */
export function adamUpdate(
  parameter: tf.Tensor,
  gradient: tf.Tensor,
  moments: Readonly<Record<Moment, tf.Tensor>>,
  scalars: Readonly<Record<(typeof SCALARS)[number], tf.Scalar>>,
): { parameter: tf.Tensor; slots: Record<Moment, tf.Tensor> } | undefined {
  const backend = tf.getBackend();
  if (findKernel(ADAM_UPDATE, backend) === undefined) return undefined;
  if (backend === 'wasm' && gradient.size > LARGEST_ON_WASM) return undefined;
  const { firstMoment: m, secondMoment: v } = moments;
  const inputs = { parameter, gradient, firstMoment: m, secondMoment: v, ...scalars };
  const [after, firstMoment, secondMoment] = tf.engine().runKernel<tf.Tensor[]>(ADAM_UPDATE, inputs);
  return after && firstMoment && secondMoment
    ? { parameter: after, slots: { firstMoment, secondMoment } }
    : undefined;
}

/** Rounds to float32 where the operations of `optimizers/adam.ts` do: the same bits. */
export const adamUpdateKernel: HostKernel = {
  kernelName: ADAM_UPDATE,
  outputs: ({ parameter }) =>
    Array.from({ length: 3 }, () => ({ shape: parameter?.shape ?? [], dtype: 'float32' })),
  compute(inputs, [parameterAfter, firstAfter, secondAfter]) {
    const { parameter, gradient, firstMoment, secondMoment } = inputs;
    const [stepSize = 0, share = 0, kept = 0, secondShare = 0, epsilon = 0] = SCALARS.map(
      (name) => inputs[name]?.[0],
    );
    if (!parameter || !gradient || !firstMoment || !secondMoment) throw new TypeError('AdamUpdate: inputs');
    if (!parameterAfter || !firstAfter || !secondAfter) throw new TypeError('AdamUpdate: outputs');
    const { fround, sqrt } = Math;
    for (let i = 0; i < parameter.length; i++) {
      const g = gradient[i] as number;
      const mBefore = firstMoment[i] as number;
      const m = fround(mBefore + fround(fround(g - mBefore) * share));
      const v = fround(fround((secondMoment[i] as number) * kept) + fround(fround(g * secondShare) * g));
      const denominator = fround(fround(sqrt(v)) + epsilon);
      parameterAfter[i] = fround((parameter[i] as number) - fround(fround(m / denominator) * stepSize));
      firstAfter[i] = m;
      secondAfter[i] = v;
    }
  },
};
