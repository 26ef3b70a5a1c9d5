import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { OptionError } from '../../src/errors.ts';
import {
  initializerSchemas,
  kaimingNormal,
  kaimingUniform,
  type Nonlinearity,
  orthogonal,
  torchLinear,
  truncatedNormal,
  xavierNormal,
  xavierUniform,
} from '../../src/layers/initializers.ts';
import type { SeededInitializer } from '../../src/layers/seeded-initializer.ts';
import { fansOf, orthonormalise } from '../../src/layers/weight-draws.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { readReference } from '../reference/read-reference.ts';
import { DOUBLE, relativeError, SINGLE } from '../tolerances.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

/** [low, high] of a uniform, [mean, standard deviation] of a normal distribution. */
type Drawn = readonly [number, number];

interface LayerReference {
  readonly shape: number[];
  readonly depthwise: boolean;
  readonly fanIn: number;
  readonly fanOut: number;
  readonly kernelBound: number;
  readonly kaimingUniform: Drawn;
  readonly kaimingNormal: Drawn;
  readonly xavierUniform: Drawn;
  readonly xavierNormal: Drawn;
}

const reference = readReference('initializers') as {
  readonly gains: Readonly<Record<Nonlinearity, number>>;
  readonly layers: Readonly<Record<string, LayerReference>>;
  readonly qr: readonly { readonly matrix: number[][]; readonly orthogonal: number[][] }[];
};

const rng = (): Rng => Rng.fromSeed(5);
const numbers = (initializer: SeededInitializer, shape: number[]): Float32Array =>
  tf.tidy(() => initializer.apply(shape).dataSync<'float32'>());

/** What an initializer hands to the generator for a shape: the only numbers that PyTorch's can be compared by. */
function drawnWith(initializer: SeededInitializer, shape: number[]): number[] {
  const spies = [vi.spyOn(Rng.prototype, 'uniform'), vi.spyOn(Rng.prototype, 'normal')];
  numbers(initializer, shape);
  const calls = spies.flatMap((spy) => spy.mock.calls);
  for (const spy of spies) spy.mockRestore();
  expect(calls).toHaveLength(1);
  return (calls[0] ?? []).slice(1).map(Number);
}

const one = { rng: Rng.fromSeed(5) };

/** Every initializer with options that differ from its defaults where it has some. */
const INITIALIZERS: Readonly<Record<keyof typeof initializerSchemas, () => SeededInitializer>> = {
  kaimingUniform: () => kaimingUniform({ rng: rng(), gain: 'tanh', mode: 'fanOut' }),
  kaimingNormal: () => kaimingNormal({ rng: rng(), gain: 1.5 }),
  xavierUniform: () => xavierUniform({ rng: rng(), gain: 'selu' }),
  xavierNormal: () => xavierNormal({ rng: rng(), depthwise: true }),
  truncatedNormal: () => truncatedNormal({ rng: rng(), standardDeviation: 0.3, corrected: false }),
  orthogonal: () => orthogonal({ rng: rng(), gain: 2 }),
  torchLinear: () => torchLinear({ rng: rng() }),
};

describe.each(Object.entries(reference.layers))('as PyTorch: %s', (_, layer) => {
  const { shape, depthwise } = layer;
  const drawn: Readonly<Record<string, readonly [() => SeededInitializer, Drawn]>> = {
    kaimingUniform: [
      () => kaimingUniform({ ...one, depthwise, mode: 'fanOut', gain: 'selu' }),
      layer.kaimingUniform,
    ],
    kaimingNormal: [() => kaimingNormal({ ...one, depthwise }), layer.kaimingNormal],
    xavierUniform: [() => xavierUniform({ ...one, depthwise, gain: 'tanh' }), layer.xavierUniform],
    xavierNormal: [() => xavierNormal({ ...one, depthwise }), layer.xavierNormal],
    torchLinear: [() => torchLinear({ ...one, depthwise }), [-layer.kernelBound, layer.kernelBound]],
  };

  test('fans', () => {
    expect(fansOf({ shape, depthwise })).toEqual({ fanIn: layer.fanIn, fanOut: layer.fanOut });
  });

  test.each(Object.keys(drawn))('%s', (name) => {
    const [make, expected] = drawn[name] ?? [];
    if (!make || !expected) throw new RangeError(name);
    expect(relativeError(drawnWith(make(), shape), expected)).toBeLessThan(DOUBLE);
  });
});

describe('as PyTorch', () => {
  test('gains', () => {
    for (const [gain, expected] of Object.entries(reference.gains)) {
      const [mean, deviation] = drawnWith(kaimingNormal({ ...one, gain: gain as Nonlinearity }), [1, 1]);
      expect(mean).toBe(0);
      expect(relativeError([deviation ?? 0], [expected])).toBeLessThan(DOUBLE);
    }
  });

  test.each(reference.qr)(
    'orthonormal vectors of one matrix, signs too',
    ({ matrix, orthogonal: expected }) => {
      const transpose = (rows: number[][]): number[][] =>
        (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? 0));
      const tall = matrix.length >= (matrix[0]?.length ?? 0);
      const vectors = (tall ? transpose(matrix) : matrix).map((vector) => Float64Array.from(vector));
      orthonormalise(vectors);
      const answer = (tall ? transpose(expected) : expected).flat();
      expect(
        relativeError(
          vectors.flatMap((vector) => [...vector]),
          answer,
        ),
      ).toBeLessThan(DOUBLE);
    },
  );
});

