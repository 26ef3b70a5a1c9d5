import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { scaledDotProductAttention } from '../../src/layers/attention.ts';
import { stepRandom } from '../../src/layers/step-random.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { relativeError, SINGLE } from '../tolerances.ts';
import { golden, stored } from './blocks/golden-blocks.ts';

type Layer = ReturnType<typeof scaledDotProductAttention>;

const attend = (layer: Layer, inputs: tf.Tensor[], options = {}): tf.Tensor =>
  layer.apply(inputs, options) as tf.Tensor;
const normal = (seed: number, ...shape: number[]): tf.Tensor =>
  tf.tensor(Rng.fromSeed(seed).normal(tf.util.sizeFromShape(shape)), shape);
const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

/** Query, key, value of [batch, length, width], and a mask. */
function model(options: Parameters<typeof scaledDotProductAttention>[0], withMask = false): tf.LayersModel {
  const inputs = [4, 4, 6].map((width) => tf.input({ shape: [null, width] }));
  if (withMask) inputs.push(tf.input({ shape: [null] }));
  return tf.model({ inputs, outputs: scaledDotProductAttention(options).apply(inputs) as tf.SymbolicTensor });
}

describe.each(['cpu', 'wasm'] as const)('attention on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each(golden.dotProduct)('is PyTorch’s: $options, mask $mask', async (wanted) => {
    await withoutLeak(() => {
      const layer = scaledDotProductAttention(wanted.options);
      tf.tidy(() => {
        const mask = wanted.mask ? [tf.tensor2d(wanted.mask.map((row) => row.map(Number)))] : [];
        const inputs = wanted.inputs.map(stored);
        const direction = stored(wanted.direction);
        const outputs = attend(layer, [...inputs, ...mask]);
        expect(relativeError(numbers(outputs), wanted.outputs)).toBeLessThanOrEqual(SINGLE);
        const gradients = tf.grads((...x: tf.Tensor[]) =>
          attend(layer, [...x, ...mask])
            .mul(direction)
            .sum(),
        )(inputs);
        expect(relativeError(gradients.flatMap(numbers), wanted.inputGradients.flat())).toBeLessThanOrEqual(
          SINGLE,
        );
      });
    });
  });

  test('by hand: scores ln 3 and 0 weigh the values 3 : 1', () => {
    tf.tidy(() => {
      // d = 1, so nothing is divided: softmax(ln 3 · [1, 0]) = [3/4, 1/4], and 3/4 · 8 + 1/4 · 4 = 7.
      const [query, key, value] = [[[[Math.log(3)]]], [[[1], [0]]], [[[8], [4]]]].map((x) => tf.tensor(x));
      if (!query || !key || !value) throw new Error('three');
      const [result] = numbers(attend(scaledDotProductAttention({ heads: 1 }), [query, key, value]));
      expect(relativeError([result ?? 0], [7])).toBeLessThanOrEqual(SINGLE);
    });
  });

  test('scores of ±1000 stay finite', () => {
    tf.tidy(() => {
      const x = tf.tensor([[[1000], [-1000]]]);
      expect(numbers(attend(scaledDotProductAttention({ heads: 1 }), [x, x, x]))).toEqual([1000, -1000]);
    });
  });

  test('causal: later keys and values change no bit of earlier outputs', () => {
    tf.tidy(() => {
      const layer = scaledDotProductAttention({ heads: 2, causal: true });
      const [x, other] = [normal(1, 2, 5, 4), normal(2, 2, 5, 4)];
      const mixed = tf.concat([x.slice([0, 0, 0], [2, 3, 4]), other.slice([0, 3, 0], [2, 2, 4])], 1);
      const first = (output: tf.Tensor, count: number): number[] =>
        numbers(output.slice([0, 0, 0], [2, count, 4]));
      const [before, after] = [attend(layer, [x, x, x]), attend(layer, [mixed, mixed, mixed])];
      expect(first(after, 3)).toEqual(first(before, 3));
      expect(first(after, 4)).not.toEqual(first(before, 4));
      // The first position sees itself only.
      expect(first(before, 1)).toEqual(numbers(x.slice([0, 0, 0], [2, 1, 4])));
    });
  });

  test('hidden keys change no bit; a query that sees none gets zeros, and its gradients are 0', () => {
    tf.tidy(() => {
      const layer = scaledDotProductAttention({ heads: 2 });
      const [x, other] = [normal(1, 2, 3, 4), normal(2, 2, 3, 4)];
      const mask = tf.tensor2d([
        [1, 0, 1],
        [0, 0, 0],
      ]);
      const shown = mask.reshape([2, 3, 1]);
      const mixed = x.mul(shown).add(other.mul(tf.scalar(1).sub(shown)));
      const outputs = attend(layer, [x, x, x, mask]);
      expect(numbers(attend(layer, [x, mixed, mixed, mask]))).toEqual(numbers(outputs));
      expect(numbers(outputs).slice(12)).toEqual(Array.from({ length: 12 }, () => 0));
      const gradients = tf.grads((...y: tf.Tensor[]) => attend(layer, [...y, mask]).sum())([x, x, x]);
      for (const gradient of gradients) {
        expect(numbers(gradient).every(Number.isFinite)).toBe(true);
        expect(numbers(gradient).slice(12).map(Math.abs)).toEqual(Array.from({ length: 12 }, () => 0));
      }
    });
  });

  test('keys in another order with their values change nothing; queries in another order come out in that order', () => {
    tf.tidy(() => {
      const layer = scaledDotProductAttention({ heads: 2 });
      const [query, key, value] = [normal(1, 2, 4, 4), normal(2, 2, 4, 4), normal(3, 2, 4, 6)];
      const order = tf.tensor1d([2, 0, 3, 1], 'int32');
      const shuffle = (x: tf.Tensor): tf.Tensor => tf.gather(x, order, 1);
      const outputs = attend(layer, [query, key, value]);
      const others = attend(layer, [shuffle(query), shuffle(key), shuffle(value)]);
      expect(relativeError(numbers(others), numbers(shuffle(outputs)))).toBeLessThanOrEqual(SINGLE);
    });
  });

  test('one model takes batches and lengths of any size', () => {
    tf.tidy(() => {
      const any = model({ heads: 2 });
      expect(any.outputs[0]?.shape).toEqual([null, null, 6]);
      const layer = scaledDotProductAttention({ heads: 2 });
      for (const [batch, queries, keys] of [
        [3, 4, 2],
        [1, 1, 1],
        [2, 5, 7],
      ] as const) {
        const inputs = [normal(1, batch, queries, 4), normal(2, batch, keys, 4), normal(3, batch, keys, 6)];
        expect(numbers(any.apply(inputs) as tf.Tensor)).toEqual(numbers(attend(layer, inputs)));
      }
    });
  });
});

