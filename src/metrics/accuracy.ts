/** How often the model is right: its first choice, or one of its first k. */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import {
  type ClassMetricOptions,
  classMetricOptions,
  type ClassReader,
  classReader,
  type Examples,
  predictedClasses,
  requireBelow,
} from './class-outputs.ts';
import type { Metric, Tally } from './metric.ts';

const accuracySchema = z.strictObject(classMetricOptions);

/**
 * The share of examples whose largest output is that of the target's class, of equal outputs the first. Outputs
 * `[batch, classes]`, targets class indices `[batch]`, one-hot rows or distributions `[batch, classes]` (their first
 * largest is the class). Outputs `[batch, 1]` part two classes: class 1 lies above 0, or above 0.5 `from: 'probabilities'`.
 * Of outputs `[batch, …, classes]` every position counts. An example with a NaN among its outputs is never right.
 */
export function accuracy(options: ClassMetricOptions = {}): Metric<'accuracy'> {
  const { from } = parseOptions('accuracy', accuracySchema, options);
  const reader = classReader('accuracy', from);
  return {
    metricName: 'accuracy',
    better: 'higher',
    from,
    checkTargets: reader.checkTargets,
    start: () =>
      shareTally(reader, (examples) => {
        const predicted = predictedClasses(examples);
        return (example, target) => predicted[example] === target;
      }),
  };
}

export interface TopKAccuracyOptions<K extends number = number> {
  /** How many outputs are looked at: at least 1, below the number of classes. */
  readonly k: K;
}

const topKAccuracySchema = z.strictObject({ k: z.int().min(1) });

/**
 * The share of examples with the target's class among the k largest outputs, named `top5Accuracy` for k = 5. Of equal
 * outputs the first count, so that k = 1 is {@link accuracy}; scikit-learn's `top_k_accuracy_score` takes the last.
 * Targets and NaN as there; the model has an output a class, logits or probabilities.
 */
export function topKAccuracy<const K extends number>(
  options: TopKAccuracyOptions<K>,
): Metric<`top${K}Accuracy`> {
  const { k } = parseOptions('topKAccuracy', topKAccuracySchema, options);
  const reader = classReader('topKAccuracy', 'logits', (outputs) =>
    requireBelow('topKAccuracy', 'k', k, outputs.at(-1), 'outputs'),
  );
  return {
    metricName: `top${options.k}Accuracy`,
    better: 'higher',
    checkTargets: reader.checkTargets,
    start: () =>
      shareTally(
        reader,
        ({ outputs, width }) =>
          (example, target) =>
            placeOf(target, outputs, example * width, width) < k,
      ),
  };
}

/** The share of examples that are right, by what `judge` makes of a chunk; NaN of none. */
function shareTally(
  reader: ClassReader,
  judge: (chunk: Examples) => (example: number, target: number) => boolean,
): Tally {
  let right = 0;
  let count = 0;
  return {
    add(predictions, targets) {
      const examples = reader.examples(predictions, targets);
      const isRight = judge(examples);
      for (const [example, target] of examples.targets.entries()) if (isRight(example, target)) right += 1;
      count += examples.targets.length;
    },
    value: () => right / count,
  };
}

/** How many outputs come before that of `target`: the larger ones, and equal ones on its left; Infinity with a NaN. */
function placeOf(target: number, outputs: ArrayLike<number>, start: number, width: number): number {
  const own = outputs[start + target] ?? Number.NaN;
  let before = 0;
  for (let place = 0; place < width; place++) {
    const other = outputs[start + place] ?? Number.NaN;
    if (Number.isNaN(other)) return Number.POSITIVE_INFINITY;
    if (other > own || (other === own && place < target)) before += 1;
  }
  return before;
}
