/** What looks on at, or disturbs, a training of `batch-normalization`. */
import * as tf from '@tensorflow/tfjs';
import {
  type Callback,
  crossEntropy,
  type Dataset,
  lossAlongGradient,
  parameterPaths,
  type Rng,
} from 'tfjs-recipes';

/** Where the loss is looked at along the gradient, in multiples of the learning rate. */
const MULTIPLES = [0.5, 1, 2, 4];
/** In the first updates, every so many: later the plain net has converged, and a ratio of nothing means nothing. */
const PROBED = { until: 60, every: 5 };

/**
 * Moves every unit behind a norm by another amount at every update, all rows alike, `size` in root mean square: a shift
 * of the covariates as large as one likes. It is away in evaluation.
 */
export function shaking(model: tf.LayersModel, size: number): Callback {
  const shifts = [...parameterPaths(model)].flatMap(([path, shift]) =>
    path.endsWith('/beta') ? [shift] : [],
  );
  const move = (step: number, amplitude: number): void =>
    shifts.forEach((shift, layer) => {
      const phases = Array.from({ length: shift.size }, (_, unit) => step + 31 * unit + 997 * layer);
      const moved = phases.map((phase) => amplitude * Math.SQRT2 * Math.sin(phase * phase));
      tf.tidy(() => shift.assign(shift.add(moved)));
    });
  return { onBatchBegin: (step) => move(step, size), onBatchEnd: (step) => move(step, -size) };
}

/** Looks along the gradient of fresh batches in the first updates; `found` fills while it trains. */
export function probing(
  model: tf.LayersModel,
  rows: Dataset,
  { batchSize, rate, rng }: { batchSize: number; rate: number; rng: Rng },
) {
  const found = { steps: [] as number[], lossRange: [] as number[], gradientChange: [] as number[] };
  const learningRates = MULTIPLES.map((multiple) => multiple * rate);
  const onBatchBegin = async (step: number): Promise<void> => {
    if (step >= PROBED.until || step % PROBED.every !== 0) return;
    const batch = rows.take(rng.split(step).permutation(rows.rows).subarray(0, batchSize));
    const along = await lossAlongGradient(model, batch, { loss: crossEntropy(), learningRates, rng });
    found.steps.push(step);
    found.lossRange.push(Math.max(...along.losses) - Math.min(...along.losses));
    found.gradientChange.push(Math.max(...along.gradientChanges));
  };
  return { found, onBatchBegin };
}
