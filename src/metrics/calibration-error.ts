/** Whether a classifier is as often right as it says (Guo et al. 2017, arXiv:1706.04599). */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import {
  type ClassMetricOptions,
  classMetricOptions,
  classReader,
  predictedClasses,
  probabilitiesOf,
} from './class-outputs.ts';
import type { Metric } from './metric.ts';

export interface CalibrationErrorOptions extends ClassMetricOptions {
  /** M: how many bins of equal width part the confidences from 0 to 1. @default 15 */
  readonly bins?: number;
}

const schema = z.strictObject({ ...classMetricOptions, bins: z.int().min(1).default(15) });

/**
 * The expected calibration error Σₘ |Bₘ|/n · |accuracy(Bₘ) − confidence(Bₘ)|: the confidence of an example is the
 * probability of its predicted class, and Bₘ are the examples with a confidence in ((m − 1)/M, m/M]. 0 is calibrated;
 * 0.1 says that shares and confidences differ by ten points on average. The bins are a choice: compare only values of
 * the same `bins`. NaN where an output is NaN or a logit +Infinity. Targets and outputs as in `accuracy`.
 */
export function calibrationError(options: CalibrationErrorOptions = {}): Metric<'calibrationError'> {
  const { from, bins } = parseOptions('calibrationError', schema, options);
  const reader = classReader('calibrationError', from);
  return {
    metricName: 'calibrationError',
    better: 'lower',
    from,
    usesScale: true,
    checkTargets: reader.checkTargets,
    start() {
      /** Σ (right − confidence) of each bin. */
      const gaps = new Float64Array(bins);
      let count = 0;
      return {
        add(predictions, targets) {
          const examples = reader.examples(predictions, targets);
          const probabilities = probabilitiesOf(examples);
          for (const [example, predicted] of predictedClasses(examples).entries()) {
            const place = example * examples.classes + predicted;
            const confidence = predicted < 0 ? Number.NaN : (probabilities[place] ?? Number.NaN);
            const bin = confidence > 0 ? Math.min(Math.ceil(confidence * bins), bins) - 1 : 0;
            const right = predicted === examples.targets[example] ? 1 : 0;
            gaps[bin] = (gaps[bin] ?? 0) + right - confidence;
          }
          count += examples.targets.length;
        },
        value: () => gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / count,
      };
    },
  };
}
