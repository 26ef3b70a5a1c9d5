/** Asserts that a piece of work leaves as many tensors and bytes as it found. */
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

export async function withoutLeak<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const before = tf.memory();
  try {
    return await work();
  } finally {
    const after = tf.memory();
    expect({ tensors: after.numTensors, bytes: after.numBytes }).toEqual({
      tensors: before.numTensors,
      bytes: before.numBytes,
    });
  }
}
