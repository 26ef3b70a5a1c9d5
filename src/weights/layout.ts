/** Reorderings: where each number of a PyTorch tensor stands in a weight of tfjs. One table serves both directions. */

/** A tensor of PyTorch and where its numbers come from. */
export interface Layout {
  readonly shape: readonly number[];
  /** For each place in PyTorch's row-major order the place in tfjs's. */
  readonly source: Int32Array;
}

/** One axis of a weight of tfjs. */
export interface Axis {
  readonly size: number;
  /** The distance of two neighbours along it. */
  readonly stride: number;
  /** For each place along PyTorch's axis the place along this one; without it they are the same. */
  readonly order?: Int32Array | undefined;
}

/** The axes of a weight. */
export function axesOf(shape: readonly number[]): Axis[] {
  let stride = 1;
  return shape
    .toReversed()
    .map((size) => {
      const axis = { size, stride };
      stride *= size;
      return axis;
    })
    .toReversed();
}

/** The tensor whose axes are these, in this order. */
export function arrange(axes: readonly Axis[]): Layout {
  let source = Int32Array.of(0);
  for (const { size, stride, order } of axes) {
    const next = new Int32Array(source.length * size);
    for (const [i, start] of source.entries())
      for (let j = 0; j < size; j++) next[i * size + j] = start + stride * (order?.[j] ?? j);
    source = next;
  }
  return { shape: axes.map(({ size }) => size), source };
}

/** The weight as it is. */
export const unchanged = (shape: readonly number[]): Layout => arrange(axesOf(shape));

/** `[...window, inputs, outputs]` to PyTorch's `[outputs, inputs, ...window]`, of a dense layer too, which has no window. */
export function arrangeKernel(shape: readonly number[], inputOrder?: Int32Array): Layout {
  const window = axesOf(shape);
  const outputs = window.splice(-1);
  const inputs = window.splice(-1).map((axis) => ({ ...axis, order: inputOrder }));
  return arrange([...outputs, ...inputs, ...window]);
}

/** `[h, w, inputs, multiplier]` to `[inputs · multiplier, 1, h, w]`. */
export function arrangeDepthwiseKernel(shape: readonly number[]): Layout {
  const window = axesOf(shape);
  const channels = window.splice(-2);
  const { source } = arrange([...channels, ...window]);
  const outputs = channels.reduce((product, { size }) => product * size, 1);
  return { shape: [outputs, 1, ...window.map(({ size }) => size)], source };
}

/** `[...positions, channels]` to `[channels, ...positions]`. */
export function channelsFirst(shape: readonly number[]): Layout {
  const positions = axesOf(shape);
  const channels = positions.splice(-1);
  return arrange([...channels, ...positions]);
}

/** A number for each feature, `[features]`. */
export function arrangeFeatures(shape: readonly number[], order?: Int32Array): Layout {
  return arrange(axesOf(shape).map((axis) => ({ ...axis, order })));
}
