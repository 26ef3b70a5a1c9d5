/** What the rounds of a comparison come to: medians, and the ratio of speeds within each round. */
import { DataError, median } from '../src/index.ts';
import type { Measurement } from './side.ts';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Summary {
  /** Steps per second on the clock, medians. */
  readonly ours: number;
  readonly opponent: number;
  /** Ours over the opponent's, round by round. */
  readonly ratio: Spread;
  /** The same by processor time. */
  readonly cpuRatio: Spread;
  /** What training came to on either side, in the last round. */
  readonly final: { readonly ours: number; readonly opponent: number };
}

/** @param ours - One measurement a round, as in `opponent`; throws a DataError when there are none or they do not pair. */
export function summarise(ours: readonly Measurement[], opponent: readonly Measurement[]): Summary {
  if (ours.length !== opponent.length) {
    throw new DataError(`summarise: ${ours.length} rounds of ours, ${opponent.length} of the opponent`);
  }
  const ratioOf = (value: (measurement: Measurement) => number): Spread =>
    spreadOf(
      ours.map((measurement, round) => value(measurement) / (opponent.map(value)[round] ?? Number.NaN)),
    );
  return {
    ours: median(ours.map(speed)),
    opponent: median(opponent.map(speed)),
    ratio: ratioOf(speed),
    cpuRatio: ratioOf(cpuSpeed),
    final: { ours: ours.at(-1)?.final ?? Number.NaN, opponent: opponent.at(-1)?.final ?? Number.NaN },
  };
}

const speed = ({ stepsPerSecond }: Measurement): number => stepsPerSecond;
const cpuSpeed = ({ cpuStepsPerSecond }: Measurement): number => cpuStepsPerSecond;

function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Whether a promise is kept by the median ratio; null where nothing is promised. */
export function isMet(wanted: number | null, { ratio }: Summary): boolean | null {
  return wanted === null ? null : ratio.median >= wanted;
}
