import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { batchNormalization } from '../../../src/layers/batch-normalization.ts';
import { denseResidualBlock, residualBlock } from '../../../src/layers/blocks/residual-block.ts';
import { initialize, kaimingNormalWeights } from '../../../src/layers/initialize.ts';
import { layerNormalization } from '../../../src/layers/layer-normalization.ts';
import { layerPaths, parameterPaths } from '../../../src/layers/paths.ts';
import { Rng } from '../../../src/random/rng.ts';
import { withoutLeak } from '../../no-leak.ts';
import { GOLDEN_KINKED, relativeError, SINGLE } from '../../tolerances.ts';
import { expectCopiesAgree } from './copies.ts';
import {
  distanceOfInputs,
  distanceOfTraining,
  distanceOfWeights,
  golden,
  inputFor,
  stored,
} from './golden-blocks.ts';

const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
const normal = (seed: number, ...shape: number[]): tf.Tensor =>
  tf.tensor(Rng.fromSeed(seed).normal(tf.util.sizeFromShape(shape)), shape);

function modelOf({ options, inputs: [array] }: (typeof golden.residual)[number]): tf.LayersModel {
  if (!array) throw new Error('one input');
  const x = inputFor(array);
  const { filters, units, stride, ...shared } = options;
  const outputs =
    filters === undefined
      ? denseResidualBlock(x, { units: units ?? 0, ...shared })
      : residualBlock(x, { filters, ...(stride && { stride }), ...shared });
  return tf.model({ inputs: x, outputs });
}

/** The residual net of the reference: convolution, norm, ReLU, two blocks, mean over the image, dense. */
function resnet(): tf.LayersModel {
  const x = tf.input({ shape: [null, null, 1] });
  const stem = tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', useBias: false }).apply(x);
  const normalized = batchNormalization().apply(stem);
  const hidden = tf.layers.activation({ activation: 'relu' }).apply(normalized) as tf.SymbolicTensor;
  const blocks = residualBlock(residualBlock(hidden, { filters: 3 }), { filters: 4, stride: 2 });
  const mean = tf.layers.globalAveragePooling2d({}).apply(blocks);
  return tf.model({ inputs: x, outputs: tf.layers.dense({ units: 3 }).apply(mean) as tf.SymbolicTensor });
}

describe.each(['cpu', 'wasm'] as const)('a residual block on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each(golden.residual)('is PyTorch’s: $options', async (wanted) => {
    await withoutLeak(() => {
      const model = modelOf(wanted);
      const { outputs, gradients, after } = distanceOfWeights(model, wanted);
      expect(outputs).toBeLessThanOrEqual(SINGLE);
      expect(gradients).toBeLessThanOrEqual(SINGLE);
      expect(after).toBeLessThanOrEqual(SINGLE);
      tf.tidy(() => {
        const evaluated = model.apply(wanted.inputs.map(stored), { training: false }) as tf.Tensor;
        expect(relativeError(numbers(evaluated), wanted.evaluated)).toBeLessThanOrEqual(SINGLE);
      });
      expect(distanceOfInputs(model, wanted)).toBeLessThanOrEqual(SINGLE);
      model.dispose();
    });
  });

  test('40 steps of a residual net', async () => {
    await withoutLeak(() => {
      const model = resnet();
      const { losses, weights } = distanceOfTraining(model, golden.resnet);
      expect(losses).toBeLessThanOrEqual(GOLDEN_KINKED.losses);
      expect(weights).toBeLessThanOrEqual(GOLDEN_KINKED.weights);
      model.dispose();
    });
  });
});

describe('its layers', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test('with scales of 0 the block is relu(x), without its shortcut 0', () => {
    for (const shortcut of [true, false]) {
      const x = tf.input({ shape: [4] });
      const model = tf.model({ inputs: x, outputs: denseResidualBlock(x, { units: 4, shortcut }) });
      tf.tidy(() => {
        for (const [path, weight] of parameterPaths(model))
          if (path.endsWith('gamma')) weight.assign(tf.zerosLike(weight));
        const values = normal(1, 3, 4);
        const wanted = numbers(values).map((value) => (shortcut ? Math.max(0, value) : 0));
        expect(numbers(model.apply(values) as tf.Tensor)).toEqual(wanted);
      });
      model.dispose();
    }
  });

  test('norms are those that are asked for; convolutions have a bias only without one', () => {
    const paths = (options: object): string[] => {
      const x = tf.input({ shape: [4, 4, 2] });
      const model = tf.model({ inputs: x, outputs: residualBlock(x, { filters: 2, ...options }) });
      const found = [...parameterPaths(model).keys()].filter((path) => !path.endsWith('kernel'));
      model.dispose();
      return found;
    };
    expect(paths({ norm: 'none' })).toEqual(['conv2d:0/bias', 'conv2d:1/bias']);
    expect(paths({ norm: layerNormalization })).toEqual(
      [0, 1].flatMap((i) => [`layer_normalization:${i}/gamma`, `layer_normalization:${i}/beta`]),
    );
    const own = (options: { name?: string }) => batchNormalization({ affine: false, ...options });
    expect(paths({ norm: own, name: 'deep' })).toEqual(
      [1, 2].flatMap((i) => [`deep_norm${i}/moving_mean`, `deep_norm${i}/moving_variance`]),
    );
  });

  test('begin with the name given', () => {
    const x = tf.input({ shape: [4, 4, 2] });
    const model = tf.model({ inputs: x, outputs: residualBlock(x, { filters: 3, stride: 2, name: 'deep' }) });
    expect([...layerPaths(model).values()].slice(1).toSorted()).toEqual(
      [
        'activation1',
        'activation2',
        'add',
        'conv1',
        'conv2',
        'norm1',
        'norm2',
        'padding',
        'shortcut',
        'shortcut_norm',
      ].map((part) => `deep_${part}`),
    );
    model.dispose();
  });

  test('are saved, loaded and nested; images of any size, batches of any', async () => {
    await withoutLeak(async () => {
      const model = resnet();
      initialize(model, kaimingNormalWeights, Rng.fromSeed(2));
      await expectCopiesAgree(model, [
        [2, 4, 4, 1],
        [1, 5, 7, 1],
        [3, 1, 1, 1],
      ]);
    });
  });

  test('refuse wrong options and shapes', () => {
    const at = (options: object, shape: (number | null)[] = [4, 4, 2]): unknown =>
      residualBlock(tf.input({ shape }), { filters: 2, ...options });
    expect(() => at({ filters: 0 })).toThrow('residualBlock: filters must be > 0, received 0');
    expect(() => at({ stride: 1.5 })).toThrow('stride must be a whole number');
    expect(() => at({ norm: 'batch' })).toThrow(
      'norm must make a layer, such as batchNormalization, or be "none", received "batch"',
    );
    expect(() => at({ activation: 'relo' })).toThrow('activation must be one of "relu"');
    expect(() => at({ units: 3 })).toThrow('units is not an option');
    expect(() => at({}, [4])).toThrow('residualBlock: expected shape [batch, height, width, channels]');
    expect(() => denseResidualBlock(tf.input({ shape: [4, 4] }), { units: 2 })).toThrow(
      'denseResidualBlock: expected shape [batch, width]',
    );
  });
});
