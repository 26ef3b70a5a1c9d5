/** The opponents: plain tfjs, written as its documentation and examples do, with nothing of ours but data and start. */
import * as tf from '@tensorflow/tfjs';
import { dataOf, LEARNING_RATE, modelOf, parametersAndGradients, type Problem } from './problems.ts';
import type { PreparedSide } from './side.ts';

/** Reading a loss waits for the device; a loop written by hand reads it now and then, to print it. */
const READ_EVERY = 10;

/** tfjs's norms, with PyTorch's constants. */
const norms = {
  batch: () => tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5 }),
  layer: () => tf.layers.layerNormalization({ epsilon: 1e-5 }),
};

/** A loop of one's own: batches as slices in a fixed order (no shuffling to pay for), loss read every tenth step. */
export async function loopWithStock(
  problem: Problem,
  backend: 'wasm' | 'cpu' = 'wasm',
): Promise<PreparedSide> {
  await tf.setBackend(backend);
  const { inputs, targets } = tensorsOf(problem);
  const { rows, batchSize } = problem;
  const model = modelOf(problem, norms);
  const optimizer = tf.train.adam(LEARNING_RATE);
  const meanLoss = (x: tf.Tensor, y: tf.Tensor): tf.Scalar =>
    tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor).asScalar();
  return {
    async run(steps) {
      for (let step = 0; step < steps; step++) {
        const first = (step * batchSize) % rows;
        const x = inputs.slice(first, batchSize);
        const y = targets.slice(first, batchSize);
        const loss = optimizer.minimize(() => meanLoss(x, y), true);
        if (step % READ_EVERY === 0) await loss?.data();
        tf.dispose([x, y]);
        loss?.dispose();
      }
    },
    final: async () => tf.tidy(() => meanLoss(inputs, targets)).dataSync()[0] ?? Number.NaN,
  };
}

/** `model.fit`, with the softmax head and the loss on probabilities that it wants. */
export async function fitWithStock(problem: Problem): Promise<PreparedSide> {
  await tf.setBackend('wasm');
  const { inputs, targets } = tensorsOf(problem);
  const { rows, batchSize } = problem;
  const model = modelOf(problem, norms, 'softmax');
  model.compile({ optimizer: tf.train.adam(LEARNING_RATE), loss: 'categoricalCrossentropy' });
  return {
    async run(steps) {
      await model.fit(inputs, targets, { batchSize, epochs: (steps * batchSize) / rows });
    },
    async final() {
      const loss = tf.tidy(() => model.evaluate(inputs, targets));
      return (Array.isArray(loss) ? loss[0] : loss)?.dataSync()[0] ?? Number.NaN;
    },
  };
}

/** The Adam update alone. */
export async function updateWithStock(backend: 'wasm' | 'cpu'): Promise<PreparedSide> {
  await tf.setBackend(backend);
  const { parameters, gradients } = parametersAndGradients();
  const optimizer = tf.train.adam(LEARNING_RATE);
  return {
    async run(steps) {
      for (let step = 0; step < steps; step++)
        optimizer.applyGradients([{ name: parameters.name, tensor: gradients }]);
      await parameters.data();
    },
    final: async () => tf.tidy(() => parameters.mean()).dataSync()[0] ?? Number.NaN,
  };
}

function tensorsOf(problem: Problem): { inputs: tf.Tensor; targets: tf.Tensor } {
  const { inputs, labels } = dataOf(problem);
  return {
    inputs: tf.tensor(inputs, [problem.rows, ...problem.inputShape]),
    targets: tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), problem.classes).toFloat()),
  };
}
