import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreStock } from '../../src/backend/kernels.ts';
import { useBackend } from '../../src/backend/use-backend.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { groupNormalization } from '../../src/layers/group-normalization.ts';
import { instanceNormalization } from '../../src/layers/instance-normalization.ts';
import { layerNormalization } from '../../src/layers/layer-normalization.ts';
import { parameterPaths } from '../../src/layers/paths.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { relativeError, SINGLE } from '../tolerances.ts';
import { golden, layerOf, NORMS, type NormCase, statisticsOf, titleOf } from './norm-golden.ts';

const draw = (shape: number[], label = 'x'): tf.Tensor =>
  tf.tensor(Rng.fromSeed(4).split(label).normal(tf.util.sizeFromShape(shape)), shape);
const valuesOf = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

const applied = (layer: tf.layers.Layer, input: tf.Tensor, training: boolean): tf.Tensor =>
  layer.apply(input, { training }) as tf.Tensor;

/** The output, and the gradients of Σ slope · y with respect to input, scale and shift. */
function run(layer: tf.layers.Layer, { x, slope, shape }: NormCase, training: boolean): number[][] {
  return tf.tidy(() => {
    const outputs: number[][] = [];
    const objective = (input: tf.Tensor): tf.Tensor => {
      const output = applied(layer, input, training);
      outputs.push(valuesOf(output));
      return output.mul(tf.tensor(slope, shape)).sum();
    };
    const weights = layer.trainableWeights.map((weight) => weight.read());
    const gradients = tf.grads(objective)([tf.tensor(x, shape), ...weights]);
    return [...outputs, ...gradients.map(valuesOf)];
  });
}

test('PyTorch’s numbers cover every norm and rank', () => {
  const covered = new Set(golden.cases.map(({ layer, shape }) => `${layer} ${shape.length}`));
  expect(covered.size).toBe(15); // four norms of rank 2 to 5; instance norm has no rank 2
});

describe.each([
  ['cpu', 'own kernels'],
  ['wasm', 'own kernels'],
  ['cpu', 'operations of tfjs'],
] as const)('equal to PyTorch on %s, by %s', (backend, means) => {
  beforeAll(async () => {
    await useBackend(backend);
    if (means === 'operations of tfjs') restoreStock();
  });
  afterAll(() => restoreStock());

  test.each(golden.cases.map((each) => [titleOf(each), each] as const))('%s', async (_title, each) => {
    await withoutLeak(() => {
      const layer = layerOf(each);
      const close = (values: readonly number[][], expected: readonly number[][]): void => {
        expect(values).toHaveLength(expected.length);
        for (const [i, value] of values.entries())
          expect(relativeError(value, expected[i] ?? [])).toBeLessThanOrEqual(SINGLE);
      };
      const { train, evaluate, statistics } = each;
      close(run(layer, each, true), [train.output, ...train.gradients]);
      if (statistics) close(statisticsOf(layer), statistics);
      const { output, gradients } = evaluate ?? train;
      close(run(layer, each, false), [output, ...gradients]);
      if (statistics) close(statisticsOf(layer), statistics);
      layer.dispose();
    });
  });
});

describe.each(['cpu', 'wasm'] as const)('the norms on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  afterAll(() => restoreStock());

  test('group norm with one group is layer norm over all axes, with a group a channel instance norm', () => {
    tf.tidy(() => {
      const x = draw([3, 4, 2, 6]);
      const [one, whole, each, instance] = [
        groupNormalization({ groups: 1 }),
        layerNormalization({ axes: 3 }),
        groupNormalization({ groups: 6 }),
        instanceNormalization(),
      ].map((layer) => valuesOf(applied(layer, x, true)));
      expect(relativeError(one ?? [], whole ?? [])).toBeLessThanOrEqual(SINGLE);
      expect(each).toEqual(instance);
    });
  });

  test.each(Object.entries(NORMS))(
    '%s norm: a row’s result in evaluation has no part in its batch',
    (_, make) => {
      tf.tidy(() => {
        const x = draw([7, 5, 3, 6]);
        const layer = make();
        applied(layer, x, true); // batch norm: statistics that are not 0 and 1
        const whole = valuesOf(applied(layer, x, false));
        const rows = tf.split(x, 7).flatMap((row) => valuesOf(applied(layer, row, false)));
        expect(rows).toEqual(whole);
      });
    },
  );

  test('a model of all norms, one nested, is the same after saving and loading', async () => {
    const inner = tf.sequential({
      layers: [layerNormalization({ axes: 2, epsilon: 0.01, inputShape: [3, 6] }), batchNormalization()],
    });
    const input = tf.input({ shape: [3, 6] });
    const layers = [
      inner,
      batchNormalization({ momentum: 'cumulative', affine: false, name: 'mine' }),
      groupNormalization({ groups: 2 }),
      instanceNormalization({ affine: true }),
    ];
    const output = layers.reduce<tf.SymbolicTensor>((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
    const model = tf.model({ inputs: input, outputs: output });
    const x = draw([4, 3, 6]);
    tf.tidy(() => {
      for (let i = 0; i < 3; i++) model.apply(x, { training: true });
      model.setWeights(model.getWeights().map((weight, i) => weight.add(0.1 * i)));
    });

    let artifacts: tf.io.ModelArtifacts = {};
    await model.save(
      tf.io.withSaveHandler(async (saved) => {
        artifacts = saved;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
    const outputOf = (each: tf.LayersModel): number[] =>
      tf.tidy(() => valuesOf(each.predict(x) as tf.Tensor));
    expect(outputOf(loaded)).toEqual(outputOf(model));
    expect([...parameterPaths(loaded).keys()]).toEqual([...parameterPaths(model).keys()]);
    expect([...parameterPaths(model).keys()]).toEqual([
      'sequential:0/layer_normalization:0/gamma',
      'sequential:0/layer_normalization:0/beta',
      'sequential:0/batch_normalization:0/gamma',
      'sequential:0/batch_normalization:0/beta',
      'sequential:0/batch_normalization:0/moving_mean',
      'sequential:0/batch_normalization:0/moving_variance',
      'mine/moving_mean',
      'mine/moving_variance',
      'mine/batches',
      'group_normalization:0/gamma',
      'group_normalization:0/beta',
      'instance_normalization:0/gamma',
      'instance_normalization:0/beta',
    ]);
    expect(loaded.layers.map((layer) => layer.getConfig())).toEqual(
      model.layers.map((layer) => layer.getConfig()),
    );
    for (const each of [model, loaded]) each.dispose();
    x.dispose();
  });

  test('a training step leaks nothing', async () => {
    const layers = Object.values(NORMS).map((make) => make());
    const x = draw([4, 5, 6]);
    tf.tidy(() => {
      for (const layer of layers) layer.apply(x);
    });
    await withoutLeak(() => {
      tf.tidy(() => {
        const objective = (input: tf.Tensor): tf.Tensor =>
          layers
            .reduce((value, layer) => applied(layer, value, true), input)
            .square()
            .sum();
        tf.grad(objective)(x);
      });
    });
    tf.dispose([x, ...layers.flatMap((layer) => layer.weights.map((weight) => weight.read()))]);
  });

  test('masks pass through', () => {
    const [x, mask] = [draw([2, 3, 4]), tf.tensor2d([1, 1, 0, 1, 0, 0], [2, 3], 'bool')];
    for (const make of Object.values(NORMS)) expect(make().computeMask(x, mask)).toBe(mask);
    tf.dispose([x, mask]);
  });
});
