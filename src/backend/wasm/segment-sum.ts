/** `UnsortedSegmentSum`, which stock wasm lacks: the gradient of `gather`, and so of an embedding. */
import * as tf from '@tensorflow/tfjs';
import type { HostKernel } from '../host-kernel.ts';

/** Row i of x [ids, …] is added to row `segmentIds[i]` of the result [numSegments, …]; ids outside are left out. */
export const segmentSumKernel: HostKernel = {
  kernelName: tf.UnsortedSegmentSum,
  outputs: ({ x, segmentIds }, { numSegments }) => [
    {
      shape: [Number(numSegments), ...(x?.shape ?? []).slice(segmentIds?.shape.length)],
      dtype: x?.dtype === 'int32' ? 'int32' : 'float32',
    },
  ],
  compute({ x, segmentIds }, [sums], { numSegments }) {
    if (!x || !segmentIds || !sums) return;
    const size = x.length / segmentIds.length;
    sums.fill(0);
    segmentIds.forEach((segment, row) => {
      if (segment < 0 || segment >= Number(numSegments)) return;
      const [to, from] = [segment * size, row * size];
      for (let i = 0; i < size; i++) sums[to + i] = (sums[to + i] ?? 0) + (x[from + i] ?? 0);
    });
  },
};
