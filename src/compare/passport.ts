/** What a comparison with PyTorch found, as plain data: the passport of a recipe. */
import type { Json } from '../result/json.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import { median } from '../statistics/descriptive.ts';
import { equivalence, type Equivalence } from '../statistics/equivalence.ts';
import type { Alignment } from './align.ts';
import type { StepDifference } from './locate.ts';
import type { TrainingPlace } from './work-folder.ts';

/** A metric of an arm counts as equal over the seeds within this share of its size on our side. */
export const EQUIVALENCE_MARGIN = 0.01;

/** What float32 leaves of a metric that is 0. */
const SMALLEST_MARGIN = 1e-6;

/** With fewer seeds the metrics of a training that rounding carries away differ by chance now and then. */
const LEAST_SEEDS = 5;

/** Why a training is beyond tolerance. */
export type Cause =
  /** Our side alone, started from weights changed by `perturbation`, leaves the tolerance after `updates`: rounding is enough. */
  | { readonly kind: 'rounding'; readonly perturbation: number; readonly updates: number }
  /** At this update the gradient of a weight is rounding, terms that cancel, and the optimizer makes a step of it. */
  | { readonly kind: 'cancellation'; readonly step: number; readonly name: string }
  /** The first step and the first thing in it that differ. */
  | ({ readonly kind: 'difference' } & StepDifference)
  /** No step differs by more than rounding, and yet the training leaves the tolerance. */
  | { readonly kind: 'unexplained' };

export interface TrainingComparison extends TrainingPlace, Alignment {
  readonly status: 'agrees' | 'rounding' | 'differs';
  readonly cause: Cause | null;
  /** Seconds of the updates: the clock's part. */
  readonly timings: { readonly ours: number; readonly twin: number };
}

export interface MetricComparison extends Equivalence {
  readonly arm: string;
  readonly metric: string;
  /** In the order of the seeds. */
  readonly ours: readonly number[];
  readonly twin: readonly number[];
}

export interface Passport {
  readonly schemaVersion: 1;
  readonly recipe: string;
  readonly mode: RecipeResult['mode'];
  readonly options: RecipeResult['options'];
  readonly seeds: readonly number[];
  readonly environment: {
    readonly ours: RecipeResult['environment'];
    readonly twin: RecipeResult['environment'];
  };
  /**
   * No training differs, and no metric is different: of an arm that rounding carries away, over five seeds or more.
   */
  readonly agrees: boolean;
  readonly trainings: readonly TrainingComparison[];
  readonly metrics: readonly MetricComparison[];
  readonly timings: {
    /** PyTorch's seconds by ours, over the trainings: above 1 we are faster. */
    readonly speed: { readonly median: number; readonly least: number; readonly greatest: number };
  };
}

export function makePassport(
  ours: RecipeResult,
  twin: Pick<RecipeResult, 'runs' | 'environment'>,
  trainings: readonly TrainingComparison[],
): Passport {
  const metrics = compareMetrics(ours, twin);
  const ratios = trainings.map(({ timings }) => timings.twin / timings.ours).filter(Number.isFinite);
  const { recipe, mode, options, seeds, environment } = ours;
  const isDifferent = (arm: string): boolean =>
    metrics.some((metric) => metric.arm === arm && metric.status === 'different');
  const agrees = ({ status, arm }: TrainingComparison): boolean =>
    status !== 'differs' && !(isDifferent(arm) && (status === 'agrees' || seeds.length >= LEAST_SEEDS));
  const untrained = [...new Set(ours.runs.map(({ arm }) => arm))].filter((arm) =>
    trainings.every((training) => training.arm !== arm),
  );
  return {
    schemaVersion: 1,
    recipe: recipe.id,
    mode,
    options,
    seeds,
    environment: { ours: environment, twin: twin.environment },
    agrees: trainings.every(agrees) && !untrained.some(isDifferent),
    trainings,
    metrics,
    timings: {
      speed:
        ratios.length === 0
          ? { median: Number.NaN, least: Number.NaN, greatest: Number.NaN }
          : { median: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) },
    },
  };
}

/** The numbers that both sides returned, arm by arm, seed by seed. */
function compareMetrics(
  ours: Pick<RecipeResult, 'runs'>,
  twin: Pick<RecipeResult, 'runs'>,
): MetricComparison[] {
  const found: MetricComparison[] = [];
  for (const arm of new Set(ours.runs.map((run) => run.arm))) {
    const own = ours.runs.filter((run) => run.arm === arm);
    const other = own.map(
      ({ seed }) => twin.runs.find((run) => run.arm === arm && run.seed === seed)?.data ?? {},
    );
    for (const metric of Object.keys(other[0] ?? {})) {
      const [a, b] = [
        numbers(own.map(({ data }) => data[metric])),
        numbers(other.map((data) => data[metric])),
      ];
      if (a === undefined || b === undefined) continue;
      const size = Math.max(...a.map(Math.abs).filter(Number.isFinite), 0);
      found.push({
        arm,
        metric,
        ours: a,
        twin: b,
        ...equivalence(a, b, Math.max(EQUIVALENCE_MARGIN * size, SMALLEST_MARGIN)),
      });
    }
  }
  return found;
}

const numbers = (values: readonly (Json | undefined)[]): readonly number[] | undefined =>
  values.every((value) => typeof value === 'number') ? values : undefined;
