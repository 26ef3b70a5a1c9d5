/** The share of the targets' variance that the model explains. */
import { ShapeError } from '../errors.ts';
import { checkTargetShape } from '../losses/check-targets.ts';
import type { Metric } from './metric.ts';

/**
 * R² = 1 − Σ (y − ŷ)² / Σ (ŷ − mean ŷ)² for predictions y and targets ŷ of one shape `[batch, …]`; of several outputs
 * the plain mean of their R². 1 is exact, 0 is what the mean of these targets would have, and a worse model has less.
 * Targets that are all the same have no variance: 1 for exact predictions, else 0 (scikit-learn's `r2_score`). NaN for
 * fewer than two rows and for predictions that are NaN; −Infinity for infinite ones.
 */
export function rSquared(): Metric<'rSquared'> {
  return {
    metricName: 'rSquared',
    better: 'higher',
    checkTargets: (targets, outputs) => checkTargetShape('rSquared', targets, [outputs]),
    start() {
      const outputs: OutputSums[] = [];
      return {
        add(predictions, targets) {
          if (predictions.shape.join() !== targets.shape.join())
            throw new ShapeError('rSquared targets', `[${predictions.shape.join(', ')}]`, targets.shape);
          const width = predictions.values.length / (predictions.shape[0] ?? 1);
          for (const [place, target] of targets.values.entries()) {
            const output = (outputs[place % width] ??= { rows: 0, mean: 0, variation: 0, residual: 0 });
            count(output, predictions.values[place] ?? Number.NaN, target);
          }
        },
        value: () => outputs.reduce((sum, output) => sum + explained(output), 0) / outputs.length,
      };
    },
  };
}

/** Of one output: of the targets mean and Σ (ŷ − mean)², and Σ (y − ŷ)². */
interface OutputSums {
  rows: number;
  mean: number;
  variation: number;
  residual: number;
}

/** One row more, by the update of Welford (1962): no large squares are subtracted. */
function count(output: OutputSums, prediction: number, target: number): void {
  const before = target - output.mean;
  output.rows += 1;
  output.mean += before / output.rows;
  output.variation += before * (target - output.mean);
  output.residual += (prediction - target) ** 2;
}

function explained({ rows, variation, residual }: OutputSums): number {
  if (rows < 2 || Number.isNaN(residual)) return Number.NaN;
  if (variation > 0) return 1 - residual / variation;
  return residual === 0 ? 1 : 0;
}