describe('dropout of attention', () => {
  /** Uniform weights on ones: outputs are the shares that were kept, twice as large. */
  const run = (of: tf.LayersModel, step: number): string =>
    tf.tidy(() => {
      const inputs = [tf.zeros([2, 3, 4]), tf.zeros([2, 8, 4]), tf.ones([2, 8, 6])];
      const random = stepRandom(of, Rng.fromSeed(3), step);
      return numbers(of.apply(inputs, { training: true, random }) as tf.Tensor).join(' ');
    });

  test('new at every step, the same under the same seed, equal on cpu and wasm', async () => {
    await useBackend('cpu');
    const onCpu = [0, 1, 2, 3].map((step) => run(model({ heads: 2, dropout: 0.5 }), step));
    expect(new Set(onCpu).size).toBe(4);
    await useBackend('wasm');
    expect([0, 1, 2, 3].map((step) => run(model({ heads: 2, dropout: 0.5 }), step))).toEqual(onCpu);
    // Each of 8 keys weighs 1/8 and is dropped, or counts 2/8.
    for (const share of onCpu.join(' ').split(' ')) expect(Number.isInteger(Number(share) * 4)).toBe(true);
  });

  test('evaluation drops nothing; under model.fit the masks come from the seed', async () => {
    await useBackend('cpu');
    tf.tidy(() => {
      const inputs = [tf.zeros([1, 1, 4]), tf.zeros([1, 8, 4]), normal(1, 1, 8, 6)];
      const draws = (options: { seed?: number }): string[] => {
        const layer = scaledDotProductAttention({ heads: 2, dropout: 0.5, name: 'fitted', ...options });
        return [0, 1, 2].map(() => numbers(attend(layer, inputs, { training: true })).join());
      };
      expect(new Set(draws({ seed: 1 })).size).toBe(3);
      expect(draws({ seed: 1 })).toEqual(draws({ seed: 1 }));
      expect(draws({ seed: 2 })).not.toEqual(draws({ seed: 1 }));
      expect(draws({})).toEqual(draws({ seed: 0 }));
      const plain = attend(scaledDotProductAttention({ heads: 2 }), inputs);
      const dropped = scaledDotProductAttention({ heads: 2, dropout: 0.5 });
      expect(numbers(attend(dropped, inputs, { training: false }))).toEqual(numbers(plain));
    });
  });
});

