import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { initialize, torchDefault } from '../../src/layers/initialize.ts';
import { layerPaths } from '../../src/layers/paths.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { adam } from '../../src/optimizers/adam.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import type { Callback } from '../../src/training/callback.ts';
import { KernelProfile } from '../../src/training/kernel-profile.ts';
import { minimize } from '../../src/training/minimize.ts';
import type { StepKernels } from '../../src/training/step-kernels.ts';
import { train } from '../../src/training/train.ts';
import { withoutLeak } from '../no-leak.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

const ROWS = 8;
const rng = Rng.fromSeed(0);
const data = {
  inputs: Array.from({ length: 3 * ROWS }, () => [...rng.uniform(3, -1, 1)]),
  targets: Array.from({ length: 3 * ROWS }, (_, row) => [row / 10, 1]),
};
const WARM_UP = 2;

/** 3 → 4 → 2: 26 numbers to learn, in four parameters. */
const net = (...before: tf.layers.Layer[]): tf.Sequential =>
  tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [3] }),
      ...before,
      tf.layers.dense({ units: 4, activation: 'relu' }),
      tf.layers.dense({ units: 2 }),
    ],
  });

interface Made {
  readonly losses: readonly number[];
  readonly weights: readonly number[];
  readonly kernels: StepKernels | undefined;
}

/** Trains five updates, with a profile or without, and an epoch's validation among them. */
async function training(
  model: tf.LayersModel,
  profiled: boolean,
  more: readonly Callback[] = [],
): Promise<Made> {
  const profile = new KernelProfile();
  const optimizer = adam({ learningRate: 0.1 });
  try {
    initialize(model, torchDefault, rng.split('start'));
    const history = await train(model, data, {
      loss: squaredError(),
      optimizer,
      steps: 5,
      batchSize: ROWS,
      validation: data,
      callbacks: [...more, ...(profiled ? [{ onTrainBegin: () => profile.attach(model) }] : [])],
      rng: rng.split('train'),
    });
    profile.detach();
    const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
    return { losses: history.series('train/loss').values, weights, kernels: profile.result(WARM_UP) };
  } finally {
    profile.detach();
    optimizer.dispose();
    model.dispose();
  }
}

const counts = (kernels: StepKernels | undefined, part: string): Record<string, number> =>
  Object.fromEntries(
    (kernels?.parts.find((one) => one.part === part)?.kernels ?? []).map((use) => [
      use.kernelName,
      use.count,
    ]),
  );
const bytes = (kernels: StepKernels | undefined, part: string): number | undefined =>
  kernels?.parts.find((one) => one.part === part)?.bytes;

test('a step of a small net, kernel by kernel, as worked out by hand', async () => {
  const { kernels } = await withoutLeak(() => training(net(), true));
  expect(kernels?.steps).toBe(3);
  expect(kernels?.parts.map(({ part }) => part)).toEqual(['dense', 'loss', 'gradient', 'update', 'other']);

  // While gradients are recorded tfjs fuses no relu: product, bias, relu, then the second layer as one kernel with its
  // operands as matrices of three axes. An Identity is a tensor kept for the backward pass: two operands of the product,
  // two of the sum, one of relu; two of the reshapes, and three operands and the result of the fused product.
  expect(counts(kernels, 'dense')).toEqual({
    BatchMatMul: 1,
    Add: 1,
    Relu: 1,
    _FusedMatMul: 1,
    Reshape: 3,
    Identity: 5 + 6,
  });
  expect(bytes(kernels, 'dense')).toBe(4 * (3 * ROWS * 4 + ROWS * 2));

  // (y − ŷ)², its mean over the outputs, the mean over the rows.
  expect(counts(kernels, 'loss')).toMatchObject({ Sub: 1, Square: 1, Mean: 2 });
  expect(bytes(kernels, 'loss')).toBe(4 * (2 * ROWS * 2 + ROWS + 1));

  // A product for each kernel and one for the hidden layer: nobody asks for the gradient of the inputs. A sum for each
  // bias; relu's is a step.
  expect(counts(kernels, 'gradient')).toMatchObject({ BatchMatMul: 3, Step: 1 });
  expect(counts(kernels, 'gradient')['Sum']).toBe(2);

  // Parameter and two moments of each of four parameters, in one kernel.
  expect(counts(kernels, 'update')).toEqual({ AdamUpdate: 4 });
  expect(bytes(kernels, 'update')).toBe(4 * 3 * 26);

  const total = (kernels?.parts ?? []).reduce((sum, { count }) => sum + count, 0);
  expect(kernels?.count).toBe(total);
  expect(kernels?.stepMilliseconds).toBeGreaterThanOrEqual(kernels?.milliseconds ?? Number.NaN);
});

