import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { dropout } from '../../src/layers/dropout.ts';
import { parameterPaths, trainablePaths } from '../../src/layers/paths.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

const paths = (model: tf.LayersModel): string[] => [...parameterPaths(model).keys()];

describe('parameterPaths', () => {
  test('a layer is its class and ordinal, or the name that the user gave it', () => {
    const build = (): tf.LayersModel =>
      tf.sequential({
        layers: [
          tf.layers.conv2d({ filters: 1, kernelSize: 2, inputShape: [3, 3, 1] }),
          tf.layers.batchNormalization(),
          dropout({ rate: 0.5 }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 2, name: 'middle' }),
          tf.layers.dense({ units: 2 }),
        ],
      });
    const expected = [
      'conv2d:0/kernel',
      'conv2d:0/bias',
      'batch_normalization:0/gamma',
      'batch_normalization:0/beta',
      'batch_normalization:0/moving_mean',
      'batch_normalization:0/moving_variance',
      'middle/kernel',
      'middle/bias',
      'dense:1/kernel',
      'dense:1/bias',
    ];
    expect(paths(build())).toEqual(expected);
    expect(paths(build())).toEqual(expected); // the process-wide counters of tfjs have moved on
  });

  test('nested, wrapped, bidirectional and stacked layers', () => {
    const inner = tf.sequential({
      layers: [tf.layers.dense({ units: 3, inputShape: [4] }), tf.layers.dense({ units: 3, name: 'mine' })],
    });
    const model = tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: [5, 4] }),
        tf.layers.timeDistributed({ layer: inner }),
        tf.layers.bidirectional({
          layer: tf.layers.lstm({ units: 2, returnSequences: true }),
          mergeMode: 'concat',
        }),
        tf.layers.rnn({
          cell: tf.layers.stackedRNNCells({
            cells: [tf.layers.lstmCell({ units: 2 }), tf.layers.gruCell({ units: 2 })],
          }),
        }),
      ],
    });
    expect(paths(model)).toEqual([
      'time_distributed:0/layer/dense:0/kernel',
      'time_distributed:0/layer/dense:0/bias',
      'time_distributed:0/layer/mine/kernel',
      'time_distributed:0/layer/mine/bias',
      'bidirectional:0/forward/kernel',
      'bidirectional:0/forward/recurrent_kernel',
      'bidirectional:0/forward/bias',
      'bidirectional:0/backward/kernel',
      'bidirectional:0/backward/recurrent_kernel',
      'bidirectional:0/backward/bias',
      'rnn:0/RNNCell_0/kernel',
      'rnn:0/RNNCell_0/recurrent_kernel',
      'rnn:0/RNNCell_0/bias',
      'rnn:0/RNNCell_1/kernel',
      'rnn:0/RNNCell_1/recurrent_kernel',
      'rnn:0/RNNCell_1/bias',
    ]);
  });

  test('a wrapped layer, built twice in one process', () => {
    const build = (): tf.LayersModel =>
      tf.sequential({
        layers: [tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }), inputShape: [3, 2] })],
      });
    const expected = ['time_distributed:0/layer/kernel', 'time_distributed:0/layer/bias'];
    expect([paths(build()), paths(build())]).toEqual([expected, expected]);
  });

  test('a nested model has its ordinal or its own name', () => {
    const inner = (name?: string): tf.Sequential =>
      tf.sequential({
        layers: [tf.layers.dense({ units: 2, inputShape: [2] })],
        ...(name === undefined ? {} : { name }),
      });
    const functional = (): tf.LayersModel => {
      const input = tf.input({ shape: [2] });
      return tf.model({
        inputs: input,
        outputs: tf.layers.dense({ units: 2 }).apply(input) as tf.SymbolicTensor,
      });
    };
    const build = (): tf.LayersModel =>
      tf.sequential({ layers: [inner(), inner('block'), functional(), inner()] });
    const kernels = ['sequential:0', 'block', 'model:0', 'sequential:2'].map(
      (path) => `${path}/dense:0/kernel`,
    );
    expect(paths(build()).filter((path) => path.endsWith('kernel'))).toEqual(kernels);
    expect(paths(build()).filter((path) => path.endsWith('kernel'))).toEqual(kernels);
  });

  test('a shared layer has the path of its first use, once', () => {
    const shared = tf.layers.dense({ units: 2, inputShape: [2] });
    const input = tf.input({ shape: [2] });
    const twice = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
    const model = tf.model({
      inputs: input,
      outputs: tf.layers.dense({ units: 1 }).apply(twice) as tf.SymbolicTensor,
    });
    expect(paths(model)).toEqual(['dense:0/kernel', 'dense:0/bias', 'dense:1/kernel', 'dense:1/bias']);
  });

  test('adding a layer of another class moves nothing, freezing only leaves the trainable ones', () => {
    const [first, last] = [tf.layers.dense({ units: 2, inputShape: [2] }), tf.layers.dense({ units: 1 })];
    const model = tf.sequential({ layers: [first, tf.layers.batchNormalization(), last] });
    first.trainable = false;
    expect(paths(model)).toContain('dense:1/kernel');
    expect([...trainablePaths(model).keys()]).toEqual([
      'batch_normalization:0/gamma',
      'batch_normalization:0/beta',
      'dense:1/kernel',
      'dense:1/bias',
    ]);
  });
});
