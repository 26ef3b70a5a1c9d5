/** What every layer that draws random numbers keeps to, whatever it draws. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { ShapeError } from '../../src/errors.ts';
import { randomCrop } from '../../src/layers/augmentation/random-crop.ts';
import { randomErasing } from '../../src/layers/augmentation/random-erasing.ts';
import { randomFlip } from '../../src/layers/augmentation/random-flip.ts';
import { randomRotation } from '../../src/layers/augmentation/random-rotation.ts';
import { dropout } from '../../src/layers/dropout.ts';
import { gaussianNoise } from '../../src/layers/gaussian-noise.ts';
import type { RandomLayer, RandomLayerOptions } from '../../src/layers/random-layer.ts';
import { spatialDropout } from '../../src/layers/spatial-dropout.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { absoluteError, NORMAL_ACROSS_BACKENDS, relativeError, TRANSPOSED } from '../tolerances.ts';
import { forward, forwardAll, inTraining, modelOf, repeated, rowsOf } from './in-training.ts';

type Make = (options?: RandomLayerOptions) => RandomLayer;
const LAYERS: readonly (readonly [name: string, make: Make])[] = [
  ['dropout', (options) => dropout({ rate: 0.25, ...options })],
  ['spatialDropout', (options) => spatialDropout({ rate: 0.25, ...options })],
  ['gaussianNoise', (options) => gaussianNoise({ standardDeviation: 0.5, ...options })],
  ['randomFlip horizontal', (options) => randomFlip({ axis: 'horizontal', ...options })],
  ['randomFlip both', (options) => randomFlip({ axis: 'both', ...options })],
  ['randomCrop padded', (options) => randomCrop({ padding: 2, ...options })],
  ['randomCrop smaller', (options) => randomCrop({ height: 3, width: 4, ...options })],
  ['randomRotation', (options) => randomRotation({ degrees: 180, ...options })],
  [
    'randomRotation nearest',
    (options) => randomRotation({ degrees: [5, 40], interpolation: 'nearest', fill: 0.5, ...options }),
  ],
  ['randomErasing', (options) => randomErasing({ probability: 0.9, fill: 0.5, ...options })],
];
const IMAGES = LAYERS.filter(([name]) => name.startsWith('random'));

const SHAPE = [16, 6, 5, 2];
const EXAMPLE = 6 * 5 * 2;
const values = Rng.fromSeed(1).normal(16 * EXAMPLE);
const draw = (layer: tf.layers.Layer, seed: number, step: number): string =>
  inTraining(layer, values, SHAPE, { seed, step }).join(' ');
const fiveSteps = (layer: tf.layers.Layer, seed: number): string[] =>
  [0, 1, 2, 3, 4].map((step) => draw(layer, seed, step));
const symbolic = (layer: tf.layers.Layer, input: tf.SymbolicTensor): tf.SymbolicTensor =>
  layer.apply(input) as tf.SymbolicTensor;

beforeAll(async () => {
  await useBackend('wasm');
});

describe.each(LAYERS)('%s', (name, make) => {
  test('draws anew at every step, the same under the same seed', () => {
    const steps = fiveSteps(make(), 5);
    expect(new Set(steps).size).toBe(5);
    expect(fiveSteps(make(), 5)).toEqual(steps);
    expect(fiveSteps(make(), 6)).not.toEqual(steps);
  });

  test('each example has its own draw, whatever else is in the batch', () => {
    const example = values.subarray(0, EXAMPLE);
    const output = inTraining(make(), repeated(example, 16), SHAPE);
    const outputs = rowsOf(output, output.length / 16).map(String);
    expect(new Set(outputs).size).toBeGreaterThan(1);
    if (name === 'gaussianNoise') return; // its second half of draws starts where the first ends
    const fewer = inTraining(make(), repeated(example, 3), [3, ...SHAPE.slice(1)]);
    expect(rowsOf(fewer, fewer.length / 3).map(String)).toEqual(outputs.slice(0, 3));
  });

  test('is the same on cpu and wasm', async () => {
    const onWasm = inTraining(make(), values, SHAPE, { seed: 3 });
    await useBackend('cpu');
    const onCpu = inTraining(make(), values, SHAPE, { seed: 3 });
    await useBackend('wasm');
    if (name === 'gaussianNoise') expect(absoluteError(onWasm, onCpu)).toBeLessThan(NORMAL_ACROSS_BACKENDS);
    else expect([...onWasm]).toEqual([...onCpu]);
  });

  test('evaluation changes nothing, and leaks nothing; training neither', async () => {
    const input = tf.tensor(values, SHAPE);
    const model = modelOf(make(), SHAPE.slice(1));
    await withoutLeak(() => {
      const [plain, predicted, trained] = [
        model.apply(input, { training: false }) as tf.Tensor,
        model.predict(input) as tf.Tensor,
        forward(model, input),
      ];
      if (name !== 'randomCrop smaller') {
        expect([...plain.dataSync()]).toEqual([...values]);
        expect([...predicted.dataSync()]).toEqual([...values]);
      }
      tf.dispose([plain, predicted, trained].filter((tensor) => tensor !== input));
    });
    input.dispose();
    model.dispose();
  });

  test('in a nested model that is used twice it draws for each call', () => {
    const inner = modelOf(make(), SHAPE.slice(1));
    const input = tf.input({ shape: SHAPE.slice(1) });
    const model = tf.model({ inputs: input, outputs: [symbolic(inner, input), symbolic(inner, input)] });
    const [first, second] = tf.tidy(() =>
      forwardAll(model, tf.tensor(values, SHAPE)).map((output) => String(output.dataSync())),
    );
    expect(first).not.toBe(second);
  });

  test('another layer, before, after or frozen, does not change what it draws', () => {
    const input = tf.input({ shape: SHAPE.slice(1) });
    const drawAmong = (before: readonly tf.layers.Layer[], layer: RandomLayer): string => {
      const output = symbolic(
        layer,
        before.reduce((x, other) => symbolic(other, x), input),
      );
      const model = tf.model({ inputs: input, outputs: [output, symbolic(make(), output)] });
      return tf.tidy(() => {
        const [first] = forwardAll(model, tf.tensor(values, SHAPE), { seed: 5, step: 1 });
        return first?.dataSync().join(' ') ?? '';
      });
    };
    const alone = draw(make(), 5, 1);
    const other = name === 'gaussianNoise' ? dropout({ rate: 0 }) : gaussianNoise({ standardDeviation: 0 });
    const frozen = make();
    frozen.trainable = false;
    other.trainable = false;
    expect(drawAmong([], make())).toBe(alone);
    expect(drawAmong([other, tf.layers.activation({ activation: 'linear' })], make())).toBe(alone);
    expect(drawAmong([], frozen)).toBe(alone);
  });

  test('saved, loaded and cloned, it draws the same', async () => {
    const layer = make({ seed: 2 ** 40 + 7, name: 'mine' });
    const model = modelOf(layer, SHAPE.slice(1));
    let saved: tf.io.ModelArtifacts = {};
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = JSON.parse(JSON.stringify(artifacts)) as tf.io.ModelArtifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology: saved.modelTopology ?? {} }));
    const clone = cloneOf(layer);
    const copies = [loaded, modelOf(clone, SHAPE.slice(1))];
    expect(copies.map((copy) => copy.layers.at(-1)?.getConfig())).toEqual([
      layer.getConfig(),
      layer.getConfig(),
    ]);
    const expected = tf.tidy(() => String(forward(model, tf.tensor(values, SHAPE)).dataSync()));
    for (const copy of copies)
      expect(tf.tidy(() => String(forward(copy, tf.tensor(values, SHAPE)).dataSync()))).toBe(expected);
  });

  test('under model.fit it draws anew at every call, from its seed', async () => {
    const fitted = await drawsOfFit(make({ seed: 3, name: 'fitted' }));
    expect(new Set(fitted).size).toBe(3);
    expect(await drawsOfFit(make({ seed: 3, name: 'fitted' }))).toEqual(fitted);
    expect(await drawsOfFit(make({ seed: 4, name: 'fitted' }))).not.toEqual(fitted);
    expect(await drawsOfFit(make({ seed: 3, name: 'other' }))).not.toEqual(fitted);
  });

  test('the gradient is that of the map which the draws made of the input', async () => {
    const model = modelOf(make(), SHAPE.slice(1));
    await withoutLeak(() => {
      tf.tidy(() => {
        const [x, direction] = [
          tf.tensor(values, SHAPE),
          tf.tensor(Rng.fromSeed(8).normal(16 * EXAMPLE), SHAPE),
        ];
        const output = forward(model, x);
        const weights = tf.tensor(Rng.fromSeed(9).normal(output.size), output.shape);
        const gradient = tf.grad((input: tf.Tensor) => forward(model, input).mul(weights).sum())(x);
        const along = gradient.mul(direction).sum().dataSync();
        const difference = forward(model, x.add(direction)).sub(output).mul(weights).sum().dataSync();
        expect(relativeError(along, difference)).toBeLessThan(TRANSPOSED);
      });
    });
  });
});

describe.each(IMAGES)('%s', (name, make) => {
  test.each([[[4]], [[4, 3]], [[2, 4, 4, 3]]])('refuses examples of shape %j', (shape) => {
    const layer = name.split(' ')[0] ?? '';
    const message = `${layer}: expected shape [batch, height, width, channels], received [null, ${shape.join(', ')}]`;
    expect(() => modelOf(make(), shape)).toThrow(ShapeError);
    expect(() => modelOf(make(), shape)).toThrow(message);
  });

  test('takes images of any size and integers, one example, one pixel', () => {
    const layer = make();
    if (name === 'randomCrop smaller') return;
    const input = tf.input({ shape: [null, null, 1] });
    const model = tf.model({ inputs: input, outputs: symbolic(layer, input) });
    for (const shape of [
      [1, 1, 1, 1],
      [2, 1, 7, 1],
      [3, 9, 2, 1],
    ])
      expect(tf.tidy(() => forward(model, tf.ones(shape, 'int32')).shape)).toEqual(shape);
  });
});

/** As `tf.models` clones: through the configuration. */
function cloneOf(layer: tf.layers.Layer): tf.layers.Layer {
  const type = layer.constructor as unknown as tf.serialization.SerializableConstructor<tf.layers.Layer> & {
    fromConfig(type: unknown, config: tf.serialization.ConfigDict): tf.layers.Layer;
  };
  return type.fromConfig(type, layer.getConfig());
}

/** What the layer made of one batch in the three steps of a `model.fit`. */
async function drawsOfFit(layer: RandomLayer): Promise<string[]> {
  const model = tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: SHAPE.slice(1) }),
      layer,
      tf.layers.flatten(),
      tf.layers.dense({ units: 1 }),
    ],
  });
  const draws: string[] = [];
  const call = layer.call.bind(layer);
  layer.call = (inputs, options) => {
    expect(options.random).toBeUndefined();
    const output = call(inputs, options);
    draws.push(String(output.dataSync()));
    return output;
  };
  model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' });
  const [x, y] = [tf.tensor(values, SHAPE), tf.ones([16, 1])];
  await model.fit(x, y, { epochs: 3, batchSize: 16, shuffle: false, verbose: 0 });
  tf.dispose([x, y]);
  model.dispose();
  return draws;
}
