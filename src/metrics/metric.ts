/** A metric: plain arithmetic on the host over a model's outputs in evaluation mode, chunk after chunk. */
import { z } from 'zod';
import type { NumberArray, UncheckedArray } from '../data/number-array.ts';
import type { OutputShape } from '../losses/loss.ts';
import type { Better } from '../result/history.ts';
import type { OutputKind } from './class-outputs.ts';

/** A measure of a model's outputs: one number, which `train` can record, or a table, which only `evaluate` gives. */
export interface Metric<Name extends string = string, Value = number> {
  /** Its name in what `evaluate` returns and in histories: `validation/<metricName>`. */
  readonly metricName: Name;
  /** Which of two values is better; null for a table. */
  readonly better: Value extends number ? Better : Better | null;
  /** What it takes the model's outputs for. */
  readonly from?: OutputKind;
  /** Whether `from` matters for several outputs too; for a single one it always does. @default false */
  readonly usesScale?: boolean;
  /** Begins a count. */
  readonly start: () => Tally<Value>;
  /**
   * Checks all targets before the first step, for a model whose outputs have this shape (without the batch axis, null
   * where any size will do). Throws a ShapeError, an OptionError, or a DataError that names row and value.
   */
  readonly checkTargets?: (targets: UncheckedArray, outputs: OutputShape) => void;
}

/** The count of a metric. Rows may come in any number of chunks: the value is the same, bit for bit. */
export interface Tally<Value = number> {
  /** Adds rows: the model's outputs `[rows, …]` and the targets `[rows, …]` as the data set holds them. */
  readonly add: (predictions: NumberArray, targets: NumberArray) => void;
  /** The value over all rows so far. */
  readonly value: () => Value;
}

/** What `evaluate` takes. */
export const metricsSchema = listOf(
  z.custom<Metric<string, unknown>>(isMetric, 'must be a metric, such as accuracy()'),
);

/** What `train` takes: a history holds numbers, and knows which is better. */
export const numberMetricsSchema = listOf(
  z.custom<Metric>(
    (value) => isMetric(value) && value.better !== null,
    'must be a metric whose value is one number, such as accuracy(); evaluate takes tables too',
  ),
);

function isMetric(value: unknown): value is Metric<string, unknown> {
  return typeof value === 'object' && value !== null && 'metricName' in value && 'start' in value;
}

/** A list without two metrics of one name, and without one that is called `loss`. */
function listOf<Each extends Metric<string, unknown>>(
  each: z.ZodType<Each>,
): z.ZodDefault<z.ZodArray<z.ZodType<Each>>> {
  return z
    .array(each)
    .superRefine((metrics, context) => {
      const names = ['loss', ...metrics.map(({ metricName }) => metricName)];
      for (const [index, { metricName }] of metrics.entries()) {
        if (names.indexOf(metricName) === index + 1) continue;
        context.addIssue({
          code: 'custom',
          path: [index],
          message: `must have a name of its own, and ${metricName} is taken`,
        });
      }
    })
    .default([]);
}
