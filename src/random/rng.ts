/**
 * Reproducible randomness on the host: a seeded stream of Philox words with named sub-streams. Same seed, same
 * bits, on every backend, engine and Node version (no library function whose last bit may differ is used).
 */
import { OptionError } from '../errors.ts';
import { hash32 } from './hash.ts';
import { normalQuantile } from './normal.ts';
import { fillPhilox, philox4x32 } from './philox.ts';

/** The high half of the counter that names a sub-stream's key; draws have 0 there, so the two never meet. */
const SPLIT_COUNTER = 0x53504c54; // 'SPLT'
/** Φ(−2) and Φ(2) − Φ(−2): the limits of the truncated normal. */
const LOWER_TAIL = 0.022750131948179212;
const CENTRAL_MASS = 0.9544997361036416;

/**
 * A stream of random numbers. Draws advance it; `split` does not.
 *
 * @example
 * ```ts
 * const rng = Rng.fromSeed(0); // 0 is a seed like any other
 * rng.split('weights').normal(3); // the same three numbers, whatever else was drawn
 * ```
 */
export class Rng {
  /** The two words of Philox's key. */
  readonly key: readonly [number, number];
  #position = 0;

  private constructor(key: readonly [number, number]) {
    this.key = key;
  }

  /** @param seed - An integer from 0 to 2^53 − 1. Throws an OptionError otherwise. */
  static fromSeed(seed: number): Rng {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new OptionError('Rng.fromSeed', [
        { path: 'seed', rule: 'must be an integer from 0 to 2^53 - 1', received: seed },
      ]);
    }
    return new Rng([seed >>> 0, Math.floor(seed / 0x1_0000_0000)]);
  }

  /** An independent stream named by `label`: a function of this stream's key alone, not of what was drawn from it. */
  split(label: string | number): Rng {
    const name = String(label);
    const words = philox4x32([hash32(name), hash32(name, 1), 0, SPLIT_COUNTER], this.key, new Uint32Array(4));
    return new Rng([words[0] ?? 0, words[1] ?? 0]);
  }

  /** The next `count` 32-bit words. */
  bits(count: number): Uint32Array {
    checkCount(count);
    const first = this.#position;
    this.#position += count;
    return fillPhilox([this.key[0], this.key[1], 0, 0], first, new Uint32Array(count));
  }

  /** `count` numbers uniform on [low, high), from 23 bits each; rounding to float32 may reach `high`. @default [0, 1) */
  uniform(count: number, low = 0, high = 1): Float32Array {
    return Float32Array.from(this.bits(count), (word) => low + (high - low) * ((word & 0x7fffff) / 0x800000));
  }

  /** `count` normal numbers, by the quantile of a 32-bit uniform (within ±6.4 standard deviations). */
  normal(count: number, mean = 0, standardDeviation = 1): Float32Array {
    return Float32Array.from(
      this.bits(count),
      (word) => mean + standardDeviation * normalQuantile((word + 0.5) / 0x1_0000_0000),
    );
  }

  /** `count` numbers of the standard normal cut at ±2 (its standard deviation is 0.8796, not corrected here). */
  truncatedNormal(count: number): Float32Array {
    return Float32Array.from(this.bits(count), (word) =>
      normalQuantile(LOWER_TAIL + CENTRAL_MASS * ((word + 0.5) / 0x1_0000_0000)),
    );
  }

  /** `count` draws that are 1 with the given probability, else 0, decided by 23 bits. */
  bernoulli(count: number, probability: number): Uint8Array {
    if (!(probability >= 0 && probability <= 1)) {
      throw new OptionError('Rng.bernoulli', [
        { path: 'probability', rule: 'must be in [0, 1]', received: probability },
      ]);
    }
    const threshold = Math.round(probability * 0x800000);
    return Uint8Array.from(this.bits(count), (word) => ((word & 0x7fffff) < threshold ? 1 : 0));
  }

  /** An integer uniform on 0 … bound − 1, without bias (words past the last whole multiple of `bound` are drawn again). */
  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 0x1_0000_0000) {
      throw new OptionError('Rng.integer', [
        { path: 'bound', rule: 'must be an integer from 1 to 2^32', received: bound },
      ]);
    }
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
    for (;;) {
      const word = this.bits(1)[0] ?? 0;
      if (word < limit) return word % bound;
    }
  }

  /** The numbers 0 … count − 1 in random order (Fisher & Yates 1938, as Durstenfeld 1964). */
  permutation(count: number): Int32Array {
    checkCount(count);
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const moved = order[i] ?? 0;
      order[i] = order[j] ?? 0;
      order[j] = moved;
    }
    return order;
  }
}

function checkCount(count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new OptionError('Rng', [{ path: 'count', rule: 'must be an integer >= 0', received: count }]);
  }
}