describe('moments', () => {
  const shape = [3, 3, 20, 200];
  const count = 36_000;
  /** Standard deviation as asked; kurtosis E(x⁴)/σ⁴ of the distribution; its edge, where it has one. */
  const cases: [
    name: string,
    make: () => SeededInitializer,
    deviation: number,
    kurtosis: number,
    edge?: number,
  ][] = [
    ['kaimingUniform', () => kaimingUniform({ rng: rng() }), Math.sqrt(2 / 180), 1.8, Math.sqrt(6 / 180)],
    ['kaimingNormal', () => kaimingNormal({ rng: rng() }), Math.sqrt(2 / 180), 3],
    ['xavierNormal', () => xavierNormal({ rng: rng() }), Math.sqrt(2 / 1980), 3],
    ['torchLinear', () => torchLinear({ rng: rng() }), Math.sqrt(1 / 540), 1.8, Math.sqrt(1 / 180)],
    [
      'truncatedNormal, corrected',
      () => truncatedNormal({ rng: rng(), standardDeviation: 0.02 }),
      0.02,
      3, // less after the cut
      0.04 / 0.8796256610342398,
    ],
    [
      'truncatedNormal, not corrected',
      () => truncatedNormal({ rng: rng(), standardDeviation: 1, corrected: false }),
      0.8796256610342398,
      3,
      2,
    ],
  ];

  test.each(cases)('%s', (_, make, deviation, kurtosis, edge) => {
    const drawn = Float64Array.from(numbers(make(), shape));
    expect(drawn).toHaveLength(count);
    const mean = drawn.reduce((sum, x) => sum + x, 0) / count;
    const variance = drawn.reduce((sum, x) => sum + x * x, 0) / count;
    const largest = drawn.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    // Four standard errors each; the seed is fixed.
    expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(count));
    expect(Math.abs(variance / deviation ** 2 - 1)).toBeLessThan(4 * Math.sqrt((kurtosis - 1) / count));
    if (edge === undefined) {
      // Of 36 000 normal numbers, all are within 3 with probability e^-97: it is not cut at 2.
      expect(largest).toBeGreaterThan(3 * deviation);
    } else {
      expect(largest).toBeLessThanOrEqual(edge * (1 + SINGLE));
      // The outer hundredth has a share of at least 1e-3: empty with probability e^-36.
      expect(largest).toBeGreaterThan(0.99 * edge);
    }
  });

  test('0 is an answer: a standard deviation or gain of 0 gives zeros (tfjs takes .05)', () => {
    const zeros = new Float32Array(6);
    expect(numbers(truncatedNormal({ rng: rng(), standardDeviation: 0 }), [2, 3]).map(Math.abs)).toEqual(
      zeros,
    );
    expect(numbers(xavierNormal({ rng: rng(), gain: 0 }), [2, 3]).map(Math.abs)).toEqual(zeros);
    expect(numbers(orthogonal({ rng: rng(), gain: 0 }), [2, 3]).map(Math.abs)).toEqual(zeros);
  });
});

describe('orthogonal', () => {
  test.each([
    ['tall', [30, 12], 30, 12],
    ['wide', [12, 30], 12, 30],
    ['square', [64, 64], 64, 64],
    ['one number', [1, 1], 1, 1],
    ['convolution', [3, 3, 4, 16], 36, 16],
    ['wide convolution', [1, 2, 3, 16], 6, 16],
  ] as const)('%s: the shorter side is orthogonal, of length gain', (_, shape, rows, columns) => {
    expectOrthogonal(numbers(orthogonal({ rng: rng(), gain: 'tanh' }), [...shape]), rows, columns, 5 / 3);
  });

  test('depthwise: a matrix [window, inputs · multiplier]', () => {
    expectOrthogonal(numbers(orthogonal({ rng: rng(), depthwise: true }), [3, 3, 2, 2]), 9, 4, 1);
  });

  function expectOrthogonal(values: Float32Array, rows: number, columns: number, gain: number): void {
    const size = Math.min(rows, columns);
    const gram = tf.tidy(() => {
      const matrix = tf.tensor2d(values, [rows, columns]);
      return tf.matMul(matrix, matrix, rows >= columns, rows < columns).dataSync();
    });
    const expected = tf.tidy(() =>
      tf
        .eye(size)
        .mul(gain * gain)
        .dataSync(),
    );
    expect(relativeError(gram, expected)).toBeLessThan(SINGLE);
  }
});

