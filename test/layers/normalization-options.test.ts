import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { ModelError, OptionError, ShapeError } from '../../src/errors.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { groupNormalization } from '../../src/layers/group-normalization.ts';
import { instanceNormalization } from '../../src/layers/instance-normalization.ts';
import { layerNormalization } from '../../src/layers/layer-normalization.ts';
import { parameterInfos } from '../../src/layers/paths.ts';
import { noDecayOnBiasesAndNorms } from '../../src/optimizers/build-optimizer.ts';
import { NO_NUMBERS } from '../no-numbers.ts';
import { NORMS } from './norm-golden.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

test('noDecayOnBiasesAndNorms matches every trained weight of every norm', () => {
  const model = tf.sequential({
    layers: [tf.layers.inputLayer({ inputShape: [5, 6] }), ...Object.values(NORMS).map((make) => make())],
  });
  const infos = model.trainableWeights.map((weight) =>
    parameterInfos(model).get(weight.read() as tf.Variable),
  );
  expect(infos.map((info) => `${info?.layer}/${info?.weight}`)).toEqual(
    ['batch', 'layer', 'group', 'instance'].flatMap((kind) =>
      ['gamma', 'beta'].map((weight) => `${kind}_normalization/${weight}`),
    ),
  );
  expect(infos.every((info) => info && noDecayOnBiasesAndNorms.match(info))).toBe(true);
  model.dispose();
});

test('wrong options are refused by name', () => {
  for (const epsilon of [0, -1, ...NO_NUMBERS])
    for (const make of [layerNormalization, batchNormalization, instanceNormalization])
      expect(() => make({ epsilon } as never)).toThrow(OptionError);
  for (const groups of [0, 1.5, ...NO_NUMBERS])
    expect(() => groupNormalization({ groups } as never)).toThrow(/groupNormalization: groups must be/);
  for (const momentum of [-0.1, 1.1, 'average', ...NO_NUMBERS])
    expect(() => batchNormalization({ momentum } as never)).toThrow(
      'batchNormalization: momentum must be a number in [0, 1] or "cumulative"',
    );
  expect(() => layerNormalization({ axes: 0 })).toThrow('layerNormalization: axes must be > 0, received 0');
  expect(() => batchNormalization({ momentun: 0.1 } as never)).toThrow('did you mean "momentum"?');
  expect(() => batchNormalization({ affine: 1 } as never)).toThrow('affine must be a boolean, received 1');
});

test('shapes that do not fit are refused when the layer is built', () => {
  expect(() => groupNormalization({ groups: 4 }).apply(tf.input({ shape: [5, 6] }))).toThrow(
    'expected shape [batch, …, channels] with channels divisible by 4 groups, received [null, 5, 6]',
  );
  expect(() => layerNormalization({ axes: 2 }).apply(tf.input({ shape: [null, 6] }))).toThrow(ShapeError);
  expect(() => layerNormalization({ axes: 2 }).apply(tf.input({ shape: [6] }))).toThrow(
    'with 2 trailing axes of known size',
  );
  expect(() => batchNormalization().apply(tf.input({ shape: [4, null] }))).toThrow(ShapeError);
  const built = batchNormalization();
  built.apply(tf.input({ shape: [5, 6] }));
  expect(() => built.apply(tf.input({ shape: [5, 7] }))).toThrow(/incompatible/);
  expect(() => built.apply(tf.input({ shape: [2, 3, 6] }))).not.toThrow();
});

test('a norm of single values is refused: all would become 0', () => {
  const refused: [tf.layers.Layer, number[]][] = [
    [layerNormalization(), [4, 1]],
    [groupNormalization({ groups: 3 }), [4, 3]],
    [instanceNormalization(), [4, 3]],
    [instanceNormalization(), [4, 1, 1, 3]],
  ];
  for (const [layer, shape] of refused)
    expect(() => tf.tidy(() => layer.apply(tf.ones(shape)) as tf.Tensor)).toThrow(ModelError);
});
