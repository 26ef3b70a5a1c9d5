/** Claims: a sentence of the lecture as a number per seed, a threshold fixed beforehand, and a control that must fail. */
import type { RunData } from '../result/recipe-result.ts';
import type {
  ClaimFigure,
  Expectation,
  Interval,
  LogScale,
  Measurement,
  Verdict,
  VerdictStatus,
} from '../result/verdict.ts';
import { tInterval, wilsonInterval } from '../statistics/intervals.ts';
import type { Text } from '../text.ts';
import type { Runs } from './runs.ts';

/** One claim of a recipe. */
export interface Claim<Arm extends string = string, Data extends RunData = RunData> {
  /** Unique in its recipe; its sentence stands in `text.claims`. */
  readonly id: string;
  readonly arm: Arm;
  /** The arm that `measure` compares with, seed by seed. */
  readonly against?: Arm;
  /** Takes the arm's place; there the claim must not hold. */
  readonly control: Arm;
  /** One number per seed. Without `against`, `against` is the arm itself. */
  readonly measure: (runs: { readonly arm: Data; readonly against: Data }) => number;
  /** `share` where the measure is 0 or 1. @default 'mean' */
  readonly statistic?: 'mean' | 'share';
  /** Of a measure that is the logarithm of a ratio: reports then show the ratio, as a factor. @default none */
  readonly scale?: LogScale;
  /** Fixed before the confirming run; its reason stands in the recipe's README. */
  readonly expect: Expectation;
  /** Whether it is about clock values: its verdict then stands under the result's `timings`. @default false */
  readonly clock?: boolean;
  /** The figure, by id, that shows the claim, and the point that decides it as a function of what was measured. */
  readonly figure?: {
    readonly id: string;
    readonly at?: (measured: number) => NonNullable<ClaimFigure['at']>;
  };
}

/**
 * Measures a claim over the seeds. Held: the whole 95 % interval satisfies the expectation; not held: the whole
 * interval violates it; else undecided. Intervals: Student's t for a mean, Wilson's for a share. A claim that its
 * control satisfies too is undecided.
 */
export function judge<Arm extends string, Data extends RunData>(
  claim: Claim<Arm, Data>,
  runs: Runs<Arm, Data>,
  text: Text,
): Verdict {
  const { id, against, statistic = 'mean', scale, expect: threshold } = claim;
  const measured = measureArm(claim, claim.arm, runs);
  const control = measureArm(claim, claim.control, runs);
  const spoilt = measured.status === 'held' && control.status === 'held';
  return {
    claim: id,
    text,
    ...(against === undefined ? {} : { against }),
    statistic,
    ...(scale === undefined ? {} : { scale }),
    threshold,
    ...measured,
    control,
    ...(claim.figure ? { figure: placeOf(claim.figure, measured.measured) } : {}),
    ...(spoilt ? { status: 'undecided', reason: 'the control shows the effect too' } : {}),
  };
}

const placeOf = ({ id, at }: NonNullable<Claim['figure']>, measured: number): ClaimFigure =>
  at === undefined ? { id } : { id, at: at(measured) };

function measureArm<Arm extends string, Data extends RunData>(
  { measure, against, statistic = 'mean', expect: threshold }: Claim<Arm, Data>,
  arm: Arm,
  runs: Runs<Arm, Data>,
): Measurement {
  const others = runs.of(against ?? arm);
  const values = runs.of(arm).flatMap((data, index) => {
    const other = others[index];
    return other === undefined ? [] : [measure({ arm: data, against: other })];
  });
  const { estimate, low, high } =
    statistic === 'share'
      ? wilsonInterval(values.filter((value) => value === 1).length, values.length)
      : tInterval(values);
  return { arm, status: statusOf([low, high], threshold), measured: estimate, interval: [low, high], values };
}

/** Where an interval lies against an expectation. An interval with a NaN decides nothing. */
export function statusOf([low, high]: Interval, threshold: Expectation): VerdictStatus {
  const [least, most] = limitsOf(threshold);
  if (low >= least && high <= most) return 'held';
  return high < least || low > most ? 'not held' : 'undecided';
}

function limitsOf(threshold: Expectation): Interval {
  switch (threshold.kind) {
    case 'at least':
      return [threshold.value, Number.POSITIVE_INFINITY];
    case 'at most':
      return [Number.NEGATIVE_INFINITY, threshold.value];
    case 'between':
      return [threshold.low, threshold.high];
    default:
      return threshold satisfies never;
  }
}
