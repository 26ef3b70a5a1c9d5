/** Which class is taken for which. */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import {
  type ClassMetricOptions,
  classMetricOptions,
  classReader,
  predictedClasses,
} from './class-outputs.ts';
import type { Metric } from './metric.ts';

const schema = z.strictObject(classMetricOptions);

/**
 * How many examples of each class (row) were predicted as each class (column): `matrix[3][5]` threes were taken for
 * fives. Right ones stand on the diagonal. An example with a NaN among its outputs has no prediction and is in no cell,
 * so that without NaN the cells sum to the number of examples. Targets and outputs as in `accuracy`.
 */
export function confusionMatrix(options: ClassMetricOptions = {}): Metric<'confusionMatrix', number[][]> {
  const { from } = parseOptions('confusionMatrix', schema, options);
  const reader = classReader('confusionMatrix', from);
  return {
    metricName: 'confusionMatrix',
    better: null,
    from,
    checkTargets: reader.checkTargets,
    start() {
      const matrix: Float64Array[] = [];
      return {
        add(predictions, targets) {
          const examples = reader.examples(predictions, targets);
          while (matrix.length < examples.classes) matrix.push(new Float64Array(examples.classes));
          const predicted = predictedClasses(examples);
          for (const [example, target] of examples.targets.entries()) {
            const row = matrix[target];
            const column = predicted[example] ?? -1;
            if (row !== undefined && column >= 0) row[column] = (row[column] ?? 0) + 1;
          }
        },
        value: () => matrix.map((row) => [...row]),
      };
    },
  };
}
