import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import {
  transformerBlock,
  type TransformerBlockOptions,
} from '../../../src/layers/blocks/transformer-block.ts';
import { initialize, torchDefault } from '../../../src/layers/initialize.ts';
import { layerNormalization } from '../../../src/layers/layer-normalization.ts';
import { layerPaths, parameterPaths } from '../../../src/layers/paths.ts';
import { stepRandom } from '../../../src/layers/step-random.ts';
import { Rng } from '../../../src/random/rng.ts';
import { withoutLeak } from '../../no-leak.ts';
import { GOLDEN_KINKED, GOLDEN_SMOOTH, relativeError, SINGLE } from '../../tolerances.ts';
import { expectCopiesAgree } from './copies.ts';
import { distanceOfInputs, distanceOfTraining, distanceOfWeights, golden } from './golden-blocks.ts';

const BLOCK: TransformerBlockOptions = { heads: 2, hidden: 12, norm: 'before' };
const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
const normal = (seed: number, ...shape: number[]): tf.Tensor =>
  tf.tensor(Rng.fromSeed(seed).normal(tf.util.sizeFromShape(shape)), shape);

/** One block on [batch, any length, 8]; its weights start from a seed. */
function blockModel(options: Partial<TransformerBlockOptions> = {}): tf.LayersModel {
  const x = tf.input({ shape: [null, 8] });
  const model = tf.model({ inputs: x, outputs: transformerBlock(x, { ...BLOCK, ...options }) });
  initialize(model, torchDefault, Rng.fromSeed(4));
  return model;
}

/** The classifier of the reference: dense, block, norm, mean over positions, dense. */
function classifier(options: Pick<TransformerBlockOptions, 'norm' | 'activation'>): tf.LayersModel {
  const x = tf.input({ shape: [null, 3] });
  const embedded = tf.layers.dense({ units: 8 }).apply(x) as tf.SymbolicTensor;
  const block = transformerBlock(embedded, { ...BLOCK, ...options });
  const mean = tf.layers.globalAveragePooling1d({}).apply(layerNormalization().apply(block));
  return tf.model({ inputs: x, outputs: tf.layers.dense({ units: 3 }).apply(mean) as tf.SymbolicTensor });
}

describe.each(['cpu', 'wasm'] as const)('a transformer block on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each(golden.encoder)('is PyTorch’s encoder layer: $options', async (wanted) => {
    await withoutLeak(() => {
      const x = tf.input({ shape: [null, 8] });
      const model = tf.model({ inputs: x, outputs: transformerBlock(x, wanted.options) });
      const { outputs, gradients } = distanceOfWeights(model, wanted);
      expect(outputs).toBeLessThanOrEqual(SINGLE);
      expect(gradients).toBeLessThanOrEqual(SINGLE);
      expect(distanceOfInputs(model, wanted)).toBeLessThanOrEqual(SINGLE);
      model.dispose();
    });
  });

  test.each(golden.classifiers)('40 steps of a classifier: $options', async (wanted) => {
    await withoutLeak(() => {
      const model = classifier(wanted.options);
      const { losses, weights } = distanceOfTraining(model, wanted);
      const limit = wanted.kind === 'smooth' ? GOLDEN_SMOOTH : GOLDEN_KINKED;
      expect(losses).toBeLessThanOrEqual(limit.losses);
      expect(weights).toBeLessThanOrEqual(limit.weights);
      model.dispose();
    });
  });

  test('causal: later positions change no bit of earlier outputs, and without it they do', () => {
    for (const causal of [true, false]) {
      const model = blockModel({ causal });
      tf.tidy(() => {
        const [x, other] = [normal(1, 2, 5, 8), normal(2, 2, 5, 8)];
        const mixed = tf.concat([x.slice([0, 0, 0], [2, 3, 8]), other.slice([0, 3, 0], [2, 2, 8])], 1);
        const first = (input: tf.Tensor): number[] =>
          numbers((model.apply(input) as tf.Tensor).slice([0, 0, 0], [2, 3, 8]));
        if (causal) expect(first(mixed)).toEqual(first(x));
        else expect(first(mixed)).not.toEqual(first(x));
      });
      model.dispose();
    }
  });

  test('positions in another order come out in that order', () => {
    const model = blockModel({ activation: 'gelu', norm: 'after' });
    tf.tidy(() => {
      const x = normal(1, 2, 4, 8);
      const shuffle = (tensor: tf.Tensor): tf.Tensor =>
        tf.gather(tensor, tf.tensor1d([2, 0, 3, 1], 'int32'), 1);
      const [there, here] = [model.apply(shuffle(x)), shuffle(model.apply(x) as tf.Tensor)] as tf.Tensor[];
      if (!there || !here) throw new Error('two');
      expect(relativeError(numbers(there), numbers(here))).toBeLessThanOrEqual(SINGLE);
    });
    model.dispose();
  });
});

