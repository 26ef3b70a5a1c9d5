/** Which tensor of a step was the first to leave the finite numbers. */
import * as tf from '@tensorflow/tfjs';
import { clearTape } from './clear-tape.ts';
import { Snapshot, type Stateful } from './stateful.ts';
import { meanGradients } from './step.ts';
import type { Batch, Trainable } from './trainable.ts';

/**
 * The first tensor of a step that is not finite, in the order loss, penalty, gradients, parameters: found by running the
 * same step's forward and backward pass again from the state before it. Restores that state; without such a tensor (a
 * sum left float32, nothing else) it leaves the step's result in place.
 */
export async function firstNonFinite(
  trainable: Trainable,
  states: readonly Pick<Stateful, 'tensors'>[],
  before: Snapshot,
  batches: readonly Batch[],
  key: tf.Tensor1D,
): Promise<string | undefined> {
  const after = new Snapshot(states);
  const parameters = [...trainable.parameters()].map(([path, variable]) => ({
    name: path,
    tensor: variable.clone(),
  }));
  before.restore();
  const again = clearTape(() =>
    tf.tidy(() => {
      const { loss, penalty, gradients } = meanGradients(
        trainable,
        trainable.parameters(),
        batches,
        trainable.beginStep(key),
      );
      const named: NamedTensor[] = [...gradients].map(([path, tensor]) => ({
        name: `gradient of ${path}`,
        tensor,
      }));
      return [{ name: 'loss', tensor: loss }, { name: 'penalty', tensor: penalty }, ...named];
    }),
  );
  const candidates = [...again, ...parameters];
  try {
    for (const { name, tensor } of candidates) {
      if ((await tensor.data()).some((value) => !Number.isFinite(value))) {
        before.restore();
        return name;
      }
    }
    after.restore();
    return undefined;
  } finally {
    tf.dispose(candidates.map(({ tensor }) => tensor));
    after.dispose();
  }
}

type NamedTensor = { name: string; tensor: tf.Tensor };
