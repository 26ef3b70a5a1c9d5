/** How noisy the gradients of a model are (McCandlish et al. 2018, arXiv:1812.06162, appendix A.1). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { batches } from '../data/batches.ts';
import { asDataset, type DatasetOptions } from '../data/dataset-from.ts';
import type { Dataset } from '../data/dataset.ts';
import { OptionError } from '../errors.ts';
import { adaptStockLayers } from '../layers/stock-layers.ts';
import { stepKey } from '../layers/step-random.ts';
import { type Loss, lossSchema } from '../losses/loss.ts';
import { instanceOf, parseOptions } from '../options.ts';
import { Rng } from '../random/rng.ts';
import { batchOf } from './batch-data.ts';
import { clearTape } from './clear-tape.ts';
import { turnKeeper } from './loop.ts';
import { checkModelFits } from './model-fits.ts';
import { Snapshot } from './stateful.ts';
import { meanGradients } from './step.ts';
import { trainableModel } from './trainable-model.ts';

export interface GradientNoiseScaleOptions {
  readonly loss: Loss;
  readonly rng: Rng;
  /** Rows of a small batch. @default 32 */
  readonly batchSize?: number;
  /** Small batches that make a large one, at least 2. @default 8 */
  readonly batches?: number;
  /** Large batches to average over. @default 20 */
  readonly samples?: number;
}

export interface GradientNoise {
  /** tr Σ / |G|²: the batch size, in rows, up to which larger batches save updates; NaN where |G|² is not told from 0. */
  readonly noiseScale: number;
  /** |G|², the squared norm of the gradient over all rows, without the bias of the noise; may fall below 0. */
  readonly squaredGradient: number;
  /** tr Σ, the variance of one row's gradient, summed over all parameters. */
  readonly covarianceTrace: number;
}

export const gradientNoiseScaleSchema = z.strictObject({
  loss: lossSchema,
  rng: instanceOf(Rng, 'must be an Rng, such as Rng.fromSeed(0)'),
  batchSize: z.int().positive().default(32),
  batches: z.int().min(2).default(8),
  samples: z.int().positive().default(20),
});

/**
 * The simple noise scale at the model's present weights. Gradients of small and of large batches differ in their mean
 * squared norm by the noise alone: |G_b|² = |G|² + tr Σ / b, two equations for two unknowns. Dropout and norms are in
 * training mode, as they are when the gradients matter; the model is left as it was.
 */
export async function gradientNoiseScale(
  model: tf.LayersModel,
  rows: Dataset | DatasetOptions,
  options: GradientNoiseScaleOptions,
): Promise<GradientNoise> {
  const checked = parseOptions('gradientNoiseScale', gradientNoiseScaleSchema, options);
  const { loss, rng, batchSize, batches: count, samples } = checked;
  const data = asDataset(rows);
  checkModelFits(model, data, loss);
  if (data.rows < batchSize * count) {
    const rule = `times batchSize must not exceed the ${data.rows} rows`;
    throw new OptionError('gradientNoiseScale', [{ path: 'batches', rule, received: count }]);
  }
  const trainable = trainableModel(model, loss);
  const putBack = adaptStockLayers(model);
  const before = new Snapshot([trainable]);
  const order = batches({ rows: data.rows, batchSize, dropRemainder: true, rng: rng.split('batches') });
  const turn = turnKeeper();
  let [small, large] = [0, 0];
  try {
    for (let sample = 0; sample < samples; sample++) {
      const sums = clearTape(() =>
        tf.tidy(() => {
          const random = trainable.beginStep(stepKey(rng.split('steps'), sample));
          const each = Array.from({ length: count }, () => {
            const batch = batchOf(data, order.next().value.indices);
            const { gradients } = meanGradients(trainable, trainable.parameters(), [batch], random);
            return [...gradients.values()];
          });
          const mean = each[0]?.map((_, i) => tf.addN(each.flatMap((one) => one[i] ?? [])).div(count)) ?? [];
          return tf.stack([tf.addN(each.map(squaredNorm)).div(count), squaredNorm(mean)]);
        }),
      );
      const [smallest = Number.NaN, largest = Number.NaN] = await sums.data();
      sums.dispose();
      small += smallest / samples;
      large += largest / samples;
      await turn();
    }
  } finally {
    putBack();
    before.restore();
    before.dispose();
  }
  const [b, B] = [batchSize, batchSize * count];
  const squaredGradient = (B * large - b * small) / (B - b);
  const covarianceTrace = (small - large) / (1 / b - 1 / B);
  const noiseScale = squaredGradient > 0 ? covarianceTrace / squaredGradient : Number.NaN;
  return { noiseScale, squaredGradient, covarianceTrace };
}

const squaredNorm = (tensors: readonly tf.Tensor[]): tf.Tensor =>
  tf.addN(tensors.map((tensor) => tensor.square().sum()));
