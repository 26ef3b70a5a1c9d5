import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { dropout } from '../../src/layers/dropout.ts';
import { adaptStockLayers } from '../../src/layers/stock-layers.ts';
import { stepRandom } from '../../src/layers/step-random.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';

/** Four standard errors of a share of n draws: fixed seeds, so this never fails by chance on one machine and not another. */
const shareLimit = (p: number, n: number): number => 4 * Math.sqrt((p * (1 - p)) / n);

type MakeLayer = () => tf.layers.Layer;
const ours: MakeLayer = () => dropout({ rate: 0.25 });
const stock: MakeLayer = () => tf.layers.dropout({ rate: 0.25, seed: 1 });

/** The models in which a mask must be new at every step: alone, nested, used twice, inside TimeDistributed. */
const MODELS: Record<string, (layer: MakeLayer) => tf.LayersModel> = {
  alone: (layer) => tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [3, 8] }), layer()] }),
  nested: (layer) => {
    const inner = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [3, 8] }), layer()] });
    const input = tf.input({ shape: [3, 8] });
    return tf.model({ inputs: input, outputs: inner.apply(input) as tf.SymbolicTensor });
  },
  'used twice': (layer) => {
    const input = tf.input({ shape: [3, 8] });
    const shared = layer();
    const outputs = [shared.apply(input), shared.apply(input)] as tf.SymbolicTensor[];
    return tf.model({ inputs: input, outputs: tf.layers.concatenate().apply(outputs) as tf.SymbolicTensor });
  },
  'time distributed': (layer) =>
    tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: [3, 8] }), tf.layers.timeDistributed({ layer: layer() })],
    }),
};

/** What the model makes of ones at steps 0 … 3 of a seed. */
function masks(model: tf.LayersModel, seed: number): string[] {
  const restore = adaptStockLayers(model);
  try {
    return [0, 1, 2, 3].map((step) =>
      tf.tidy(() => {
        const random = stepRandom(model, Rng.fromSeed(seed), step);
        return (model.apply(tf.ones([2, 3, 8]), { training: true, random }) as tf.Tensor)
          .dataSync()
          .join(' ');
      }),
    );
  } finally {
    restore();
  }
}

describe.each(['our', 'stock'] as const)('%s dropout', (kind) => {
  const layer = kind === 'our' ? ours : stock;

  describe.each(Object.keys(MODELS))('%s', (name) => {
    const build = (): tf.LayersModel =>
      (
        MODELS[name] ??
        (() => {
          throw new Error(name);
        })
      )(layer);

    test('a new mask at every step, the same sequence under the same seed, equal on cpu and wasm', async () => {
      await useBackend('cpu');
      const onCpu = masks(build(), 5);
      expect(new Set(onCpu).size).toBe(4);
      expect(masks(build(), 5)).toEqual(onCpu);
      expect(masks(build(), 6)).not.toEqual(onCpu);
      await useBackend('wasm');
      expect(masks(build(), 5)).toEqual(onCpu);
    });
  });

  test('two calls in one step have two masks', async () => {
    await useBackend('cpu');
    const [twice = ''] = masks(
      (
        MODELS['used twice'] ??
        (() => {
          throw new Error('model');
        })
      )(layer),
      5,
    );
    const values = twice.split(' ').map(Number);
    const rows = Array.from({ length: 6 }, (_, row) => values.slice(16 * row, 16 * row + 16));
    expect(rows.map((row) => row.slice(0, 8))).not.toEqual(rows.map((row) => row.slice(8)));
  });

  test('another random layer in the model does not change the masks of this one', async () => {
    await useBackend('cpu');
    const alone = masks(
      tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [3, 8] }), layer()] }),
      5,
    );
    const withNoise = tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: [3, 8] }), tf.layers.gaussianNoise({ stddev: 0 }), layer()],
    });
    expect(masks(withNoise, 5)).toEqual(alone);
  });
});

