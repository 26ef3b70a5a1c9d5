/**
 * The loops of the norms. A tensor is seen as [batch, positions, groups, size] and normalised over positions and size,
 * for each example and group by itself; scale and shift have groups · size elements. Sums are in float64.
 */
import type { Attributes, HostArray, HostKernel, HostOutput } from './host-kernel.ts';

/** The four extents as which a tensor is seen. */
export type NormLayout = readonly [batch: number, positions: number, groups: number, size: number];

/** The kernels' names; their attributes are `layout` and `epsilon`. */
export const NORMALIZE_MOMENTS = 'NormalizeMoments';
export const NORMALIZE = 'Normalize';
export const NORMALIZE_GRADIENT = 'NormalizeGradient';

/** Input x; outputs mean and biased variance, each [batch · groups]. */
const momentsKernel: HostKernel = {
  kernelName: NORMALIZE_MOMENTS,
  outputs(_, attributes) {
    const [batch, , groups] = layoutOf(attributes);
    return [float32([batch * groups]), float32([batch * groups])];
  },
  compute({ x = NONE }, [mean = NONE, variance = NONE], attributes) {
    const { step, count, groups } = extents(attributes);
    for (const { index, first, last, end } of groups) {
      // Differences from the group's first value: the squares of the values themselves would cancel.
      const pivot = x[first] ?? 0;
      let sum = 0;
      let squares = 0;
      for (let start = first; start < last; start++) {
        for (let i = start; i < end; i += step) {
          const difference = (x[i] ?? 0) - pivot;
          sum += difference;
          squares += difference * difference;
        }
      }
      mean[index] = pivot + sum / count;
      variance[index] = Math.max(0, squares / count - (sum / count) ** 2);
    }
  },
};

/** Inputs x, mean, variance and perhaps scale and shift; output y = (x − mean) / √(variance + ε) · scale + shift. */
const normalizeKernel: HostKernel = {
  kernelName: NORMALIZE,
  outputs: ({ x }) => [float32(x?.shape ?? [])],
  compute({ x = NONE, mean = NONE, variance = NONE, scale, shift }, [y = NONE], attributes) {
    const { step, epsilon, groups } = extents(attributes);
    for (const { index, channel, first, last, end } of groups) {
      const center = mean[index] ?? 0;
      const inverse = 1 / Math.sqrt((variance[index] ?? 0) + epsilon);
      for (let start = first; start < last; start++) {
        const j = channel + start - first;
        const factor = inverse * (scale === undefined ? 1 : (scale[j] ?? 0));
        const offset = (shift === undefined ? 0 : (shift[j] ?? 0)) - center * factor;
        for (let i = start; i < end; i += step) y[i] = (x[i] ?? 0) * factor + offset;
      }
    }
  },
};

/**
 * Inputs dy, x, mean, variance and perhaps scale; outputs dx and, with a scale, dscale and dshift. With
 * x̂ = (x − mean) / √(variance + ε), g = dy · scale and `mean` over a group:
 * dx = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + ε), dscale = Σ dy · x̂, dshift = Σ dy.
 */
const gradientKernel: HostKernel = {
  kernelName: NORMALIZE_GRADIENT,
  outputs: ({ x, scale }) => [x, ...(scale ? [scale, scale] : [])].map((like) => float32(like?.shape ?? [])),
  compute({ dy = NONE, x = NONE, mean = NONE, variance = NONE, scale }, [dx = NONE, ...affine], attributes) {
    const { step, count, channels, epsilon, groups } = extents(attributes);
    const [dscale, dshift] = [new Float64Array(channels), new Float64Array(channels)];
    for (const { index, channel, first, last, end } of groups) {
      const center = mean[index] ?? 0;
      const inverse = 1 / Math.sqrt((variance[index] ?? 0) + epsilon);
      let sum = 0; // of g
      let product = 0; // of g · x̂
      for (let start = first, j = channel; start < last; start++, j++) {
        let channelSum = 0;
        let channelProduct = 0;
        for (let i = start; i < end; i += step) {
          const slope = dy[i] ?? 0;
          channelSum += slope;
          channelProduct += slope * ((x[i] ?? 0) - center);
        }
        channelProduct *= inverse;
        dshift[j] = (dshift[j] ?? 0) + channelSum;
        dscale[j] = (dscale[j] ?? 0) + channelProduct;
        const factor = scale === undefined ? 1 : (scale[j] ?? 0);
        sum += channelSum * factor;
        product += channelProduct * factor;
      }
      const slopeOfX = (-inverse * inverse * product) / count;
      const offset = (-inverse * sum) / count - slopeOfX * center;
      for (let start = first, j = channel; start < last; start++, j++) {
        const slopeOfDy = inverse * (scale === undefined ? 1 : (scale[j] ?? 0));
        for (let i = start; i < end; i += step)
          dx[i] = (dy[i] ?? 0) * slopeOfDy + (x[i] ?? 0) * slopeOfX + offset;
      }
    }
    affine[0]?.set(dscale);
    affine[1]?.set(dshift);
  },
};

export const normalizeKernels: readonly HostKernel[] = [momentsKernel, normalizeKernel, gradientKernel];

const NONE: HostArray = new Float32Array(0);

const float32 = (shape: number[]): HostOutput => ({ shape, dtype: 'float32' });

const layoutOf = ({ layout }: Attributes): NormLayout => layout as NormLayout;

/** One group of one example. */
interface Group {
  /** Its number among all groups of all examples. */
  readonly index: number;
  /** Its first channel, of groups · size. */
  readonly channel: number;
  /** Where its first position starts and ends in the tensor, and the example's last one ends. */
  readonly first: number;
  readonly last: number;
  readonly end: number;
}

/** The groups, from one position to the next `step` elements; `count` elements share mean and variance. */
function extents(attributes: Attributes) {
  const [batch, positions, groups, size] = layoutOf(attributes);
  const channels = groups * size;
  const list = Array.from({ length: batch * groups }, (_, index): Group => {
    const example = Math.floor(index / groups) * positions * channels;
    const channel = (index % groups) * size;
    const first = example + channel;
    return { index, channel, first, last: first + size, end: example + positions * channels };
  });
  return {
    groups: list,
    channels,
    step: channels,
    count: positions * size,
    epsilon: Number(attributes['epsilon']),
  };
}