describe('the layer', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test('is saved and loaded', async () => {
    await withoutLeak(async () => {
      const saved = model({ heads: 2, causal: true, dropout: 0.25, seed: 9 }, true);
      const loaded = await tf.models.modelFromJSON({
        modelTopology: saved.toJSON(null, false) as never,
      });
      expect(loaded.layers.at(-1)?.getConfig()).toMatchObject({
        heads: 2,
        causal: true,
        dropout: 0.25,
        seed: 9,
      });
      tf.tidy(() => {
        const inputs = [
          normal(1, 2, 3, 4),
          normal(2, 2, 3, 4),
          normal(3, 2, 3, 6),
          tf.tensor2d([
            [1, 1, 0],
            [1, 0, 0],
          ]),
        ];
        expect(numbers(loaded.apply(inputs) as tf.Tensor)).toEqual(numbers(saved.apply(inputs) as tf.Tensor));
      });
    });
  });

  test('refuses wrong options and shapes', () => {
    expect(() => scaledDotProductAttention({ heads: 0 })).toThrow('heads must be > 0, received 0');
    expect(() => scaledDotProductAttention({ heads: 1, dropout: 1 })).toThrow(
      'dropout must be < 1, received 1',
    );
    expect(() => scaledDotProductAttention({ head: 1 } as never)).toThrow('did you mean "heads"?');
    const on = (heads: number, ...shapes: number[][]): unknown =>
      scaledDotProductAttention({ heads }).apply(shapes.map((shape) => tf.input({ shape })));
    expect(() => on(3, [5, 8], [5, 8], [5, 6])).toThrow(
      'heads must divide the width, which is 8, received 3',
    );
    expect(() => on(4, [5, 8], [5, 8], [5, 6])).toThrow(
      'heads must divide the width of the values, which is 6',
    );
    expect(() => on(2, [5], [5, 8], [5, 8])).toThrow('query: expected shape [batch, queries, width]');
    expect(() => on(2, [5, 8], [5, 6], [5, 8])).toThrow('key: expected shape [batch, keys, 8]');
    expect(() => on(2, [3, 8], [5, 8], [4, 8])).toThrow('value: expected shape [batch, 5, values]');
    expect(() => on(2, [3, 8], [5, 8], [5, 8], [4])).toThrow('mask: expected shape [batch, 5]');
    expect(() => on(2, [3, 8], [5, 8])).toThrow('value: expected shape [batch, 5, values]');
    expect(() => on(2, [3, 8])).toThrow('key: expected shape [batch, keys, 8]');
  });
});
