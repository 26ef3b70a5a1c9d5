/** Precision, recall and F1 (van Rijsbergen 1979) of a class, over classes, and as a table; scikit-learn's conventions. */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import {
  classesOf,
  type ClassMetricOptions,
  classMetricOptions,
  type ClassReader,
  classReader,
  predictedClasses,
  requireBelow,
} from './class-outputs.ts';
import type { Metric, Tally } from './metric.ts';

/**
 * How the classes become one number: `macro` is the mean over the classes that occur as target or as prediction,
 * `weighted` the mean weighted by the examples of each class, `micro` counts all classes as one (and is then the
 * accuracy, unless an output is NaN).
 */
export type Average = 'macro' | 'micro' | 'weighted';

/** One class (two of them: the one called positive) or an average of all; there is no default. */
export type ClassScoreOptions = ClassMetricOptions &
  (
    | { readonly class: number; readonly average?: never }
    | { readonly average: Average; readonly class?: never }
  );

/** `precisionOfClass1` or `macroPrecision`. */
export type ClassScoreName<Score extends string, Options> = Options extends {
  readonly class: infer Class extends number;
}
  ? `${Score}OfClass${Class}`
  : Options extends { readonly average: infer Mean extends Average }
    ? `${Mean}${Capitalize<Score>}`
    : never;

/**
 * Of the examples predicted as a class, the share that are of it; 0 where none is predicted as it.
 *
 * @example
 * ```ts
 * const { precisionOfClass1, macroF1 } = await evaluate(model, data, {
 *   loss: crossEntropy(),
 *   metrics: [precision({ class: 1 }), f1({ average: 'macro' })],
 * });
 * ```
 */
export function precision<const Options extends ClassScoreOptions>(
  options: Options,
): Metric<ClassScoreName<'precision', Options>> {
  return classScore('precision', options);
}

/** Of the examples of a class, the share predicted as it; 0 where it has none. */
export function recall<const Options extends ClassScoreOptions>(
  options: Options,
): Metric<ClassScoreName<'recall', Options>> {
  return classScore('recall', options);
}

/**
 * 2 · right / (predicted + occurring), the harmonic mean of precision and recall; 0 for a class that neither occurs nor
 * is predicted. `macro` is the mean of the F1 of the classes, not the F1 of mean precision and recall.
 */
export function f1<const Options extends ClassScoreOptions>(
  options: Options,
): Metric<ClassScoreName<'f1', Options>> {
  return classScore('f1', options);
}

/** A number for each class, in their order. */
export interface PerClass {
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  readonly f1: readonly number[];
  /** How many examples are of the class. */
  readonly support: readonly number[];
}

const perClassSchema = z.strictObject(classMetricOptions);

/** {@link precision}, {@link recall}, {@link f1} and the number of examples of every class, as one table. */
export function perClass(options: ClassMetricOptions = {}): Metric<'perClass', PerClass> {
  const { from } = parseOptions('perClass', perClassSchema, options);
  const reader = classReader('perClass', from);
  return {
    metricName: 'perClass',
    better: null,
    from,
    checkTargets: reader.checkTargets,
    start: () =>
      countTally(reader, (counts) => ({
        precision: counts.map(SCORES.precision),
        recall: counts.map(SCORES.recall),
        f1: counts.map(SCORES.f1),
        support: counts.map(({ occurring }) => occurring),
      })),
  };
}

/** What is counted of a class, or of several. */
interface ClassCount {
  right: number;
  predicted: number;
  occurring: number;
}

const SCORES = {
  precision: ({ right, predicted }: ClassCount) => share(right, predicted),
  recall: ({ right, occurring }: ClassCount) => share(right, occurring),
  f1: ({ right, predicted, occurring }: ClassCount) => share(2 * right, predicted + occurring),
};

const AVERAGES: Record<
  Average,
  (counts: readonly ClassCount[], score: (count: ClassCount) => number) => number
> = {
  macro(counts, score) {
    const seen = counts.filter(({ predicted, occurring }) => predicted + occurring > 0);
    return sum(seen, score) / seen.length;
  },
  micro: (counts, score) =>
    score({
      right: sum(counts, ({ right }) => right),
      predicted: sum(counts, ({ predicted }) => predicted),
      occurring: sum(counts, ({ occurring }) => occurring),
    }),
  weighted: (counts, score) =>
    sum(counts, (count) => count.occurring * score(count)) / sum(counts, ({ occurring }) => occurring),
};

const classScoreSchema = z
  .strictObject({
    ...classMetricOptions,
    class: z.int().min(0).optional(),
    average: z.enum(['macro', 'micro', 'weighted']).optional(),
  })
  .refine((options) => (options.class === undefined) !== (options.average === undefined), {
    path: ['class'],
    message: 'or average must be given, and not both',
  });

function classScore<Name extends string>(
  scoreName: keyof typeof SCORES,
  options: ClassScoreOptions,
): Metric<Name> {
  const { from, class: index, average } = parseOptions(scoreName, classScoreSchema, options);
  const score = SCORES[scoreName];
  const ofAverage = `${average}${scoreName.charAt(0).toUpperCase()}${scoreName.slice(1)}`;
  const reader = classReader(scoreName, from, (outputs) => {
    const width = outputs.at(-1);
    if (index !== undefined && typeof width === 'number')
      requireBelow(scoreName, 'class', index, classesOf(width), 'classes');
  });
  return {
    metricName: (average === undefined ? `${scoreName}OfClass${index}` : ofAverage) as Name,
    better: 'higher',
    from,
    checkTargets: reader.checkTargets,
    start: () =>
      countTally(reader, (counts) =>
        average === undefined ? score(counts[index ?? -1] ?? NONE) : AVERAGES[average](counts, score),
      ),
  };
}

const NONE: ClassCount = { right: 0, predicted: 0, occurring: 0 };

/** Counts right, predicted and occurring examples of each class; an example without a prediction only occurs. */
function countTally<Value>(
  reader: ClassReader,
  summarise: (counts: readonly ClassCount[]) => Value,
): Tally<Value> {
  const counts: ClassCount[] = [];
  return {
    add(predictions, targets) {
      const examples = reader.examples(predictions, targets);
      while (counts.length < examples.classes) counts.push({ ...NONE });
      const predicted = predictedClasses(examples);
      for (const [example, target] of examples.targets.entries()) {
        const own = counts[target];
        const chosen = counts[predicted[example] ?? -1];
        if (own !== undefined) own.occurring += 1;
        if (chosen !== undefined) chosen.predicted += 1;
        if (own !== undefined && own === chosen) own.right += 1;
      }
    },
    value: () => summarise(counts),
  };
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function sum(counts: readonly ClassCount[], term: (count: ClassCount) => number): number {
  return counts.reduce((total, count) => total + term(count), 0);
}
