/** Two traces of one training side by side: how far they are apart, and from which update on it is too far. */
import type { Safetensors, StoredTensor } from '../formats/safetensors.ts';

/**
 * How far both sides may be apart in float32, over so many updates: the loss and each weight, absolute. Functions may be
 * sums over many points and leave the unit scale, where float32 itself holds no such difference (100 to 8e-6 only):
 * there a number above 1 may be apart by this share of itself.
 */
export const TOLERANCES = {
  function: { loss: 2e-6, weights: 2e-6, updates: 1000, isRelativeAbove1: true },
  smooth: { loss: 5e-6, weights: 2e-5, updates: 400, isRelativeAbove1: false },
  kinked: { loss: 1e-4, weights: 5e-3, updates: 400, isRelativeAbove1: false },
} as const;

/** Both sides compute rates in float64, from the same numbers. */
const RATES = 1e-6;

export type ToleranceName = keyof typeof TOLERANCES;

/** How far one quantity is apart. */
export interface Difference {
  /** `loss`, `learningRate` or a weight's name. */
  readonly name: string;
  /** The largest difference within the updates compared, measured as the tolerance says. */
  readonly largest: number;
  /** The first update, from 0, after which it is beyond tolerance; null if none. */
  readonly firstBeyond: number | null;
}

export interface Alignment {
  readonly tolerance: ToleranceName;
  /** How many updates were compared: see {@link comparedUpdates}. */
  readonly updates: number;
  readonly differences: readonly Difference[];
}

/** Compares what both have. The twin's trace has the names of ours. */
export function align(ours: Safetensors, twin: Safetensors, tolerance: ToleranceName): Alignment {
  const limits = TOLERANCES[tolerance];
  const losses = [numbersOf(ours, 'loss'), numbersOf(twin, 'loss')] as const;
  const updates = comparedUpdates(losses[0], limits.updates);
  const distance = limits.isRelativeAbove1 ? shareAbove1 : absolute;
  const found: Difference[] = [compareSeries(...losses, updates, limits.loss, distance)];
  if (ours.tensors.has('learningRate')) found.push(compareRates(ours, twin));
  const kept = new Map<string, [update: number, largest: number][]>();
  for (const [key, tensor] of ours.tensors) {
    const [, at, name] = /^after\/(\d+)\/(.+)$/.exec(key) ?? [];
    if (at === undefined || name === undefined || Number(at) > updates) continue;
    const points = kept.get(name) ?? [];
    points.push([Number(at), largestDistance(tensor.values, twin.tensors.get(key)?.values ?? [], distance)]);
    kept.set(name, points);
  }
  for (const [name, points] of kept) {
    const beyond = points.toSorted(([a], [b]) => a - b).find(([, value]) => !(value <= limits.weights));
    found.push({
      name,
      largest: Math.max(...points.map(([, value]) => value)),
      firstBeyond: beyond === undefined ? null : beyond[0] - 1,
    });
  }
  return { tolerance, updates, differences: found };
}

/** Up to the tolerance's number of updates, and up to where the loss leaves a thousand times its start. */
function comparedUpdates(losses: ArrayLike<number>, most: number): number {
  const values = Array.from(losses);
  const limit = 1e3 * Math.max(Math.abs(values[0] ?? 0), Number.MIN_VALUE);
  const wild = values.findIndex((value) => !(Math.abs(value) <= limit));
  return Math.min(values.length, most, wild < 0 ? Number.POSITIVE_INFINITY : wild);
}

type Distance = (a: number, b: number) => number;
const absolute: Distance = (a, b) => Math.abs(a - b);
const shareAbove1: Distance = (a, b) => Math.abs(a - b) / Math.max(1, Math.abs(a));

function compareSeries(
  ours: ArrayLike<number>,
  twin: ArrayLike<number>,
  updates: number,
  limit: number,
  distance: Distance,
): Difference {
  let [largest, firstBeyond]: [number, number | null] = [0, null];
  for (let step = 0; step < updates; step++) {
    const difference = distance(ours[step] ?? Number.NaN, twin[step] ?? Number.NaN);
    largest = Math.max(largest, difference);
    if (!(difference <= limit)) firstBeyond ??= step;
  }
  return { name: 'loss', largest, firstBeyond };
}

/** Rates are no matter of rounding: all updates count. Those that the twin does not tell (NaN) are left out. */
function compareRates(ours: Safetensors, twin: Safetensors): Difference {
  let [largest, firstBeyond]: [number, number | null] = [0, null];
  const theirs = numbersOf(twin, 'learningRate');
  for (const [step, rate] of numbersOf(ours, 'learningRate').entries()) {
    const difference = Math.abs(rate - (theirs[step] ?? Number.NaN));
    if (Number.isNaN(difference)) continue;
    largest = Math.max(largest, difference);
    if (difference > RATES * Math.abs(rate)) firstBeyond ??= step;
  }
  return { name: 'learningRate', largest, firstBeyond };
}

/** NaN where the sizes differ. */
function largestDistance(ours: ArrayLike<number>, twin: ArrayLike<number>, distance: Distance): number {
  if (ours.length !== twin.length) return Number.NaN;
  let largest = 0;
  for (let i = 0; i < ours.length; i++)
    largest = Math.max(largest, distance(ours[i] ?? Number.NaN, twin[i] ?? Number.NaN));
  return largest;
}

const numbersOf = ({ tensors }: Safetensors, name: string): StoredTensor['values'] =>
  tensors.get(name)?.values ?? new Float32Array();
