/**
 * One optimizer update as a function of tensors: batch, forward, gradients, updates. No rate, step number, hyper-parameter
 * or random number is a JavaScript constant inside, so that a step can be recorded once and run many times.
 */
import * as tf from '@tensorflow/tfjs';
import type { ParameterPath } from '../layers/paths.ts';
import type { StepRandom } from '../layers/step-random.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { clearTape } from './clear-tape.ts';
import { measure, type Measure } from './measures.ts';
import type { StepParts, StepScalars } from './step-parts.ts';
import type { Batch, Trainable } from './trainable.ts';

/** The name of the scope in which a step runs: by it `kernel-profile.ts` knows which kernels are a step's. */
export const STEP_SCOPE = 'training step';

/** The first places of a step's `values`; `weight` is what the rows count together: their number where all count alike. */
export const VALUES = { loss: 0, penalty: 1, weight: 2 } as const;

/**
 * What a step leaves behind: `values` float32 [3 + measures], first those of {@link VALUES}; `finite` bool, of loss,
 * gradients and new parameters.
 */
export interface StepResult {
  readonly values: tf.Tensor1D;
  readonly finite: tf.Scalar;
}

/**
 * One update. Its gradient is that of the weighted mean over the rows of all micro-batches, plus the penalty.
 *
 * @param scalars - float32 [S], as {@link StepFunction.scalarsAt} gives them.
 * @param key - int32 [4].
 */
export type Step = (microBatches: readonly Batch[], scalars: tf.Tensor1D, key: tf.Tensor1D) => StepResult;

/** A step and the numbers it wants. */
export interface StepFunction {
  readonly step: Step;
  /** The step's scalars for update `step` (from 0), block after block, in float64. */
  readonly scalarsAt: (step: number) => number[];
}

export function createStep(
  trainable: Trainable,
  optimizer: Optimizer,
  parts: StepParts = {},
  measures: readonly Measure[] = [],
): StepFunction {
  const { batch: batchParts = [], gradients: gradientParts = [], after = [] } = parts;
  const others = [...batchParts, ...gradientParts, ...after];
  optimizer.prepare(trainable.parameters().values(), (variable) => trainable.describe(variable));

  const step: Step = (microBatches, scalars, key) =>
    clearTape(() =>
      tf.tidy(STEP_SCOPE, () => {
        const numbers = tf.unstack(scalars) as tf.Scalar[];
        const ownNumbers = numbers.splice(0, optimizer.scalarCount);
        const blocks = new Map<object, StepScalars>(
          others.map((part) => [
            part,
            Object.fromEntries(part.scalars.map((name) => [name, numbers.shift() ?? tf.scalar(0)])),
          ]),
        );
        const blockOf = (part: object): StepScalars => blocks.get(part) ?? {};

        const batches = microBatches.map((batch) =>
          batchParts.reduce((changed, part) => part.transform(changed, blockOf(part)), batch),
        );
        const parameters = trainable.parameters();
        const { loss, penalty, weight, gradients } = meanGradients(
          trainable,
          parameters,
          batches,
          trainable.beginStep(key),
        );
        const changed = gradientParts.reduce<ReadonlyMap<ParameterPath, tf.Tensor>>(
          (map, part) => part.transform(map, blockOf(part)),
          gradients,
        );
        const before = measures.includes('updateRatio')
          ? [...parameters.values()].map((variable) => variable.clone())
          : [];
        for (const [path, variable] of parameters) {
          const gradient = changed.get(path);
          if (gradient !== undefined) optimizer.update(variable, gradient, ownNumbers);
        }
        for (const part of after) part.afterUpdate(parameters, blockOf(part));
        const measured = measures.map((name) =>
          measure(name, [...gradients.values()], before, [...parameters.values()]),
        );
        return {
          values: tf.stack([loss, penalty, weight, ...measured]) as tf.Tensor1D,
          finite: allFinite([loss, penalty, ...gradients.values(), ...parameters.values()]),
        };
      }),
    );

  return {
    step,
    scalarsAt: (at) => [...optimizer.scalarsAt(at), ...others.flatMap((part) => part.scalarsAt(at))],
  };
}

/** The loss (weighted mean over all rows), the penalty, and the gradient of their sum; a parameter without a gradient is left out. */
export function meanGradients(
  trainable: Trainable,
  parameters: ReadonlyMap<ParameterPath, tf.Variable>,
  batches: readonly Batch[],
  random: StepRandom,
): { loss: tf.Scalar; penalty: tf.Scalar; weight: tf.Scalar; gradients: Map<ParameterPath, tf.Tensor> } {
  const weights = batches.map((batch) => trainable.weightsOf(batch));
  const weight = totalWeight(batches, weights);
  const plain = batches.length === 1 && weights[0] === null;
  const losses: tf.Scalar[] = [];
  const penalties: tf.Scalar[] = [];
  const gradients = new Map<ParameterPath, tf.Tensor>();
  try {
    for (const batch of batches) {
      const forward = (): tf.Scalar => {
        const { perExample, penalty } = trainable.losses(batch, random);
        const loss = weightedMean(perExample, batch.weights, plain ? null : weight);
        losses.push(tf.keep(loss));
        if (penalty === null || penalties.length > 0) return loss;
        penalties.push(tf.keep(penalty));
        return loss.add(penalty);
      };
      const { grads } = tf.engine().gradients(forward, [...parameters.values()], undefined, true);
      [...parameters.keys()].forEach((path, index) => {
        const gradient: tf.Tensor | null | undefined = grads[index];
        if (gradient === null || gradient === undefined) return;
        const sum = gradients.get(path);
        gradients.set(path, sum === undefined ? gradient : sum.add(gradient));
      });
    }
    return {
      loss: losses.length === 1 && losses[0] ? losses[0].clone() : tf.addN(losses),
      penalty: penalties[0]?.clone() ?? tf.scalar(0),
      weight,
      gradients,
    };
  } finally {
    tf.dispose([...losses, ...penalties]);
  }
}

/** Keeps 0 / 0 away: below any weight that is one. */
const TINY = 1e-30;

/** Σ weight · loss / total weight; the plain mean when there is one batch without weights. */
function weightedMean(
  perExample: tf.Tensor1D,
  weights: tf.Tensor1D | null,
  total: tf.Scalar | null,
): tf.Scalar {
  if (total === null) return perExample.mean();
  // Rows that all count 0 have no loss and no gradient.
  return (weights === null ? perExample : perExample.mul(weights)).sum().div(total.maximum(TINY));
}

function totalWeight(batches: readonly Batch[], weights: readonly (tf.Tensor1D | null)[]): tf.Scalar {
  const sums = batches.map(({ targets }, index) => weights[index]?.sum() ?? tf.scalar(targets.shape[0] ?? 1));
  return sums.length === 1 && sums[0] ? sums[0].asScalar() : tf.addN(sums).asScalar();
}

/**
 * Whether every entry is finite, by sums: a sum is finite only if all its terms are. Finite entries whose sum leaves
 * float32 are called non-finite too; the loop looks at each tensor before it believes that.
 */
function allFinite(tensors: readonly tf.Tensor[]): tf.Scalar {
  return tf
    .stack(tensors.map((tensor) => tensor.sum()))
    .sum()
    .isFinite()
    .asScalar();
}
