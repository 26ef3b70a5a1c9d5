/** Gradients against central differences, of every number of every input. */
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { CENTRAL_DIFFERENCES, relativeError } from '../tolerances.ts';

/** Of one, two or three inputs. */
export type TensorFunction = (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor) => tf.Tensor;

export type Inputs = readonly [tf.Tensor, ...tf.Tensor[]];

const STEP = 1e-2;

/**
 * Numbers in (−2, 2), 0.1 apart in one tensor and at least 0.02 from 0 and from those of a tensor with another `offset`
 * (1, 2, 3): a step of 0.01 passes no kink.
 */
export function spread(shape: readonly number[], offset = 1): tf.Tensor {
  const length = tf.util.sizeFromShape([...shape]);
  return tf.tensor(
    Float32Array.from({ length }, (_, i) => (((i * 15 + offset * 4) % 41) - 20.5 + offset * 0.3) / 10),
    [...shape],
  );
}

/** The same above 0.3. */
export const positive = (shape: readonly number[], offset = 1): tf.Tensor =>
  tf.tidy(() => spread(shape, offset).add(2.4).div(2));

/** Disposes the inputs. */
export function expectGradients(compute: TensorFunction, inputs: Inputs): void {
  const output = ([x, y = x, z = x]: Inputs): tf.Tensor => compute(x, y, z);
  tf.tidy(() => {
    const weights = positive(output(inputs).shape, 3);
    const loss = (...xs: tf.Tensor[]): tf.Tensor =>
      output(xs as [tf.Tensor])
        .mul(weights)
        .sum();
    const gradients = tf.grads(loss)([...inputs]);
    for (const [which, input] of inputs.entries()) {
      const numbers = Array.from(input.dataSync<'float32'>());
      const lossWith = (place: number, number: number): number =>
        tf.tidy(() => {
          const moved = tf.tensor(numbers.with(place, number), input.shape);
          return weightedSum(output(inputs.with(which, moved) as [tf.Tensor]), weights);
        });
      const expected = numbers.map(
        (number, place) => (lossWith(place, number + STEP) - lossWith(place, number - STEP)) / (2 * STEP),
      );
      const actual = Array.from(gradients[which]?.dataSync<'float32'>() ?? []);
      if (expected.every((difference) => difference === 0)) expect(actual.map(Math.abs)).toEqual(expected);
      else expect(relativeError(actual, expected)).toBeLessThan(CENTRAL_DIFFERENCES);
    }
  });
  tf.dispose([...inputs]);
}

/** In float64: a sum in float32 would drown the differences. */
function weightedSum(output: tf.Tensor, weights: tf.Tensor): number {
  const factors = weights.dataSync<'float32'>();
  return Array.from(output.dataSync<'float32'>()).reduce(
    (sum, number, i) => sum + number * (factors[i] ?? Number.NaN),
    0,
  );
}
