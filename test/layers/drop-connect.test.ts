/** Masks on kernels: their share, their scale, and which stream they come from. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { dropConnect } from '../../src/layers/drop-connect.ts';
import { stepRandom } from '../../src/layers/step-random.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { relativeError, SINGLE } from '../tolerances.ts';
import { forward, modelOf, shareLimit } from './in-training.ts';
import { assign, read } from './wrapper-golden.ts';

const RATE = 0.25;
const SIZE = 100;

/** A layer whose output on the identity is its kernel, of ones, plus 5. */
const ones = (units: number, seed = 0): tf.layers.Layer =>
  dropConnect({
    layer: tf.layers.dense({
      units,
      kernelInitializer: 'ones',
      biasInitializer: tf.initializers.constant({ value: 5 }),
    }),
    rate: RATE,
    seed,
  });

/** The models in which a mask must be new at every step. */
const MODELS: Record<string, () => tf.LayersModel> = {
  alone: () => modelOf(ones(8), [8]),
  'time distributed': () => modelOf(tf.layers.timeDistributed({ layer: ones(8) }), [2, 8]),
  nested: () => modelOf(modelOf(ones(8), [8]), [8]),
  'used twice': () => {
    const shared = ones(8);
    const input = tf.input({ shape: [8] });
    return tf.model({
      inputs: input,
      outputs: [shared.apply(input), shared.apply(input)] as tf.SymbolicTensor[],
    });
  },
  'two layers': () => {
    const input = tf.input({ shape: [8] });
    return tf.model({
      inputs: input,
      outputs: [ones(8).apply(input), ones(8).apply(input)] as tf.SymbolicTensor[],
    });
  },
};

/** The effective kernels of the calls in one step: eight rows each. */
function kernels(model: tf.LayersModel, step: number, seed = 5): string[] {
  return tf.tidy(() => {
    const identity = tf.eye(8);
    const input = model.inputs[0]?.shape.length === 3 ? tf.stack([identity, identity], 1) : identity;
    const random = stepRandom(model, Rng.fromSeed(seed), step);
    const outputs = [model.apply(input, { training: true, random })].flat() as tf.Tensor[];
    return outputs
      .flatMap((output) => (output.rank === 3 ? output.unstack(1) : [output]))
      .map((kernel) => read(kernel).join(' '));
  });
}

describe.each(Object.entries(MODELS))('%s', (_name, build) => {
  test('a new mask at every call and step, the same sequence under the same seed, equal on cpu and wasm', async () => {
    const sequence = (seed: number): string[] => {
      const model = build();
      const found = [0, 1, 2].flatMap((step) => kernels(model, step, seed));
      model.dispose();
      return found;
    };
    await useBackend('cpu');
    const onCpu = sequence(5);
    expect(new Set(onCpu).size).toBe(onCpu.length);
    expect(sequence(5)).toEqual(onCpu);
    expect(sequence(6)).not.toEqual(onCpu);
    await useBackend('wasm');
    expect(sequence(5)).toEqual(onCpu);
  });
});

describe('one layer', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test('keeps a share of 1 − rate, scaled by 1 / (1 − rate), and the bias; evaluation takes the plain weights', async () => {
    const [training, evaluation] = await withoutLeak(() => {
      const model = modelOf(ones(SIZE), [SIZE]);
      const found = tf.tidy(() => [
        read(forward(model, tf.eye(SIZE))),
        read(model.apply(tf.eye(SIZE), { training: false }) as tf.Tensor),
      ]);
      model.dispose();
      return found;
    });
    const kept = 5 + Math.fround(4 / 3);
    expect(new Set(training)).toEqual(new Set([5, Math.fround(kept)]));
    const share = (training ?? []).filter((value) => value > 5).length / SIZE ** 2;
    expect(Math.abs(share - (1 - RATE))).toBeLessThan(shareLimit(RATE, SIZE ** 2));
    expect(new Set(evaluation)).toEqual(new Set([6]));
  });

  test('the gradient of the kernel is masked and scaled as the kernel; regularizers act on the plain one', () => {
    const layer = dropConnect({
      layer: tf.layers.dense({ units: 4, useBias: false, kernelRegularizer: 'l1l2' }),
      rate: 0.5,
    });
    const model = modelOf(layer, [6]);
    assign(
      layer,
      'kernel',
      Array.from({ length: 24 }, () => 1),
    );
    tf.tidy(() => {
      const input = tf.eye(6);
      const { grads } = tf.variableGrads(() => forward(model, input).sum());
      expect(read(Object.values(grads)[0])).toEqual(read(forward(model, input)));
      // l1 and l2 of 0.01 each over 24 ones.
      const [penalty] = model.calculateLosses();
      expect(relativeError(read(penalty), [0.48])).toBeLessThanOrEqual(SINGLE);
    });
    model.dispose();
  });

  test('under model.fit the masks come from the seed and change with every call', () => {
    const draw = (seed: number): string[] => {
      const layer = dropConnect({
        layer: tf.layers.dense({ units: 8, kernelInitializer: 'ones' }),
        rate: 0.5,
        seed,
        name: 'fitted',
      });
      return [0, 1, 2].map(() =>
        tf.tidy(() => read(layer.apply(tf.eye(8), { training: true }) as tf.Tensor).join(' ')),
      );
    };
    const sequence = draw(3);
    expect(new Set(sequence).size).toBe(3);
    expect(draw(3)).toEqual(sequence);
    expect(draw(4)[0]).not.toBe(sequence[0]);
  });

  test('a rate of 0 changes nothing; wrong options are refused', () => {
    const layer = tf.layers.dense({ units: 1 });
    const model = modelOf(dropConnect({ layer, rate: 0 }), [3]);
    tf.tidy(() => {
      const input = tf.ones([1, 3]);
      expect(read(forward(model, input))).toEqual(read(model.apply(input) as tf.Tensor));
    });
    expect(() => dropConnect({ layer, rate: 1 })).toThrow('dropConnect: rate must be < 1, received 1');
    expect(() => dropConnect({ layer, rate: 0.5, seed: 0.5 })).toThrow('seed');
    expect(() => dropConnect({ rate: 0.5 } as never)).toThrow('dropConnect: layer must be a layer');
  });
});