describe('which numbers', () => {
  const denseWith = (kernelInitializer: SeededInitializer, units = 6): tf.layers.Layer =>
    tf.layers.dense({ units, kernelInitializer });
  const modelOf = (...layers: tf.layers.Layer[]): tf.Sequential =>
    tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [6] }), ...layers] });
  const kernels = (model: tf.LayersModel): string[] =>
    model.layers.flatMap((layer) =>
      layer
        .getWeights()
        .slice(0, 1)
        .map((kernel) => kernel.dataSync().join()),
    );

  test('one initializer for two layers of equal shape: two kernels', () => {
    const shared = kaimingUniform({ rng: rng() });
    const [first, second] = kernels(modelOf(denseWith(shared), denseWith(shared)));
    expect(first).not.toBe(second);
  });

  test('two initializers from one rng: two kernels', () => {
    const common = rng();
    const layers = [1, 2].map(() => denseWith(kaimingUniform({ rng: common })));
    const [first, second] = kernels(modelOf(...layers));
    expect(first).not.toBe(second);
  });

  test('a second model from the same seed has the same kernels, and layers of other shapes do not matter', () => {
    const build = (between: boolean): string[] => {
      const shared = orthogonal({ rng: rng() });
      const other = [denseWith(shared, 3), tf.layers.dense({ units: 6 })];
      return kernels(modelOf(denseWith(shared), ...(between ? other : []), denseWith(shared)));
    };
    const [first, last] = build(false);
    expect(build(false)).toEqual([first, last]);
    expect(build(true).at(0)).toBe(first);
    expect(build(true).at(-1)).toBe(last);
  });

  test.each(Object.entries(INITIALIZERS))('%s: a model from JSON starts the same', async (_, make) => {
    const model = modelOf(denseWith(make()), denseWith(make(), 5));
    const again = await tf.models.modelFromJSON(JSON.parse(JSON.stringify(model.toJSON(null, false))));
    expect(kernels(again)).toEqual(kernels(model));
  });

  test('the name in saved models is of letters only', () => {
    expect(torchLinear({ rng: rng() }).getClassName()).toMatch(/^TfjsRecipes[A-Za-z]+$/);
  });

  test.each(Object.entries(INITIALIZERS))('%s: 0 bits between cpu and wasm; no leak', async (_, make) => {
    const onCpu = numbers(make(), [2, 3, 4, 5]);
    await useBackend('wasm');
    try {
      expect(await withoutLeak(() => numbers(make(), [2, 3, 4, 5]))).toEqual(onCpu);
    } finally {
      await useBackend('cpu');
    }
  });

  test('the whole seed counts', () => {
    const words = Array.from({ length: 64 }, (_, i) => kaimingNormal({ rng: Rng.fromSeed(i) }).config.seed);
    expect(new Set(words.map((seed) => seed % 2 ** 32)).size).toBe(64);
    expect(new Set(words.map((seed) => Math.floor(seed / 2 ** 32))).size).toBeGreaterThan(60);
    expect(words.every(Number.isSafeInteger)).toBe(true);
  });
});

describe('refused', () => {
  const functions: Readonly<Record<string, (options: never) => SeededInitializer>> = {
    kaimingUniform,
    kaimingNormal,
    xavierUniform,
    xavierNormal,
    truncatedNormal,
    orthogonal,
    torchLinear,
  };
  const good: Readonly<Record<string, unknown>> = { rng: rng() };
  const BAD = [Number.NaN, Number.POSITIVE_INFINITY, -0.1, 'Relu', null, [], {}, () => 1, -1e-9];
  /** Each option of each schema with each bad value; none of the values is right for any option. */
  const cases = Object.entries(initializerSchemas).flatMap(([name, schema]) =>
    Object.keys(schema.shape).flatMap((option) => BAD.map((value) => [name, option, value] as const)),
  );
  const call = (name: string, options: Readonly<Record<string, unknown>>): unknown => {
    const needed = name === 'truncatedNormal' ? { standardDeviation: 1 } : {};
    return functions[name]?.({ ...needed, ...options } as never);
  };

  test.each(cases)('%s: %s of %s', (name, option, value) => {
    let problem: unknown;
    try {
      call(name, { ...good, [option]: value });
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(OptionError);
    if (!(problem instanceof OptionError)) return;
    expect(problem.problems).toHaveLength(1);
    expect(problem.problems[0]).toMatchObject({ path: option, received: value });
    expect(problem.message).toMatch(new RegExp(`^${name}: ${option} must be `));
  });

  test.each(Object.keys(functions))('%s: a mistyped name, with the cure; no rng', (name) => {
    expect(() => call(name, { ...good, rgn: 1 })).toThrow('did you mean "rng"?');
    expect(() => call(name, { ...good, rng: undefined })).toThrow('must be an Rng');
  });

  test('a refused option leaves the rng as it was', () => {
    const common = rng();
    expect(() => kaimingUniform({ rng: common, gain: -1 })).toThrow(OptionError);
    expect(kaimingUniform({ rng: common }).config).toEqual(kaimingUniform({ rng: rng() }).config);
  });

  test('a bias has no fans', () => {
    for (const make of [kaimingUniform, kaimingNormal, xavierUniform, xavierNormal, orthogonal, torchLinear])
      expect(() => numbers(make({ rng: rng() }), [4])).toThrow('see initialize(model, torchDefault, rng)');
    expect(numbers(truncatedNormal({ rng: rng(), standardDeviation: 1 }), [4])).toHaveLength(4);
  });
});
