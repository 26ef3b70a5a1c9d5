/** A training that Node and a browser must repeat bit for bit: an MLP with dropout on the digits, on wasm. */
import * as tf from '@tensorflow/tfjs';
import {
  accuracy,
  adam,
  crossEntropy,
  dropout,
  initialize,
  loadDigits,
  Rng,
  torchDefault,
  train,
  useBackend,
  type BackendInfo,
  type History,
} from 'tfjs-recipes';

export interface DigitsTraining {
  readonly backend: BackendInfo;
  /** Every series of the history by name. */
  readonly series: Readonly<Record<string, ReturnType<History['series']>>>;
}

/** @param wasmPaths - Where a browser finds the `.wasm` files. */
export async function trainDigits(wasmPaths?: string): Promise<DigitsTraining> {
  const backend = await useBackend('wasm', wasmPaths === undefined ? {} : { wasmPaths });
  const rng = Rng.fromSeed(7);
  const data = (await loadDigits()).split({ validation: 0.1, test: 0.2 }, rng.split('split'));
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [64], units: 32, activation: 'relu' }),
      dropout({ rate: 0.2 }),
      tf.layers.dense({ units: data.classes }),
    ],
  });
  initialize(model, torchDefault, rng.split('weights'));
  const history = await train(model, data, {
    loss: crossEntropy(),
    optimizer: adam({ learningRate: 0.01 }),
    batchSize: 32,
    steps: 60,
    metrics: [accuracy()],
    rng,
  });
  return { backend, series: Object.fromEntries(history.names.map((name) => [name, history.series(name)])) };
}
