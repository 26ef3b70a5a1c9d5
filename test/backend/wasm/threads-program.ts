/** `threads-program <task> <threads>`: what needs a process of its own, because tfjs starts wasm once in each. */
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { datasetFrom } from '../../../src/data/dataset-from.ts';
import { crossEntropy } from '../../../src/losses/cross-entropy.ts';
import { adam } from '../../../src/optimizers/adam.ts';
import { Rng } from '../../../src/random/rng.ts';
import { train } from '../../../src/training/train.ts';

const tasks: Readonly<Record<string, (threads: number) => Promise<void>>> = {
  train: trainNets,
  grow: growMemory,
  globals: compareGlobals,
  throw: throwLater,
  exit: exitAtOnce,
};
const [name = '', threads] = process.argv.slice(2);
await tasks[name]?.(Number(threads));

function report(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** The weights after some steps of Adam, as a hash, and how many threads computed them. */
async function trainNets(asked: number): Promise<void> {
  const { threads: got } = await useBackend('wasm', { threads: asked });
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const convolution = (filters: number): tf.layers.Layer =>
    tf.layers.conv2d({ filters, kernelSize: 3, activation: 'relu', kernelInitializer });
  const dense = (units: number): tf.layers.Layer => tf.layers.dense({ units, kernelInitializer });
  const image = tf.layers.inputLayer({ inputShape: [8, 8, 1] });
  const pooled = [image, convolution(8), tf.layers.maxPooling2d({ poolSize: 2 }), convolution(16)];
  const row = tf.layers.inputLayer({ inputShape: [784] });
  report({
    threads: got,
    dense: await hashAfterTraining(
      [row, dense(128), tf.layers.activation({ activation: 'tanh' }), dense(10)],
      30,
    ),
    convolutional: await hashAfterTraining([...pooled, tf.layers.flatten(), dense(10)], 10),
  });
}

async function hashAfterTraining(layers: tf.layers.Layer[], steps: number): Promise<string> {
  const model = tf.sequential({ layers });
  const rows = 96;
  const shape = [rows, ...model.inputs.flatMap((input) => input.shape.slice(1))].map(Number);
  const data = datasetFrom({
    inputs: { values: Float32Array.from(tf.randomNormal(shape, 0, 1, 'float32', 2).dataSync()), shape },
    targets: Int32Array.from({ length: rows }, (_, index) => index % 10),
    task: 'classification',
  });
  const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.01 }), rng: Rng.fromSeed(3) };
  await train(model, data, { ...options, batchSize: 32, steps });
  const hash = createHash('sha256');
  for (const weight of model.getWeights()) hash.update(weight.dataSync());
  return hash.digest('hex');
}

/** Memory starts with 16 MiB and grows in the middle of tensors that are in use. */
async function growMemory(asked: number): Promise<void> {
  await useBackend('wasm', { threads: asked });
  const backend = tf.backend() as BackendWasm;
  const ends = (tensor: tf.Tensor): number[] => {
    const values = backend.typedArrayFromHeap(tensor);
    return [values[0] ?? Number.NaN, values.at(-1) ?? Number.NaN];
  };
  const filled = (shape: number[], value: number): tf.Tensor => tf.tidy(() => tf.ones(shape).mul(value));
  const early = filled([1000], 7);
  const large = Array.from({ length: 8 }, (_, index) => filled([40, 2 ** 18], index));
  const late = filled([1000], 8);
  report({
    early: ends(early),
    late: ends(late),
    large: large.map(ends),
    // Threads write their parts where memory was when they started, and above.
    squares: large.map((tensor) => ends(tf.square(tensor))),
    mebibytes: Math.floor(backend.typedArrayFromHeap(early).buffer.byteLength / 2 ** 20),
  });
}

/** Whether useBackend changes what lies outside of tfjs, looked at while it waits too. */
async function compareGlobals(asked: number): Promise<void> {
  await import('@tensorflow/tfjs-backend-wasm');
  const state = (): string =>
    JSON.stringify([
      Object.getOwnPropertyNames(globalThis).toSorted(),
      process.eventNames().map((event) => [String(event), process.listenerCount(event)]),
    ]);
  await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const before = state();
  const opened = useBackend('wasm', { threads: asked });
  const during = new Set<string>();
  const timer = setInterval(() => during.add(state()), 1);
  const { threads: got } = await opened;
  clearInterval(timer);
  report({ threads: got, during: [...during].every((seen) => seen === before), after: state() === before });
}

async function throwLater(asked: number): Promise<void> {
  await useBackend('wasm', { threads: asked });
  setTimeout(() => {
    throw new Error('thrown on purpose');
  }, 1);
}

async function exitAtOnce(asked: number): Promise<void> {
  await useBackend('wasm', { threads: asked });
  const square = tf.ones([256, 256]);
  tf.matMul(square, square);
  process.exit(5);
}
