/** Which kernels an update runs, and in which part of it: how often, how many bytes they write, how long they take. */
import { median } from '../statistics/descriptive.ts';

/** What some kernels of one update cost together. */
export interface KernelCost {
  readonly count: number;
  /** What they write: an output that is the memory of an input, as that of a reshape is, counts nothing. */
  readonly bytes: number;
  /** Wall clock around each kernel. A GPU may only have been told of it by then. */
  readonly milliseconds: number;
}

/** One kernel in one part of an update. */
export interface KernelUse extends KernelCost {
  readonly kernelName: string;
}

/**
 * One part of an update: a layer by its class (`dense`), `loss` (what else the forward pass does; `objective` where a
 * plain function is minimized), `gradient` (the backward pass), `update` (the optimizer), `other`.
 */
export interface PartKernels extends KernelCost {
  readonly part: string;
  /** In the order in which they first run. */
  readonly kernels: readonly KernelUse[];
}

/** An update, kernel by kernel; every number is the median over the updates measured. */
export interface StepKernels extends KernelCost {
  /** How many updates were measured. */
  readonly steps: number;
  /** From the first kernel of an update to the end of its last: the kernels and the JavaScript between them. */
  readonly stepMilliseconds: number;
  /** In the order in which they first run, `other` last. */
  readonly parts: readonly PartKernels[];
}

/** One kernel as it ran; times in milliseconds from anywhere. */
export interface KernelCall {
  readonly part: string;
  readonly kernelName: string;
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
}

/** @param updates - The kernels of each update, in their order; at least one update. */
export function stepKernels(updates: readonly (readonly KernelCall[])[]): StepKernels {
  const parts = unique(updates.flat().map(({ part }) => part)).map((part) => {
    const ofPart = updates.map((update) => update.filter((call) => call.part === part));
    return { part, ...medianCost(ofPart), kernels: kernelsOf(ofPart) };
  });
  return {
    steps: updates.length,
    ...medianCost(updates),
    stepMilliseconds: median(updates.map((update) => (update.at(-1)?.end ?? 0) - (update[0]?.start ?? 0))),
    parts: parts
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => Number(a.part === 'other') - Number(b.part === 'other')),
  };
}

/** @param updates - The kernels of each update that belong to one part. */
function kernelsOf(updates: readonly (readonly KernelCall[])[]): KernelUse[] {
  return unique(updates.flat().map(({ kernelName }) => kernelName))
    .map((kernelName) => ({
      kernelName,
      ...medianCost(updates.map((calls) => calls.filter((call) => call.kernelName === kernelName))),
    }))
    .filter(({ count }) => count > 0);
}

function medianCost(updates: readonly (readonly KernelCall[])[]): KernelCost {
  const medianOf = (cost: (call: KernelCall) => number): number =>
    median(updates.map((calls) => calls.reduce((sum, call) => sum + cost(call), 0)));
  return {
    count: medianOf(() => 1),
    bytes: medianOf(({ bytes }) => bytes),
    milliseconds: medianOf(({ start, end }) => end - start),
  };
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];