describe('dropout in it', () => {
  const run = (model: tf.LayersModel, step: number): number[] =>
    tf.tidy(() => {
      const random = stepRandom(model, Rng.fromSeed(1), step);
      return numbers(model.apply(tf.ones([1, 3, 8]), { training: true, random }) as tf.Tensor);
    });

  test('is new at every step, the same on wasm and cpu but for rounding, and absent in evaluation', async () => {
    const found = new Map<string, number[][]>();
    for (const backend of ['cpu', 'wasm'] as const) {
      await useBackend(backend);
      const [model, plain] = [blockModel({ dropout: 0.5 }), blockModel()];
      found.set(
        backend,
        [0, 1, 2].map((step) => run(model, step)),
      );
      tf.tidy(() => {
        const [evaluated, wanted] = [model, plain].map((one) =>
          numbers(one.apply(tf.ones([1, 3, 8])) as tf.Tensor),
        );
        expect(evaluated).toEqual(wanted);
      });
      model.dispose();
      plain.dispose();
    }
    const [cpu = [], wasm = []] = [...found.values()];
    expect(new Set(cpu.map(String)).size).toBe(3);
    for (const [step, values] of wasm.entries())
      expect(relativeError(values, cpu[step] ?? [])).toBeLessThanOrEqual(SINGLE);
  });

  test('stands at PyTorch’s four places', () => {
    const model = blockModel({ dropout: 0.25, name: 'block' });
    const rates = model.layers.flatMap((layer) => {
      const config = layer.getConfig();
      const rate = config['rate'] ?? config['dropout'];
      return rate === undefined ? [] : [[layer.name, rate]];
    });
    expect(Object.fromEntries(rates)).toEqual({
      block_attention_attention: 0.25,
      block_dropout1: 0.25,
      block_hidden_dropout: 0.25,
      block_dropout2: 0.25,
    });
    model.dispose();
  });
});

describe('its layers', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test('are saved, loaded and nested; batches and lengths of any size', async () => {
    await withoutLeak(() =>
      expectCopiesAgree(blockModel({ norm: 'after', activation: 'gelu', causal: true, epsilon: 0.1 }), [
        [2, 3, 8],
        [1, 1, 8],
        [4, 6, 8],
      ]),
    );
  });

  test('begin with the name given', () => {
    const model = blockModel({ name: 'first' });
    expect([...parameterPaths(model).keys()].filter((path) => !path.startsWith('first_'))).toEqual([]);
    expect([...layerPaths(model).values()].slice(1).filter((path) => !path.startsWith('first_'))).toEqual([]);
    model.dispose();
  });

  test('hide padding of tokens from every block of a stack', () => {
    const tokens = tf.input({ shape: [null] });
    const embedded = tf.layers.embedding({ inputDim: 5, outputDim: 8, maskZero: true }).apply(tokens);
    const first = transformerBlock(embedded as tf.SymbolicTensor, BLOCK);
    const model = tf.model({ inputs: tokens, outputs: transformerBlock(first, { ...BLOCK, norm: 'after' }) });
    initialize(model, torchDefault, Rng.fromSeed(4));
    tf.tidy(() => {
      const [short, padded] = [[[3, 1, 2]], [[3, 1, 2, 0, 0]]].map(
        (rows) => model.apply(tf.tensor2d(rows)) as tf.Tensor,
      );
      if (!short || !padded) throw new Error('two');
      const shown = numbers(padded.slice([0, 0, 0], [1, 3, 8]));
      expect(relativeError(shown, numbers(short))).toBeLessThanOrEqual(SINGLE);
    });
    model.dispose();
  });

  test('refuse wrong options and shapes', () => {
    const at = (options: object, input = tf.input({ shape: [null, 8] })): unknown =>
      transformerBlock(input, { ...BLOCK, ...options });
    expect(() => at({ heads: 3 })).toThrow('heads must divide the width, which is 8, received 3');
    expect(() => at({ norm: 'first' })).toThrow('norm must be one of "before", "after", received "first"');
    expect(() => at({ activation: 'tanh' })).toThrow('activation must be one of "relu", "gelu"');
    expect(() => at({ hidden: 0, dropout: 1 })).toThrow(
      'hidden must be > 0, received 0; dropout must be < 1',
    );
    expect(() => at({ epsilon: 0 })).toThrow('epsilon must be > 0');
    expect(() => at({}, tf.input({ shape: [8] }))).toThrow(
      'transformerBlock: expected shape [batch, length, width]',
    );
  });
});
