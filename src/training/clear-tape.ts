/** Gradient work that leaves no tensor behind when it throws. */
import * as tf from '@tensorflow/tfjs';

/**
 * Runs `work`; if it throws inside a gradient, frees the tensors that tfjs saved for the backward pass: they stand on
 * the engine's tape, which tfjs clears only after a gradient that succeeds.
 */
export function clearTape<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const { state } = tf.engine();
    for (const node of state.activeTape ?? []) tf.dispose(node.saved ?? []);
    state.activeTape = [];
    throw error;
  }
}
