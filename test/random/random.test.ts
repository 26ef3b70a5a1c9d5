import { describe, expect, test } from 'vitest';
import { hash32 } from '../../src/random/hash.ts';
import { naturalLogarithm, normalQuantile } from '../../src/random/normal.ts';
import { fillPhilox, philox4x32 } from '../../src/random/philox.ts';
import { Rng } from '../../src/random/rng.ts';

const hex = (words: Iterable<number>): string =>
  [...words].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ');

describe('Philox 4x32-10', () => {
  // Known-answer vectors of the authors' Random123 (kat_vectors, philox4x32 10).
  test.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ] as const)('counter %j, key %j', (counter, key, expected) => {
    expect(hex(philox4x32(counter, key, new Uint32Array(4)))).toBe(expected);
  });

  test('a stream read in pieces is the stream read at once', () => {
    const whole = fillPhilox([1, 2, 3, 4], 0, new Uint32Array(23));
    for (const cut of [1, 3, 4, 5, 8, 22]) {
      const pieces = [
        ...fillPhilox([1, 2, 3, 4], 0, new Uint32Array(cut)),
        ...fillPhilox([1, 2, 3, 4], cut, new Uint32Array(23 - cut)),
      ];
      expect(pieces).toEqual([...whole]);
    }
  });

  test('the block number carries into the second word of the counter', () => {
    const last = fillPhilox([5, 6, 7, 8], 4 * 0xffffffff, new Uint32Array(8));
    const next = philox4x32([0, 1, 7, 8], [5, 6], new Uint32Array(4));
    expect(last.slice(4)).toEqual(next);
  });

  test('int32 output holds the same bits', () => {
    expect(hex(fillPhilox([9, 9, 9, 9], 0, new Int32Array(9)))).toBe(
      hex(fillPhilox([9, 9, 9, 9], 0, new Uint32Array(9))),
    );
  });
});

describe('hash32', () => {
  // The published vectors of MurmurHash3_x86_32.
  test.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['test', 0, 0xba6bd213],
    ['test', 0x9747b28c, 0x704b81dc],
    ['Hello, world!', 0, 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ])('%j, seed %i', (text, seed, expected) => {
    expect(hash32(text, seed)).toBe(expected);
  });
});

describe('the normal quantile', () => {
  /** Four units in the last place: the error AS 241 states for double precision, and that of the series of the logarithm. */
  const RELATIVE = 1e-15;
  // Published with AS 241, and Φ⁻¹(0.975) from tables.
  test.each([
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167814],
    [1e-20, -9.26234008979841],
    [0.975, 1.959963984540054],
    [0.5, 0],
  ])('Φ⁻¹(%d)', (p, expected) => {
    expect(Math.abs(normalQuantile(p) - expected)).toBeLessThanOrEqual(RELATIVE * Math.abs(expected));
  });

  test('the logarithm agrees with Math.log', () => {
    for (const x of [1e-300, 2.3e-10, 0.1, 0.5, Math.SQRT1_2, 0.9999999, 1, 1.0000001, Math.SQRT2, 3, 1e17]) {
      expect(Math.abs(naturalLogarithm(x) - Math.log(x))).toBeLessThanOrEqual(
        RELATIVE * Math.abs(Math.log(x)),
      );
    }
  });
});

