/** How the loss and its gradient change along the gradient (Santurkar et al. 2018, arXiv:1805.11604, figure 4). */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { asDataset, type DatasetOptions } from '../data/dataset-from.ts';
import type { Dataset } from '../data/dataset.ts';
import type { ParameterPath } from '../layers/paths.ts';
import { adaptStockLayers } from '../layers/stock-layers.ts';
import { stepKey } from '../layers/step-random.ts';
import { type Loss, lossSchema } from '../losses/loss.ts';
import { instanceOf, parseOptions } from '../options.ts';
import { Rng } from '../random/rng.ts';
import { batchOf } from './batch-data.ts';
import { clearTape } from './clear-tape.ts';
import { checkModelFits } from './model-fits.ts';
import { Snapshot } from './stateful.ts';
import { meanGradients } from './step.ts';
import { trainableModel } from './trainable-model.ts';

export interface LossAlongGradientOptions {
  readonly loss: Loss;
  /** The rates η to look at: the model at θ − η g; none for the loss at θ alone. */
  readonly learningRates: readonly number[];
  /** Decides the masks, which are the same at every rate. */
  readonly rng: Rng;
}

export interface LossAlongGradient {
  /** At θ, then at θ − η g for each rate: one more than rates. */
  readonly losses: readonly number[];
  /** ‖g(θ − η g) − g‖ / ‖g‖ for each rate. */
  readonly gradientChanges: readonly number[];
}

export const lossAlongGradientSchema = z.strictObject({
  loss: lossSchema,
  learningRates: z.array(z.number()),
  rng: instanceOf(Rng, 'must be an Rng, such as Rng.fromSeed(0)'),
});

/**
 * The loss of `rows`, as one batch, where plain gradient descent on them would go, for several rates. On a quadratic
 * with Hessian H: L(θ − η g) = L − η ‖g‖² + ½ η² gᵀH g, and the gradient changes by η ‖H g‖ / ‖g‖. Dropout and norms
 * are in training mode: batch norms use the rows' own statistics. The model is left as it was.
 */
export async function lossAlongGradient(
  model: tf.LayersModel,
  rows: Dataset | DatasetOptions,
  options: LossAlongGradientOptions,
): Promise<LossAlongGradient> {
  const { loss, learningRates, rng } = parseOptions('lossAlongGradient', lossAlongGradientSchema, options);
  const data = asDataset(rows);
  checkModelFits(model, data, loss);
  const trainable = trainableModel(model, loss);
  const parameters = trainable.parameters();
  const putBack = adaptStockLayers(model);
  const before = new Snapshot([trainable]);
  const look = (): { loss: tf.Scalar; gradients: Gradients } => {
    const random = trainable.beginStep(stepKey(rng, 0));
    const batch = batchOf(
      data,
      Int32Array.from({ length: data.rows }, (_, row) => row),
    );
    return meanGradients(trainable, parameters, [batch], random);
  };
  try {
    const measured = clearTape(() =>
      tf.tidy(() => {
        const start = look();
        const ends = learningRates.map((learningRate) => {
          before.restore();
          for (const [path, gradient] of start.gradients) {
            const parameter = parameters.get(path);
            parameter?.assign(parameter.sub(gradient.mul(learningRate)));
          }
          const end = look();
          return tf.stack([end.loss, distance(end.gradients, start.gradients)]);
        });
        return tf.stack([tf.stack([start.loss, distance(start.gradients)]), ...ends]) as tf.Tensor2D;
      }),
    );
    const [[first = Number.NaN, norm = Number.NaN] = [], ...ends] = await measured.array();
    measured.dispose();
    return {
      losses: [first, ...ends.map(([value = Number.NaN]) => value)],
      gradientChanges: ends.map(([, change = Number.NaN]) => change / norm),
    };
  } finally {
    putBack();
    before.restore();
    before.dispose();
  }
}

type Gradients = ReadonlyMap<ParameterPath, tf.Tensor>;

/** ‖a − b‖ over all parameters; ‖a‖ without b. */
function distance(a: Gradients, b?: Gradients): tf.Tensor {
  const squares = [...a].map(([path, gradient]) => {
    const other = b?.get(path);
    return (other === undefined ? gradient : gradient.sub(other)).square().sum();
  });
  return tf.addN(squares).sqrt();
}
