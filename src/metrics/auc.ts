/** How well the scores order the classes: the area under the receiver operating characteristic. */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { areaUnderCurve } from '../statistics/auc.ts';
import { mean } from '../statistics/descriptive.ts';
import {
  type ClassMetricOptions,
  classMetricOptions,
  classReader,
  type Examples,
  probabilitiesOf,
} from './class-outputs.ts';
import type { Metric } from './metric.ts';

const schema = z.strictObject(classMetricOptions);

/**
 * The probability that an example of class 1 scores higher than one of class 0, ties counting half: 0.5 is guessing.
 * The score is the one output, or of two the difference of the logits or the second probability. Of several classes:
 * the plain mean over classes of the area of one class against the rest, by probability (softmax of logits), which is
 * scikit-learn's `roc_auc_score(multi_class='ovr')`.
 *
 * NaN where a class has no example or all of them, and where an output is NaN: there is nothing to order (scikit-learn
 * raises, or warns). Keeps a number per example and class until the value is asked for.
 */
export function auc(options: ClassMetricOptions = {}): Metric<'auc'> {
  const { from } = parseOptions('auc', schema, options);
  const reader = classReader('auc', from);
  return {
    metricName: 'auc',
    better: 'higher',
    from,
    usesScale: true,
    checkTargets: reader.checkTargets,
    start() {
      const sides: Sides[] = [];
      return {
        add(predictions, targets) {
          const examples = reader.examples(predictions, targets);
          for (const [place, { of, scores }] of rankings(examples).entries()) {
            const { positives, negatives } = (sides[place] ??= { positives: [], negatives: [] });
            for (const [example, target] of examples.targets.entries())
              (target === of ? positives : negatives).push(scores[example] ?? Number.NaN);
          }
        },
        value: () =>
          sides.length === 0
            ? Number.NaN
            : mean(sides.map(({ positives, negatives }) => areaUnderCurve(positives, negatives))),
      };
    },
  };
}

/** The scores of a class, of its examples and of the others. */
interface Sides {
  readonly positives: number[];
  readonly negatives: number[];
}

/** The classes that are ranked (of two the second says it all), and every example's score for each. */
function rankings(examples: Examples): { of: number; scores: ArrayLike<number> }[] {
  const { outputs, width, classes, from, targets } = examples;
  if (width === 1) return [{ of: 1, scores: outputs }];
  // Probabilities near 1 round to ties, so logits are not made to probabilities where their difference says the same.
  if (width === 2 && from === 'logits')
    return [{ of: 1, scores: column(targets.length, (i) => at(outputs, 2 * i + 1) - at(outputs, 2 * i)) }];
  const probabilities = probabilitiesOf(examples);
  return Array.from({ length: classes }, (_, of) => ({
    of,
    scores: column(targets.length, (i) => at(probabilities, i * classes + of)),
  })).slice(classes === 2 ? 1 : 0);
}

const at = (values: ArrayLike<number>, place: number): number => values[place] ?? Number.NaN;

const column = (length: number, score: (example: number) => number): Float64Array =>
  Float64Array.from({ length }, (_, example) => score(example));
