import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { multiHeadAttention } from '../../../src/layers/blocks/multi-head-attention.ts';
import { initialize, torchDefault } from '../../../src/layers/initialize.ts';
import { parameterPaths } from '../../../src/layers/paths.ts';
import { Rng } from '../../../src/random/rng.ts';
import { withoutLeak } from '../../no-leak.ts';
import { relativeError, SINGLE } from '../../tolerances.ts';
import { expectCopiesAgree } from './copies.ts';
import { distanceOfInputs, distanceOfWeights, golden, inputFor } from './golden-blocks.ts';

const UNMASKED = golden.multiHead.filter(({ mask }) => mask === null);

/** A case's model: x, and the context where there is one; the mask comes from tfjs's own layer. */
function modelOf({ options, mask, inputs: stored }: (typeof golden.multiHead)[number]): tf.LayersModel {
  const inputs = stored.map(inputFor);
  const [x = tf.input({ shape: [1] }), context] = inputs;
  const shown = mask === null ? x : (tf.layers.masking().apply(x) as tf.SymbolicTensor);
  return tf.model({
    inputs,
    outputs: multiHeadAttention(shown, { ...options, ...(context && { context }) }),
  });
}

const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

describe.each(['cpu', 'wasm'] as const)('multi-head attention on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each(golden.multiHead)('is PyTorch’s: $options, mask $mask', async (wanted) => {
    await withoutLeak(() => {
      const model = modelOf(wanted);
      const { outputs, gradients } = distanceOfWeights(model, wanted);
      expect(outputs).toBeLessThanOrEqual(SINGLE);
      expect(gradients).toBeLessThanOrEqual(SINGLE);
      model.dispose();
    });
  });

  test.each(UNMASKED)('gradients of the inputs: $options', async (wanted) => {
    await withoutLeak(() => {
      const model = modelOf(wanted);
      expect(distanceOfInputs(model, wanted)).toBeLessThanOrEqual(SINGLE);
      model.dispose();
    });
  });
});

describe('its layers', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  const x = (width = 8): tf.SymbolicTensor => tf.input({ shape: [null, width] });

  test('have tfjs’s names, or begin with the name given', () => {
    const paths = (name?: string): string[] => {
      const input = x();
      const model = tf.model({
        inputs: input,
        outputs: multiHeadAttention(input, { heads: 2, ...(name && { name }) }),
      });
      const found = [...parameterPaths(model).keys()];
      model.dispose();
      return found;
    };
    expect(paths()).toEqual([0, 1, 2, 3].flatMap((i) => [`dense:${i}/kernel`, `dense:${i}/bias`]));
    expect(paths('first')).toEqual(
      ['query', 'key', 'value', 'output'].flatMap((part) => [`first_${part}/kernel`, `first_${part}/bias`]),
    );
  });

  test('are saved, loaded and nested; batches and lengths of any size', async () => {
    await withoutLeak(async () => {
      const input = x();
      const outputs = multiHeadAttention(input, { heads: 2, causal: true, name: 'first' });
      await expectCopiesAgree(tf.model({ inputs: input, outputs }), [
        [2, 3, 8],
        [1, 1, 8],
        [4, 6, 8],
      ]);
    });
  });

  test('start each at weights of their own by initialize', () => {
    const input = x();
    const model = tf.model({ inputs: input, outputs: multiHeadAttention(input, { heads: 2 }) });
    initialize(model, torchDefault, Rng.fromSeed(5));
    const starts = [...parameterPaths(model).values()].map((weight) => weight.dataSync().join());
    expect(new Set(starts).size).toBe(8);
    model.dispose();
  });

  test('hide padding of tokens from every block of a stack, as if it were not there', () => {
    const tokens = tf.input({ shape: [null] });
    const embedded = tf.layers.embedding({ inputDim: 5, outputDim: 8, maskZero: true }).apply(tokens);
    const once = multiHeadAttention(embedded as tf.SymbolicTensor, { heads: 2 });
    const sum = tf.layers.add().apply([embedded as tf.SymbolicTensor, once]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: tokens, outputs: multiHeadAttention(sum, { heads: 2 }) });
    tf.tidy(() => {
      const [short, padded] = [[[3, 1, 2]], [[3, 1, 2, 0, 0]]].map(
        (rows) => model.apply(tf.tensor2d(rows)) as tf.Tensor,
      );
      if (!short || !padded) throw new Error('two');
      expect(relativeError(numbers(padded.slice([0, 0, 0], [1, 3, 8])), numbers(short))).toBeLessThanOrEqual(
        SINGLE,
      );
    });
    model.dispose();
  });

  test('hide the context’s padding, not the query’s', () => {
    const [tokens, others] = [tf.input({ shape: [null] }), tf.input({ shape: [null] })];
    const embedding = tf.layers.embedding({ inputDim: 5, outputDim: 8, maskZero: true });
    const open = tf.layers.embedding({ inputDim: 5, outputDim: 8 });
    const decoded = multiHeadAttention(embedding.apply(tokens) as tf.SymbolicTensor, {
      heads: 2,
      context: embedding.apply(others) as tf.SymbolicTensor,
    });
    const unmasked = multiHeadAttention(embedding.apply(tokens) as tf.SymbolicTensor, {
      heads: 2,
      context: open.apply(others) as tf.SymbolicTensor,
    });
    const model = tf.model({ inputs: [tokens, others], outputs: [decoded, unmasked] });
    tf.tidy(() => {
      const run = (query: number[], context: number[]): number[][] =>
        (model.apply([tf.tensor2d([query]), tf.tensor2d([context])]) as tf.Tensor[]).map(numbers);
      const [masked, plain] = run([1, 0], [2, 3, 0]);
      const [without, other] = run([1, 0], [2, 3]);
      expect(relativeError(masked ?? [], without ?? [])).toBeLessThanOrEqual(SINGLE);
      expect(plain).not.toEqual(other);
    });
    model.dispose();
  });

  test('refuse wrong options and shapes', () => {
    const at = (options: object, input = x()): unknown => multiHeadAttention(input, { heads: 2, ...options });
    expect(() => at({ heads: 3 })).toThrow('heads must divide the width, which is 8, received 3');
    expect(() => at({ heads: 1.5 })).toThrow(
      'multiHeadAttention: heads must be a whole number, received 1.5',
    );
    expect(() => at({ masks: 1 })).toThrow('masks is not an option');
    expect(() => at({}, tf.input({ shape: [8] }))).toThrow(
      'multiHeadAttention: expected shape [batch, length, width] with a known width',
    );
    expect(() => at({}, tf.input({ shape: [3, null] }))).toThrow('with a known width');
    expect(() => at({ context: tf.input({ shape: [8] }) })).toThrow(
      'multiHeadAttention: context: expected shape',
    );
    expect(() => at({ context: [1] })).toThrow('context must be a symbolic tensor');
    const tensor = tf.ones([2, 3, 8]);
    expect(() => at({}, tensor as never)).toThrow(
      'multiHeadAttention joins layers, before there are numbers',
    );
    tensor.dispose();
  });
});