describe('Rng', () => {
  const COUNT = 20_000;
  const mean = (values: Iterable<number>): number =>
    [...values].reduce((sum, value) => sum + value, 0) / COUNT;

  test('the first numbers of seed 0 never change', () => {
    expect(hex(Rng.fromSeed(0).bits(4))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    expect([...Rng.fromSeed(0).uniform(1)]).toEqual([0x27e8d5 / 0x800000]);
    expect([...Rng.fromSeed(0).split('a').permutation(8)]).toEqual([
      ...Rng.fromSeed(0).split('a').permutation(8),
    ]);
  });

  test('seed 0 is a seed: it repeats, and differs from seed 1 and 2^32', () => {
    const draws = [0, 1, 0x1_0000_0000].map((seed) => hex(Rng.fromSeed(seed).bits(8)));
    expect(hex(Rng.fromSeed(0).bits(8))).toBe(draws[0]);
    expect(new Set(draws).size).toBe(3);
  });

  test('split depends on the key and the label only', () => {
    const rng = Rng.fromSeed(7);
    const before = hex(rng.split('weights').bits(8));
    rng.normal(100);
    expect(hex(rng.split('weights').bits(8))).toBe(before);
    expect(hex(rng.split('biases').bits(8))).not.toBe(before);
    expect(hex(rng.split('weights').split('weights').bits(8))).not.toBe(before);
    expect(hex(rng.split(1).bits(8))).toBe(hex(rng.split('1').bits(8)));
  });

  test('drawing in pieces is drawing at once', () => {
    const pieces = Rng.fromSeed(3);
    expect([...pieces.bits(5), ...pieces.bits(2), ...pieces.bits(6)]).toEqual([...Rng.fromSeed(3).bits(13)]);
  });

  // Means of 20 000 draws lie within 4.5 standard errors for fixed seeds: a wrong mean or scale is far outside.
  test('uniform has mean 1/2 and variance 1/12 within its limits', () => {
    const values = Rng.fromSeed(11).uniform(COUNT, -1, 3);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values)).toBeLessThan(3);
    expect(Math.abs(mean(values) - 1)).toBeLessThan((4.5 * 4) / Math.sqrt(12 * COUNT));
    expect(Math.abs(mean(values.map((value) => (value - 1) ** 2)) - 16 / 12)).toBeLessThan(0.05);
  });

  test('normal has the asked mean and variance, and a share of 4.55 % beyond two standard deviations', () => {
    const values = Rng.fromSeed(12).normal(COUNT, 5, 2);
    expect(Math.abs(mean(values) - 5)).toBeLessThan((4.5 * 2) / Math.sqrt(COUNT));
    expect(Math.abs(mean(values.map((value) => (value - 5) ** 2)) - 4)).toBeLessThan(
      4.5 * 4 * Math.sqrt(2 / COUNT),
    );
    const beyond = values.filter((value) => Math.abs(value - 5) > 4).length / COUNT;
    expect(Math.abs(beyond - 0.0455)).toBeLessThan(4.5 * Math.sqrt((0.0455 * 0.9545) / COUNT));
  });

  test('truncatedNormal stays within ±2 with standard deviation 0.8796', () => {
    const values = Rng.fromSeed(13).truncatedNormal(COUNT);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(2);
    expect(Math.abs(Math.sqrt(mean(values.map((value) => value ** 2))) - 0.8796)).toBeLessThan(0.012);
  });

  test('bernoulli: the share of ones, and both ends exactly', () => {
    expect(Math.abs(mean(Rng.fromSeed(14).bernoulli(COUNT, 0.3)) - 0.3)).toBeLessThan(
      4.5 * Math.sqrt(0.21 / COUNT),
    );
    expect(mean(Rng.fromSeed(14).bernoulli(COUNT, 1))).toBe(1);
    expect(mean(Rng.fromSeed(14).bernoulli(COUNT, 0))).toBe(0);
    expect(() => Rng.fromSeed(0).bernoulli(1, 1.5)).toThrow('must be in [0, 1], received 1.5');
  });

  test('permutation holds every number once, and every order of 3 comes up equally often', () => {
    expect([...Rng.fromSeed(15).permutation(500)].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 500 }, (_, i) => i),
    );
    const counts = new Map<string, number>();
    const rng = Rng.fromSeed(16);
    for (let i = 0; i < 6000; i++) {
      const order = rng.permutation(3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values())
      expect(Math.abs(count - 1000)).toBeLessThan(4.5 * Math.sqrt((6000 * 5) / 36));
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses seed %d', (seed) => {
    expect(() => Rng.fromSeed(seed)).toThrow('must be an integer from 0 to 2^53 - 1');
  });
});
