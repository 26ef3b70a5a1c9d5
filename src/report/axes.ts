/** Axes: limits from the data and ticks at round numbers. */
import type { Axis } from '../result/figure.ts';

/** An axis whose limits are known. */
export interface ScaledAxis {
  readonly log: boolean;
  readonly low: number;
  readonly high: number;
}

/** Whether an axis can show a value: finite, and positive where it is logarithmic. */
export function canShow(axis: Axis, value: number): boolean {
  return Number.isFinite(value) && (axis.scale !== 'log' || value > 0);
}

/** The limits of an axis: those it asks for, or those of the values with `margin` of their span added on both sides. */
export function scaleAxis(axis: Axis, values: Iterable<number>, margin = 0): ScaledAxis {
  const log = axis.scale === 'log';
  const [first, second] = axis.domain ?? [Number.NaN, Number.NaN];
  if (canShow(axis, first) && canShow(axis, second) && first !== second)
    return { log, low: Math.min(first, second), high: Math.max(first, second) };
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!canShow(axis, value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return log ? { log, low: 0.1, high: 1 } : { log, low: 0, high: 1 };
  return log ? { log, ...padLog(low, high, margin) } : { log, ...padLinear(low, high, margin) };
}

/** Where a value stands between the limits: 0 at `low`, 1 at `high`. */
export function positionOf({ log, low, high }: ScaledAxis, value: number): number {
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

/** The inverse of {@link positionOf}. */
export function valueAt({ log, low, high }: ScaledAxis, position: number): number {
  return log ? low * Math.exp(position * Math.log(high / low)) : low + position * (high - low);
}

/** Round numbers between the limits, about `count` of them. */
export function ticksOf({ log, low, high }: ScaledAxis, count = 6): number[] {
  return log ? logTicks(low, high, count) : linearTicks(low, high, count);
}

function padLinear(low: number, high: number, margin: number): { low: number; high: number } {
  if (low === high) {
    const half = low === 0 ? 1 : Math.abs(low) / 10;
    return { low: low - half, high: high + half };
  }
  const pad = (high - low) * margin;
  // Zero is a wall: what is never negative gets no room below it.
  return { low: low >= 0 && low < pad ? 0 : low - pad, high: high <= 0 && -high < pad ? 0 : high + pad };
}

function padLog(low: number, high: number, margin: number): { low: number; high: number } {
  const factor = low === high ? 2 : Math.exp(Math.log(high / low) * margin);
  return { low: low / factor, high: high * factor };
}

/** Multiples of 1, 2 or 5 times a power of ten. */
function linearTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const power = Number(`1e${Math.floor(Math.log10(rough))}`);
  const step = power * ([1, 2, 5].find((multiple) => multiple * power >= rough * 0.8) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** Powers of ten; with few of them also 2 and 5 times; within one decade the ticks of a linear axis. */
function logTicks(low: number, high: number, count: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const inside = (value: number): boolean => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const decades = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const powers = decades.map((exponent) => Number(`1e${exponent}`)).filter(inside);
  if (powers.length > 2) {
    const stride = Math.ceil(powers.length / (count + 2));
    return powers.filter((power) => Math.round(Math.log10(power)) % stride === 0);
  }
  const finer = decades
    .flatMap((exponent) => [1, 2, 5].map((multiple) => Number(`${multiple}e${exponent}`)))
    .filter(inside);
  return finer.length > 2 ? finer : linearTicks(low, high, count);
}
