/** Randomness for the layers of a model inside one training step: a stream per layer call, named by the layer's path. */
import * as tf from '@tensorflow/tfjs';
import { keyTensor } from '../backend/random-bits.ts';
import { ModelError } from '../errors.ts';
import { hash32 } from '../random/hash.ts';
import type { Rng } from '../random/rng.ts';
import { layerPaths } from './paths.ts';

/**
 * What a layer draws from during one step. The training loop passes it to every layer, nested, shared and
 * TimeDistributed ones too, as `model.apply(x, { training: true, random })`.
 */
export interface StepRandom {
  /** The key, int32 [4], of a layer's next stream in this step: another one for each call of the layer. */
  key(layer: tf.layers.Layer): tf.Tensor1D;
}

/** The second argument of `Layer.call` as this package's layers read it. */
export interface CallOptions {
  readonly training?: boolean;
  readonly random?: StepRandom;
}

/**
 * The key of step `step` under `rng`, int32 [4]: `[key low, key high, step, 0]`. The last word is free for the hash
 * of a site, so that a step's key becomes a layer's key by one int32 addition.
 */
export function stepKey(rng: Rng, step: number): tf.Tensor1D {
  return keyTensor([rng.key[0], rng.key[1], step, 0]);
}

/** For a training loop of one's own: the randomness of one step, from 0, of a model. Call it inside the step's `tf.tidy`. */
export function stepRandom(model: tf.LayersModel, rng: Rng, step: number): StepRandom {
  return new ModelRandom(model).begin(stepKey(rng, step));
}

/** The random sites of one model; it remembers them, so that two sites with one stream cannot pass unseen. */
export class ModelRandom {
  readonly #paths: ReadonlyMap<tf.layers.Layer, string>;
  readonly #siteOfHash = new Map<number, string>();

  constructor(model: tf.LayersModel) {
    this.#paths = layerPaths(model);
  }

  /** The randomness of one step. Its n-th call for one layer draws from the site `path#n`. */
  begin(key: tf.Tensor1D): StepRandom {
    const calls = new Map<tf.layers.Layer, number>();
    return {
      key: (layer) => {
        const call = calls.get(layer) ?? 0;
        calls.set(layer, call + 1);
        return tf.tidy(() => key.add(keyTensor([0, 0, 0, this.#hashOf(layer, call)])));
      },
    };
  }

  #hashOf(layer: tf.layers.Layer, call: number): number {
    const path = this.#paths.get(layer);
    if (path === undefined)
      throw new ModelError(`layer ${layer.name} draws random numbers and is not part of the model`);
    const site = `${path}#${call}`;
    const hash = hash32(site);
    const other = this.#siteOfHash.get(hash);
    if (other !== undefined && other !== site) {
      throw new ModelError(
        `layers ${other} and ${site} would draw the same numbers; give one of them another name`,
      );
    }
    this.#siteOfHash.set(hash, site);
    return hash;
  }
}
