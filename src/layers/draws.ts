/** Random tensors from a stream key, as tensor operations: equal bits on every backend for uniform and bernoulli. */
import * as tf from '@tensorflow/tfjs';
import { randomBits } from '../backend/random-bits.ts';

const STEPS = 0x80_0000; // 2^23: the draws are integers below it, exact in float32

/** Uniform on [0, 1), float32, from 23 bits each. */
export function uniform(key: tf.Tensor1D, shape: number[]): tf.Tensor {
  return tf.tidy(() =>
    randomBits(key, shape)
      .toFloat()
      .mul(1 / STEPS),
  );
}

/** 1 with the given probability, else 0, float32: the integer draw is compared, so the bits agree everywhere. */
export function bernoulli(key: tf.Tensor1D, shape: number[], probability: number): tf.Tensor {
  const threshold = Math.round(probability * STEPS);
  return tf.tidy(() => randomBits(key, shape).toFloat().less(threshold).toFloat());
}

/**
 * Standard normal numbers, float32, by Box & Muller 1958: √(−2 ln(1 − u₁)) cos(2π u₂). The same bits on one backend,
 * within 1e-6 across backends (their ln and cos differ).
 */
export function normal(key: tf.Tensor1D, shape: number[]): tf.Tensor {
  return tf.tidy(() => {
    const [u1, u2] = tf.unstack(uniform(key, [2, ...shape]));
    if (u1 === undefined || u2 === undefined) throw new RangeError('two halves');
    const radius = tf.scalar(1).sub(u1).log().mul(-2).sqrt();
    return radius.mul(u2.mul(2 * Math.PI).cos());
  });
}
