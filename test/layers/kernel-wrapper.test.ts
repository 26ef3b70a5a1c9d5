/** What the three wrappers of a kernel have in common: weights, paths, saving, reuse, refusals. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { dropConnect } from '../../src/layers/drop-connect.ts';
import { featureNormalization } from '../../src/layers/feature-normalization.ts';
import { initialize, torchDefault } from '../../src/layers/initialize.ts';
import { KernelWrapper } from '../../src/layers/kernel-wrapper.ts';
import { type ParameterPath, parameterPaths, trainablePaths } from '../../src/layers/paths.ts';
import { spectralNormalization } from '../../src/layers/spectral-normalization.ts';
import { WeightNormalization, weightNormalization } from '../../src/layers/weight-normalization.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { adamW } from '../../src/optimizers/adam.ts';
import { Rng } from '../../src/random/rng.ts';
import { train } from '../../src/training/train.ts';
import { withoutLeak } from '../no-leak.ts';
import { modelOf } from './in-training.ts';
import { read, variableOf } from './wrapper-golden.ts';

type Wrap = (layer: tf.layers.Layer) => tf.layers.Layer;

const WRAPPERS: readonly {
  token: string;
  wrap: Wrap;
  trainable: string[];
  frozen: string[];
  options: object;
}[] = [
  {
    token: 'weight_normalization',
    wrap: (layer) => weightNormalization({ layer }),
    trainable: ['magnitude'],
    frozen: [],
    options: {},
  },
  {
    token: 'spectral_normalization',
    wrap: (layer) => spectralNormalization({ layer, seed: 3, powerIterations: 2, epsilon: 1e-6 }),
    trainable: [],
    frozen: ['left_vector', 'right_vector'],
    options: { seed: 3, powerIterations: 2, epsilon: 1e-6 },
  },
  {
    token: 'drop_connect',
    wrap: (layer) => dropConnect({ layer, rate: 0.25, seed: 3 }),
    trainable: [],
    frozen: [],
    options: { rate: 0.25, seed: 3 },
  },
];

const dense = (): tf.layers.Layer => tf.layers.dense({ units: 4, activation: 'tanh' });

/** Models with a wrapper in them; the first takes its input shape from the owned layer. */
const PLACES: Readonly<Record<string, (wrap: Wrap) => tf.LayersModel>> = {
  'first of a sequential': (wrap) =>
    tf.sequential({
      layers: [wrap(tf.layers.dense({ units: 4, inputShape: [4] })), tf.layers.dense({ units: 1 })],
    }),
  'in a functional model, nested': (wrap) => {
    const input = tf.input({ shape: [4] });
    const inner = modelOf(wrap(dense()), [4]);
    return tf.model({ inputs: input, outputs: inner.apply(input) as tf.SymbolicTensor });
  },
  'used twice': (wrap) => {
    const input = tf.input({ shape: [4] });
    const shared = wrap(dense());
    const output = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: output });
  },
  'in TimeDistributed': (wrap) =>
    tf.sequential({
      layers: [
        tf.layers.reshape({ targetShape: [2, 2], inputShape: [4] }),
        tf.layers.timeDistributed({ layer: wrap(dense()) }),
      ],
    }),
  'around a convolution, two of them': (wrap) =>
    tf.sequential({
      layers: [
        tf.layers.reshape({ targetShape: [2, 2, 1], inputShape: [4] }),
        wrap(tf.layers.conv2d({ filters: 3, kernelSize: 2 })),
        wrap(tf.layers.depthwiseConv2d({ kernelSize: 1, depthMultiplier: 2 })),
        wrap(tf.layers.conv2dTranspose({ filters: 2, kernelSize: 2 })),
      ],
    }),
};

const outputOf = (model: tf.LayersModel): number[] =>
  tf.tidy(() => read(model.predict(tf.tensor2d([[0.5, -1, 2, 0.1]])) as tf.Tensor));