describe('our dropout', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test('keeps a share of 1 − rate, scaled by 1 / (1 − rate); evaluation changes nothing', async () => {
    await withoutLeak(() => {
      const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [10_000] }), ours()] });
      const x = tf.ones([1, 10_000]);
      const [training, evaluation] = tf.tidy(() => {
        const random = stepRandom(model, Rng.fromSeed(0), 0);
        return [
          model.apply(x, { training: true, random }),
          model.apply(x, { training: false }),
        ] as tf.Tensor[];
      });
      const values = [...(training?.dataSync() ?? [])];
      expect(new Set(values)).toEqual(new Set([0, Math.fround(4 / 3)]));
      const kept = values.filter((value) => value > 0).length / 10_000;
      expect(Math.abs(kept - 0.75)).toBeLessThan(shareLimit(0.75, 10_000));
      expect([...(evaluation?.dataSync() ?? [])]).toEqual(values.map(() => 1));
      tf.dispose([x, training, evaluation].filter((tensor) => tensor !== undefined));
    });
  });

  test('the gradient is the mask', () => {
    const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [8] }), ours()] });
    tf.tidy(() => {
      const x = tf.ones([1, 8]);
      const forward = (input: tf.Tensor): tf.Tensor =>
        model.apply(input, { training: true, random: stepRandom(model, Rng.fromSeed(0), 0) }) as tf.Tensor;
      expect([
        ...tf
          .grad((input: tf.Tensor) => forward(input).sum())(x)
          .dataSync(),
      ]).toEqual([...forward(x).dataSync()]);
    });
  });

  test('under model.fit the masks come from the seed and change with every call', () => {
    const layer = dropout({ rate: 0.5, seed: 3, name: 'fitted' });
    const again = dropout({ rate: 0.5, seed: 3, name: 'fitted' });
    const other = dropout({ rate: 0.5, seed: 4, name: 'fitted' });
    const draw = (from: tf.layers.Layer): string =>
      tf.tidy(() => (from.apply(tf.ones([1, 32]), { training: true }) as tf.Tensor).dataSync().join());
    const sequence = [draw(layer), draw(layer), draw(layer)];
    expect(new Set(sequence).size).toBe(3);
    expect([draw(again), draw(again), draw(again)]).toEqual(sequence);
    expect(draw(other)).not.toBe(sequence[0]);
  });

  test('is saved and loaded, by stock tfjs too', async () => {
    const model = tf.sequential({ layers: [dropout({ rate: 0.1, seed: 9, inputShape: [4] })] });
    const loaded = await tf.models.modelFromJSON({
      modelTopology: model.toJSON(null, false) as tf.io.ModelJSON['modelTopology'] as never,
    });
    expect(loaded.layers.map((layer) => layer.getConfig())).toMatchObject([{ rate: 0.1, seed: 9 }]);
  });

  test('refuses wrong options', () => {
    expect(() => dropout({ rate: 1 })).toThrow('dropout: rate must be < 1, received 1');
    expect(() => dropout({ rat: 0.5 } as never)).toThrow(
      'rat is not an option, received 0.5 (did you mean "rate"?)',
    );
    expect(() => dropout({ rate: 0.5, seed: -1 })).toThrow('seed must be >= 0, received -1');
  });
});

describe('stock random layers', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });
  const draw = (layer: tf.layers.Layer, input: tf.Tensor): number[] => {
    const model = tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: input.shape.slice(1) }), layer],
    });
    const restore = adaptStockLayers(model);
    const values = tf.tidy(() => [
      ...(
        model.apply(input, { training: true, random: stepRandom(model, Rng.fromSeed(2), 0) }) as tf.Tensor
      ).dataSync(),
    ]);
    restore();
    return values;
  };
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const ones = tf.ones([1, 20_000]);
  afterAll(() => ones.dispose());

  test('Gaussian noise and Gaussian dropout: mean and variance of the input plus noise', () => {
    for (const [layer, variance] of [
      [tf.layers.gaussianNoise({ stddev: 0.5 }), 0.25],
      [tf.layers.gaussianDropout({ rate: 0.2 }), 0.25],
    ] as const) {
      const values = draw(layer, ones);
      expect(Math.abs(mean(values) - 1)).toBeLessThan(4 * Math.sqrt(variance / 20_000));
      expect(Math.abs(mean(values.map((value) => (value - 1) ** 2)) - variance)).toBeLessThan(
        4 * variance * Math.sqrt(2 / 20_000),
      );
    }
  });

  test('alpha dropout keeps mean 0 and variance 1 of a standard normal input', () => {
    const input = tf.tensor2d(Rng.fromSeed(3).normal(20_000), [1, 20_000]);
    const values = draw(tf.layers.alphaDropout({ rate: 0.3 }), input);
    input.dispose();
    expect(Math.abs(mean(values))).toBeLessThan(4 / Math.sqrt(20_000));
    expect(Math.abs(mean(values.map((value) => value ** 2)) - 1)).toBeLessThan(4 * Math.sqrt(4 / 20_000));
  });

  test('spatial dropout drops whole channels', () => {
    const input = tf.ones<tf.Rank.R3>([1, 5, 64]);
    const values = draw(tf.layers.spatialDropout1d({ rate: 0.5 }), input);
    input.dispose();
    const [first, ...others] = Array.from({ length: 5 }, (_, row) => values.slice(64 * row, 64 * row + 64));
    for (const other of others) expect(other).toEqual(first);
    expect(new Set(first)).toEqual(new Set([0, 2]));
  });

  test('the layer has its own call back afterwards', () => {
    const layer = tf.layers.dropout({ rate: 0.5 });
    const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [2] }), layer] });
    const restore = adaptStockLayers(model);
    expect(Object.hasOwn(layer, 'call')).toBe(true);
    restore();
    expect(Object.hasOwn(layer, 'call')).toBe(false);
  });

  test('a call of the user’s own comes back; a refusal replaces nothing', () => {
    const layer = tf.layers.dropout({ rate: 0.5 });
    const own = (inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] => inputs;
    layer.call = own;
    const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [2] }), layer] });
    adaptStockLayers(model)();
    expect(Object.getOwnPropertyDescriptor(layer, 'call')?.value).toBe(own);
    const other = tf.layers.dropout({ rate: 0.5, inputShape: [3, 2] });
    const refused = tf.sequential({ layers: [other, tf.layers.lstm({ units: 2, dropout: 0.5 })] });
    expect(() => adaptStockLayers(refused)).toThrow('lstm:0 has dropout');
    expect(Object.hasOwn(other, 'call')).toBe(false);
  });

  test('recurrent dropout is refused with the cure', () => {
    const model = tf.sequential({ layers: [tf.layers.gru({ units: 2, dropout: 0.1, inputShape: [3, 2] })] });
    expect(() => adaptStockLayers(model)).toThrow(
      'layer gru:0 has dropout inside its recurrent cell, which tfjs cannot seed',
    );
  });
});
