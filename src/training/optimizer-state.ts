/** An optimizer's slots for the parameters of one trainable, as a part of a training's state. */
import type { Optimizer } from '../optimizers/optimizer.ts';
import { storedCount, type Stateful } from './stateful.ts';
import type { Trainable } from './trainable.ts';

/** Slots go by `<parameter path>/<slot>`; the number of updates made is the host's part. */
export function optimizerState(optimizer: Optimizer, trainable: Trainable): Stateful {
  return {
    tensors: () =>
      new Map(
        [...trainable.parameters()].flatMap(([path, variable]) =>
          Object.entries(optimizer.slotsOf(variable)).map(
            ([slot, value]) => [`${path}/${slot}`, value] as const,
          ),
        ),
      ),
    host: () => ({ step: optimizer.step }),
    restoreHost: (state) => optimizer.restoreStep(storedCount(state, 'step')),
  };
}