const namesOf = (weights: readonly { readonly originalName: string }[]): string[] =>
  weights.map(({ originalName }) => originalName.replace(/.*\//, ''));

async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler((given) => {
      artifacts = given;
      return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(given) });
    }),
  );
  return artifacts;
}

/** Moves every trainable weight and, in training, what the wrappers keep. */
function trainOneStep(model: tf.LayersModel): void {
  const optimizer = tf.train.sgd(0.1);
  tf.tidy(() => {
    const loss = (): tf.Scalar =>
      (model.apply(tf.tensor2d([[1, 2, -1, 0.5]]), { training: true }) as tf.Tensor).square().mean();
    optimizer.minimize(loss, false, [...trainablePaths(model).values()]);
  });
  optimizer.dispose();
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  describe.each(WRAPPERS)('$token', ({ token, wrap }) => {
    test.each(Object.entries(PLACES))(
      '%s: trains, is saved, loaded and cloned, and leaks nothing',
      async (_place, build) => {
        const found = await withoutLeak(async () => {
          const model = build(wrap);
          const before = outputOf(model);
          trainOneStep(model);
          const after = outputOf(model);
          const artifacts = await saved(model);
          const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
          const { modelTopology } = artifacts;
          const clone = await tf.models.modelFromJSON({ modelTopology } as never);
          clone.setWeights(model.getWeights());
          const copies = [loaded, clone].map(outputOf);
          const paths = [model, loaded, clone].map((one) => [...parameterPaths(one).keys()]);
          const configs = [model, loaded, clone].map((one) => one.getConfig());
          trainOneStep(model);
          trainOneStep(loaded);
          const further = [model, loaded].map(outputOf);
          // Not dispose(): tfjs counts a layer that is used twice twice, and then keeps it.
          tf.dispose([model, loaded, clone].map((one) => one.getWeights()));
          return { before, after, copies, paths, configs, further };
        });
        expect(found.after).not.toEqual(found.before);
        expect(found.copies).toEqual([found.after, found.after]);
        expect(found.paths[1]).toEqual(found.paths[0]);
        expect(found.paths[2]).toEqual(found.paths[0]);
        expect(found.configs[1]).toEqual(found.configs[0]);
        expect(found.configs[2]).toEqual(found.configs[0]);
        // What the wrapper keeps travels too; under no `rng` the masks of dropConnect depend on the calls so far.
        if (token !== 'drop_connect') expect(found.further[1]).toEqual(found.further[0]);
      },
    );
  });
});

