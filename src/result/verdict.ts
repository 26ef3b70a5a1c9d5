/** A claim after measurement: held, not held or undecided, with the interval over seeds that decided it. */
import type { Text } from '../text.ts';

/** What a claim expects of its measure; fixed before the confirming run. */
export type Expectation =
  | { readonly kind: 'at least'; readonly value: number }
  | { readonly kind: 'at most'; readonly value: number }
  | { readonly kind: 'between'; readonly low: number; readonly high: number };

/** The measure must be at least `value`. */
export const atLeast = (value: number): Expectation => ({ kind: 'at least', value });
/** The measure must be at most `value`. */
export const atMost = (value: number): Expectation => ({ kind: 'at most', value });
/** The measure must lie in [low, high]: an equivalence. */
export const between = (low: number, high: number): Expectation => ({ kind: 'between', low, high });

/** `held` and `not held` need the whole interval on one side of the threshold. */
export type VerdictStatus = 'held' | 'not held' | 'undecided';

/** A 95 % interval over seeds. */
export type Interval = readonly [low: number, high: number];

/** One measurement over the seeds: of the claim's arm, or of its control. */
export interface Measurement {
  readonly arm: string;
  readonly status: VerdictStatus;
  /** The statistic over `values`. */
  readonly measured: number;
  readonly interval: Interval;
  /** The measure of each seed, in the order of the seeds. */
  readonly values: readonly number[];
}

/** The place in a figure that shows a claim. */
export interface ClaimFigure {
  /** The figure's id. */
  readonly id: string;
  /** The deciding point, in the units of the axes; `panel` counts from 0 in small multiples. */
  readonly at?: { readonly x: number; readonly y: number; readonly panel?: number };
}

/** The base of a logarithm of a ratio. */
export type LogScale = 'ln' | 'log10';

/** The outcome of one claim. */
export interface Verdict extends Measurement {
  /** The claim's id. */
  readonly claim: string;
  readonly text: Text;
  readonly against?: string;
  readonly statistic: 'mean' | 'share';
  /** The measure is such a logarithm: the mean is that of a geometric mean. */
  readonly scale?: LogScale;
  readonly threshold: Expectation;
  /** The control takes the arm's place; there the claim must not hold. */
  readonly control: Measurement;
  /** Where a figure shows it: the figure's id, and the point in it that decides. */
  readonly figure?: ClaimFigure;
  /** Why a claim whose interval would decide it is `undecided` all the same. */
  readonly reason?: 'the control shows the effect too';
}
