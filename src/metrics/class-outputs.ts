/** How metrics read a classifier: one output per class along the last axis, or a single one, the score of class 1. */
import { z } from 'zod';
import type { NumberArray, UncheckedArray } from '../data/number-array.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkClassIndices, checkDistributions, checkTargetShape } from '../losses/check-targets.ts';
import type { OutputShape } from '../losses/loss.ts';

/** What a classifier gives: scores without an activation, or the probabilities of a softmax or sigmoid. */
export type OutputKind = 'logits' | 'probabilities';

/** The option that metrics of a classifier share. */
export interface ClassMetricOptions {
  /**
   * What the model gives. Where one output parts two classes, class 1 lies above 0 (logits) or above 0.5
   * (probabilities). Probabilities outside `[0, 1]` are refused.
   * @default 'logits'
   */
  readonly from?: OutputKind;
}

export const classMetricOptions = { from: z.enum(['logits', 'probabilities']).default('logits') };

/** A softmax or sigmoid in float32 may exceed 1 by some 1e-7. */
const ROUNDING = 1e-6;

/** What a classifier was asked and said; an example is a row, or a position where a row has several. */
export interface Examples {
  /** The class of each example. */
  readonly targets: Int32Array;
  /** `[examples, width]`. */
  readonly outputs: ArrayLike<number>;
  /** Outputs of an example. */
  readonly width: number;
  /** As many as outputs; 2 where there is one output. */
  readonly classes: number;
  readonly from: OutputKind;
}

/** Checks and reads predictions and targets for one metric. */
export interface ClassReader {
  readonly checkTargets: (targets: UncheckedArray, outputs: OutputShape) => void;
  readonly examples: (predictions: NumberArray, targets: NumberArray) => Examples;
}

/**
 * Targets are class indices, of the outputs' shape without the classes, or one-hot rows or distributions of the
 * outputs' shape, whose first largest number is the class; with one output they are 0 or 1, in either shape. Others
 * are refused by a ShapeError or a DataError.
 *
 * @param checkOutputs - What else the metric asks of the outputs' shape.
 */
export function classReader(
  metricName: string,
  from: OutputKind,
  checkOutputs: (outputs: OutputShape) => void = () => undefined,
): ClassReader {
  const checkTargets = (targets: UncheckedArray, outputs: OutputShape): void => {
    const width = outputs.at(-1);
    if (width === undefined)
      throw new ShapeError(`${metricName} outputs`, '[rows, …, classes]', [targets.shape[0] ?? null]);
    checkOutputs(outputs);
    checkTargetShape(metricName, targets, [outputs.slice(0, -1), outputs]);
    const oneHot = width !== 1 && targets.shape.length > outputs.length;
    if (oneHot) checkDistributions(metricName, targets, outputs.length);
    else checkClassIndices(metricName, targets, classesOf(width ?? Number.POSITIVE_INFINITY));
  };
  return {
    checkTargets,
    examples(predictions, targets) {
      const [rows = 0, ...shape] = predictions.shape;
      checkTargets(targets, shape);
      if (targets.shape[0] !== rows)
        throw new ShapeError(`${metricName} targets`, `of ${rows} rows`, targets.shape);
      if (from === 'probabilities') checkProbabilities(metricName, predictions.values);
      const width = shape.at(-1) ?? 1;
      const outputs = predictions.values;
      return {
        targets: classIndices(targets.values, outputs.length / width),
        outputs,
        width,
        classes: classesOf(width),
        from,
      };
    },
  };
}

/** The class of each example's largest output, of equal ones the first; −1, which is no class, where an output is NaN. */
export function predictedClasses({ targets, outputs, width, from }: Examples): Int32Array {
  if (width > 1) return targets.map((_, example) => firstLargest(outputs, example * width, width));
  const threshold = from === 'logits' ? 0 : 0.5;
  return targets.map((_, example) => {
    const output = outputs[example] ?? Number.NaN;
    if (Number.isNaN(output)) return -1;
    return output > threshold ? 1 : 0;
  });
}

/** The probability of each class, `[examples, classes]` in float64; NaN where an output is NaN or a logit is +Infinity. */
export function probabilitiesOf({ outputs, width, classes, from }: Examples): Float64Array {
  // One logit z is as good as the two logits 0 and z.
  const pair = (output: number): number[] => [from === 'logits' ? 0 : 1 - output, output];
  const result = new Float64Array(width === 1 ? Array.from(outputs, pair).flat() : outputs);
  if (from === 'probabilities') return result;
  for (let start = 0; start < result.length; start += classes)
    softmaxInPlace(result.subarray(start, start + classes));
  return result;
}

/** Throws an OptionError unless an option is below the number of outputs or classes; null is any number. */
export function requireBelow(
  where: string,
  path: string,
  received: number,
  limit: number | null | undefined,
  what: 'outputs' | 'classes',
): void {
  if (typeof limit === 'number' && received >= limit)
    throw new OptionError(where, [{ path, rule: `must be below the number of ${what}, ${limit}`, received }]);
}

/** How many classes so many outputs tell apart. */
export const classesOf = (width: number): number => (width === 1 ? 2 : width);

function checkProbabilities(where: string, outputs: NumberArray['values']): void {
  const bad = outputs.find((output: number) => output < -ROUNDING || output > 1 + ROUNDING);
  if (bad === undefined) return;
  const rule = `may be 'probabilities' only where the model gives numbers from 0 to 1, and it gave ${bad}`;
  throw new OptionError(where, [{ path: 'from', rule, hint: 'leave it out for logits' }]);
}

/** Targets that are an index an example as they are; of others, which have a number a class, the largest. */
function classIndices(targets: ArrayLike<number>, count: number): Int32Array {
  if (targets.length === count) return Int32Array.from(targets);
  const width = targets.length / count;
  return Int32Array.from({ length: count }, (_, example) => firstLargest(targets, example * width, width));
}

/** The place of the first largest of `width` numbers from `start` on; −1 where one of them is NaN. */
function firstLargest(values: ArrayLike<number>, start: number, width: number): number {
  let best = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < width; place++) {
    const value = values[start + place] ?? Number.NaN;
    if (Number.isNaN(value)) return -1;
    if (value > largest) [best, largest] = [place, value];
  }
  return best;
}

function softmaxInPlace(scores: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (const score of scores) largest = Math.max(largest, score);
  let sum = 0;
  for (let place = 0; place < scores.length; place++) {
    const power = Math.exp((scores[place] ?? Number.NaN) - largest);
    scores[place] = power;
    sum += power;
  }
  for (let place = 0; place < scores.length; place++) scores[place] = (scores[place] ?? Number.NaN) / sum;
}