describe.each(WRAPPERS)('$token', ({ token, wrap, trainable, frozen, options }) => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test('lists every weight once, under a readable path', () => {
    const own = [...trainable, ...frozen];
    const path = (place: string): ParameterPath[] => [
      ...['kernel', 'bias'].map((name) => `${place}/layer/${name}`),
      ...own.map((name) => `${place}/${name}`),
    ];
    const model = modelOf(wrap(dense()), [4]);
    expect([...parameterPaths(model).keys()]).toEqual(path(`${token}:0`));
    expect(namesOf(model.weights).toSorted()).toEqual(['kernel', 'bias', ...own].toSorted());
    const distributed = modelOf(tf.layers.timeDistributed({ layer: wrap(dense()) }), [2, 4]);
    expect([...parameterPaths(distributed).keys()]).toEqual(path('time_distributed:0/layer'));
  });

  test('its configuration holds its options and its layer', () => {
    const config = wrap(tf.layers.dense({ units: 4, name: 'owned' })).getConfig();
    const layer = { className: 'Dense', config: { name: 'owned', units: 4 } };
    expect(config).toMatchObject({ ...options, layer, trainable: true });
  });

  test('is trainable when its layer is', () => {
    const layer = wrap(dense());
    const model = modelOf(layer, [4]);
    expect(namesOf(model.trainableWeights)).toEqual(['kernel', 'bias', ...trainable]);
    expect(namesOf(layer.nonTrainableWeights)).toEqual(frozen);
    layer.trainable = false;
    expect(model.trainableWeights).toEqual([]);
    expect(namesOf(layer.nonTrainableWeights)).toEqual(['kernel', 'bias', ...trainable, ...frozen]);
    layer.trainable = true;
    expect(namesOf(model.trainableWeights)).toEqual(['kernel', 'bias', ...trainable]);
    Reflect.set(Reflect.get(layer, 'layer') as object, 'trainable', false);
    expect(model.trainableWeights).toEqual([]);
    expect(namesOf(layer.weights)).toEqual(['kernel', 'bias', ...trainable, ...frozen]);
    const born = modelOf(wrap(tf.layers.dense({ units: 4, trainable: false })), [4]);
    expect(born.trainableWeights).toEqual([]);
    expect(born.weights).toHaveLength(2 + trainable.length + frozen.length);
  });

  test('skips the initializer of a kernel that will be loaded', () => {
    const layer = wrap(tf.layers.dense({ units: 1, kernelInitializer: 'ones' }));
    layer.setFastWeightInitDuringBuild(true);
    modelOf(layer, [3]);
    expect(read(variableOf(layer, 'kernel'))).toEqual([0, 0, 0]);
  });

  test('initialize draws the kernel and the wrapper follows it', () => {
    const build = (): tf.LayersModel => modelOf(wrap(dense()), [4]);
    const [one, two] = [build(), build()];
    for (const model of [one, two]) initialize(model, torchDefault, Rng.fromSeed(7));
    expect(outputOf(one)).toEqual(outputOf(two));
    // A wrapper built around that very kernel starts with the same weights of its own.
    const kernel = [...parameterPaths(one).values()].slice(0, 2);
    const plain = tf.layers.dense({ units: 4, activation: 'tanh', weights: kernel });
    const fresh = modelOf(wrap(plain), [4]);
    expect(outputOf(fresh)).toEqual(outputOf(one));
  });

  test('the owned layer has its kernel back after a call, also after a throw, and nothing leaks', async () => {
    const layer = dense();
    const wrapper = wrap(layer);
    const model = modelOf(wrapper, [4]);
    const kernel: unknown = Reflect.get(layer, 'kernel');
    outputOf(model);
    expect(Reflect.get(layer, 'kernel')).toBe(kernel);
    await withoutLeak(() => {
      const wrong = tf.ones([2, 3]);
      expect(() => wrapper.call(wrong, {})).toThrow();
      wrong.dispose();
    });
    expect(Reflect.get(layer, 'kernel')).toBe(kernel);
  });

  test('passes on masks, penalties of the bias, and what does not fit the layer', () => {
    const layer = wrap(
      tf.layers.dense({ units: 2, biasInitializer: 'ones', biasRegularizer: tf.regularizers.l1({ l1: 3 }) }),
    );
    const model = tf.sequential({ layers: [tf.layers.masking({ inputShape: [2, 4] }), layer] });
    model.build();
    expect(model.calculateLosses().map((penalty) => read(penalty))).toEqual([[6]]);
    expect(layer.supportsMasking).toBe(true);
    expect(() => modelOf(wrap(tf.layers.conv2d({ filters: 1, kernelSize: 1 })), [4])).toThrow(
      'expected ndim=4',
    );
  });

  test('refuses a layer without one kernel', () => {
    const refused: readonly [tf.layers.Layer, string][] = [
      [tf.layers.flatten(), '(Flatten) cannot be wrapped: it has no kernel'],
      [
        tf.layers.embedding({ inputDim: 2, outputDim: 2 }),
        'it has no kernel; a dense or convolution layer has one',
      ],
      [
        tf.layers.separableConv2d({ filters: 1, kernelSize: 1 }),
        'it has two kernels; use depthwiseConv2d and conv2d',
      ],
      [tf.layers.lstm({ units: 1 }), 'the kernels of recurrent layers stand in their cells'],
      [tf.layers.gruCell({ units: 1 }), 'the kernels of recurrent layers'],
      [
        tf.layers.bidirectional({ layer: tf.layers.gru({ units: 1 }), mergeMode: 'sum' }),
        'the kernels of recurrent layers',
      ],
      [tf.layers.timeDistributed({ layer: dense() }), 'wrap the layer inside it'],
      [wrap(dense()), 'wrap the layer inside it'],
    ];
    for (const [layer, reason] of refused) expect(() => wrap(layer), layer.name).toThrow(reason);
    expect(() => wrap('dense' as never)).toThrow(
      'layer must be a layer, e.g. tf.layers.dense({ units: 10 })',
    );
  });
});

