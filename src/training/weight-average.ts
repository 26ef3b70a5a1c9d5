/** The running average of the weights during a training (Polyak & Juditsky 1992; the exponential form). */
import * as tf from '@tensorflow/tfjs';
import type { ParameterPath } from '../layers/paths.ts';
import type { Json } from '../result/json.ts';
import { type Stateful, storedCount } from './stateful.ts';
import type { AfterUpdate, StepScalars } from './step-parts.ts';

/**
 * After each update a ← d a + (1 − d) θ; after the first one a = θ, as PyTorch's `get_ema_multi_avg_fn` has it (there is
 * nothing to correct for). Norm statistics are not averaged.
 */
export class WeightAverage implements AfterUpdate, Stateful {
  readonly name = 'weight average';
  readonly scalars = ['share'];
  readonly #decay: number;
  #firstStep: number;
  readonly #pairs: ReadonlyMap<ParameterPath, readonly [weight: tf.Variable, average: tf.Variable]>;

  /** @param firstStep - The number of the first update to be averaged. */
  constructor(parameters: ReadonlyMap<ParameterPath, tf.Variable>, decay: number, firstStep: number) {
    this.#decay = decay;
    this.#firstStep = firstStep;
    this.#pairs = new Map(
      [...parameters].map(([path, weight]) => [path, [weight, tf.variable(weight, false)] as const]),
    );
  }

  /** The averages by path. */
  tensors(): Map<ParameterPath, tf.Variable> {
    return new Map([...this.#pairs].map(([path, [, average]]) => [`average/${path}`, average]));
  }

  scalarsAt(step: number): readonly number[] {
    return [step === this.#firstStep ? 1 : 1 - this.#decay];
  }

  afterUpdate(_parameters: ReadonlyMap<ParameterPath, tf.Variable>, { share }: StepScalars): void {
    if (share === undefined) throw new RangeError('the scalar "share" is missing');
    for (const [weight, average] of this.#pairs.values()) {
      tf.tidy(() => average.assign(average.add(weight.sub(average).mul(share))));
    }
  }

  /** Puts the averages into the model and keeps the weights instead; a second call undoes it. */
  swap(): void {
    for (const [weight, average] of this.#pairs.values()) {
      const kept = weight.clone();
      weight.assign(average);
      average.assign(kept);
      kept.dispose();
    }
  }

  host(): Json {
    return { firstStep: this.#firstStep };
  }

  restoreHost(state: Json): void {
    this.#firstStep = storedCount(state, 'firstStep');
  }

  dispose(): void {
    tf.dispose([...this.tensors().values()]);
  }
}
