/** Padding as tfjs's kernels are told it. */

/** Explicit padding has a pair for each axis of [batch, …, channels]. */
export type Padding = 'valid' | 'same' | number | readonly (readonly [number, number])[];

/**
 * The zeros before an axis.
 *
 * @param axis - Counted from the first after the batch.
 * @param needed - How many zeros `same` adds in all.
 */
export function paddingBefore(padding: Padding, axis: number, needed: number): number {
  if (padding === 'valid') return 0;
  if (padding === 'same') return Math.floor(needed / 2);
  return typeof padding === 'number' ? padding : (padding[axis + 1]?.[0] ?? 0);
}

/** What holds for one axis, given for each or once for all. */
export const ofAxis = (value: number | readonly number[], axis: number): number =>
  typeof value === 'number' ? value : (value[axis] ?? 1);