test.each([
  ['weightNormalization', (layer: tf.layers.Layer) => weightNormalization({ layer })],
  ['spectralNormalization', (layer: tf.layers.Layer) => spectralNormalization({ layer })],
])('%s refuses a regularizer or constraint of the kernel, whose length changes nothing', (name, wrap) => {
  expect(() => wrap(tf.layers.dense({ units: 1, kernelRegularizer: 'l1l2' }))).toThrow(
    `${name}: the kernelRegularizer of layer`,
  );
  expect(() => wrap(tf.layers.depthwiseConv2d({ kernelSize: 1, depthwiseConstraint: 'unitNorm' }))).toThrow(
    'whose length changes nothing; leave it out and',
  );
});

test('train: all of them, twice the same to the bit, and u and v move with it', async () => {
  const data = {
    inputs: Array.from({ length: 24 }, (_, i) => [Math.sin(i), Math.cos(2 * i), i / 24, 1]),
    targets: Array.from({ length: 24 }, (_, i) => [Math.sin(i) * Math.cos(2 * i)]),
  };
  const run = async (): Promise<{ losses: readonly number[]; left: number[][] }> => {
    const spectral = spectralNormalization({ layer: tf.layers.dense({ units: 6, activation: 'tanh' }) });
    const model = tf.sequential({
      layers: [
        featureNormalization({ mean: [0, 0, 0.5, 0], standardDeviation: [1, 1, 0.3, 1], inputShape: [4] }),
        weightNormalization({ layer: tf.layers.dense({ units: 8, activation: 'tanh' }) }),
        dropConnect({ layer: tf.layers.dense({ units: 8, activation: 'tanh' }), rate: 0.1 }),
        spectral,
        tf.layers.dense({ units: 1 }),
      ],
    });
    initialize(model, torchDefault, Rng.fromSeed(0));
    const left = [read(variableOf(spectral, 'left_vector'))];
    const history = await train(model, data, {
      loss: squaredError(),
      optimizer: adamW(),
      rng: Rng.fromSeed(1),
      batchSize: 8,
      steps: 6,
    });
    left.push(read(variableOf(spectral, 'left_vector')));
    model.dispose();
    return { losses: history.series('train/loss').values, left };
  };
  await useBackend('cpu');
  const [one, two] = [await run(), await run()];
  expect(one.losses).toHaveLength(6);
  expect(two).toEqual(one);
  expect(one.left[1]).not.toEqual(one.left[0]);
});

test('a wrapper that is loaded frozen freezes its layer', () => {
  const layer = { className: 'Dense', config: { units: 1 } };
  const loaded = KernelWrapper.fromConfig<WeightNormalization>(WeightNormalization, {
    layer,
    trainable: false,
  });
  expect(modelOf(loaded, [2]).trainableWeights).toEqual([]);
  expect(loaded.weights).toHaveLength(3);
});

test('a saved wrapper around a layer of an unknown class says what to do', () => {
  const config = { layer: { className: 'Unheard', config: {} } };
  expect(() => KernelWrapper.fromConfig(WeightNormalization, config)).toThrow(
    'the saved model has a layer of class Unheard, which is not registered',
  );
});