test('changes no number: losses and weights are the same bits', async () => {
  const plain = await training(net(tf.layers.dropout({ rate: 0.5 })), false);
  const profiled = await training(net(tf.layers.dropout({ rate: 0.5 })), true);
  expect(plain.losses).toHaveLength(5);
  expect(profiled.losses).toEqual(plain.losses);
  expect(profiled.weights).toEqual(plain.weights);
});

test('nested, wrapped and adapted layers have parts of their own, the innermost counts', async () => {
  const inner = tf.sequential({
    layers: [tf.layers.dense({ inputShape: [3], units: 3, activation: 'tanh' })],
  });
  const model = net(
    inner,
    tf.layers.dropout({ rate: 0.5 }),
    tf.layers.reshape({ targetShape: [1, 3] }),
    tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3 }) }),
    tf.layers.flatten(),
  );
  const { kernels } = await training(model, true);
  // The stock layer draws from the step's stream, as train has it.
  expect(counts(kernels, 'dropout')).toMatchObject({ RandomBits: 1 });
  expect(counts(kernels, 'dense')).toMatchObject({ Tanh: 1, Relu: 1 });
  // In the nested model, in the wrapper, and the last one.
  expect(counts(kernels, 'dense')['_FusedMatMul']).toBe(3);
  expect(kernels?.parts.map(({ part }) => part)).toEqual(
    expect.arrayContaining(['reshape', 'flatten', 'time_distributed']),
  );
  expect(counts(kernels, 'time_distributed')).not.toHaveProperty('_FusedMatMul');
});

const broken: Callback = {
  onBatchBegin(step) {
    if (step === 3) throw new Error('a callback broke');
  },
};

test.each([
  ['at its end', []],
  ['by a throw', [broken]],
])('layers and kernels are what they were when the training ends %s', async (_how, callbacks) => {
  const model = net(tf.layers.dropout({ rate: 0.5 }));
  const layers = [...layerPaths(model).keys()];
  const before = tf.getKernelsForBackend('wasm');
  const running = training(model, true, callbacks);
  await (callbacks.length > 0 ? expect(running).rejects.toThrow('a callback broke') : running);
  expect(layers.filter((layer) => Object.hasOwn(layer, 'call'))).toEqual([]);
  const after = new Map(tf.getKernelsForBackend('wasm').map((config) => [config.kernelName, config]));
  expect(before.filter((config) => after.get(config.kernelName) !== config)).toEqual([]);
});

test('the parts of a minimization are the objective, its gradient and the update', async () => {
  const profile = new KernelProfile();
  profile.attach();
  const optimizer = sgd({ learningRate: 0.1 });
  const path = await withoutLeak(() =>
    minimize((w) => w.square().sum(), { start: [1, 2], optimizer, steps: 9, rng }),
  );
  profile.detach();
  const kernels = profile.result();
  // 0.8⁹ of the way is left: profiled or not.
  expect(path.last('x')).toBeCloseTo(0.8 ** 9, 6);
  expect(kernels?.steps).toBe(9);
  expect(counts(kernels, 'objective')).toMatchObject({ Square: 1, Sum: 1, Mean: 1 });
  expect(counts(kernels, 'update')).toEqual({ Multiply: 1, Sub: 1 });
  expect(kernels?.parts.map(({ part }) => part)).toEqual(['objective', 'gradient', 'update', 'other']);
});

test('of a short training the last half is measured; without an update there is nothing', async () => {
  const profile = new KernelProfile();
  expect(profile.result()).toBeUndefined();
  profile.attach();
  await minimize((w) => w.square().sum(), {
    start: [1],
    optimizer: sgd({ learningRate: 0.1 }),
    steps: 5,
    rng,
  });
  profile.detach();
  expect(profile.result(50)?.steps).toBe(3);
  expect(profile.result(1)?.steps).toBe(4);
});
