/** This package's side: as its README says to use it. */
import * as tf from '@tensorflow/tfjs';
import {
  adam,
  batchNormalization,
  crossEntropy,
  datasetFrom,
  evaluate,
  layerNormalization,
  Rng,
  train,
  useBackend,
} from '../src/index.ts';
import { dataOf, LEARNING_RATE, modelOf, parametersAndGradients, type Problem } from './problems.ts';
import type { PreparedSide } from './side.ts';

const norms = { batch: () => batchNormalization(), layer: () => layerNormalization() };

/** `train()` on wasm: batches in a new order each epoch, the loss of every step in the history. */
export async function trainWithOurs(problem: Problem, threads = 1): Promise<PreparedSide> {
  await useBackend('wasm', { threads });
  const { inputs, labels } = dataOf(problem);
  const { rows, batchSize } = problem;
  const data = datasetFrom({
    inputs: { values: inputs, shape: [rows, ...problem.inputShape] },
    targets: labels,
    task: 'classification',
  });
  const model = modelOf(problem, norms);
  const loss = crossEntropy();
  const optimizer = adam({ learningRate: LEARNING_RATE });
  const rng = Rng.fromSeed(2);
  return {
    async run(steps) {
      await train(model, data, { loss, optimizer, batchSize, steps, rng });
    },
    async final() {
      return (await evaluate(model, data, { loss })).loss;
    },
  };
}

/** The Adam update alone. */
export async function updateWithOurs(backend: 'wasm' | 'cpu'): Promise<PreparedSide> {
  await useBackend(backend);
  const { parameters, gradients } = parametersAndGradients();
  const optimizer = adam({ learningRate: LEARNING_RATE });
  return {
    async run(steps) {
      for (let step = 0; step < steps; step++)
        optimizer.applyGradients([{ name: parameters.name, tensor: gradients }]);
      await parameters.data();
    },
    final: async () => tf.tidy(() => parameters.mean()).dataSync()[0] ?? Number.NaN,
  };
}
