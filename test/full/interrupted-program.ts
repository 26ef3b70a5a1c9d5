/** A training that ends its own process where it is told to; run again, it goes on. For `interrupted.test.ts`. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import {
  accuracy,
  adamW,
  batchNormalization,
  type Callback,
  crossEntropy,
  dropout,
  earlyStopping,
  initialize,
  Rng,
  sgd,
  stepDecay,
  torchDefault,
  train,
  type TrainOptions,
  useBackend,
  warmupCosine,
} from 'tfjs-recipes';
import { checkpointFile } from 'tfjs-recipes/node';
import { atEveryFileCall } from '../training/file-calls.ts';

/** Where the process ends: after an update, at a point of the next work with files after it, or as SIGTERM asks. */
export type End =
  | { readonly kind: 'update' | 'SIGTERM'; readonly step: number }
  | { readonly kind: 'write'; readonly step: number; readonly point: number };

export interface Input {
  readonly training: keyof typeof TRAININGS;
  readonly folder: string;
  /** null lets it come to its own end. */
  readonly end: End | null;
}

const rng = Rng.fromSeed(6);

const TRAININGS = {
  'SGD, batch norm, step schedule': {
    layers: () => [batchNormalization(), tf.layers.activation({ activation: 'relu' })],
    options: () => ({
      optimizer: sgd({ learningRate: stepDecay({ from: 0.1, every: 30, factor: 0.5 }), momentum: 0.9 }),
      steps: 100,
    }),
  },
  'Adam, dropout, cosine, early stopping, averages': {
    layers: () => [tf.layers.activation({ activation: 'tanh' }), dropout({ rate: 0.3 })],
    options: () => ({
      optimizer: adamW({ learningRate: warmupCosine({ peak: 0.05, warmupSteps: 10, totalSteps: 200 }) }),
      callbacks: [earlyStopping({ patience: 8, restoreBestWeights: true })],
      averageWeights: { decay: 0.8 },
      epochs: 40,
    }),
  },
} satisfies Record<
  string,
  { layers: () => tf.layers.Layer[]; options: () => Pick<TrainOptions, 'optimizer'> & Partial<TrainOptions> }
>;

const { training, folder, end } = JSON.parse(process.argv[1] ?? '') as Input;
const { layers, options } = TRAININGS[training];
const { callbacks = [], ...others } = options() as ReturnType<typeof options> & { callbacks?: Callback[] };

const kill = (): void => void process.kill(process.pid, 'SIGKILL');
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

let made = -1;
let points = 0;
atEveryFileCall(() => {
  if (end?.kind === 'write' && made >= end.step && points++ === end.point) kill();
});

const ending: Callback = {
  onBatchEnd: async (step) => {
    made = step;
    if (end === null || step < end.step || stop.signal.aborted) return;
    if (end.kind === 'update') kill();
    if (end.kind !== 'SIGTERM') return;
    process.kill(process.pid, 'SIGTERM');
    while (!stop.signal.aborted) await sleep(1);
  },
};

await useBackend('wasm');
const rows = 70;
const model = tf.sequential({
  layers: [
    tf.layers.dense({ units: 16, inputShape: [5], useBias: false }),
    ...layers(),
    tf.layers.dense({ units: 3 }),
  ],
});
initialize(model, torchDefault, rng.split('model'));
const draws = rng.split('data');
const data = {
  inputs: { values: draws.normal(rows * 5), shape: [rows, 5] },
  targets: Array.from({ length: rows }, () => draws.integer(3)),
  classes: 3,
};
const history = await train(model, data, {
  loss: crossEntropy(),
  rng: rng.split('train'),
  batchSize: 8,
  validation: 0.25,
  metrics: [accuracy()],
  ...others,
  callbacks: [...callbacks, ending],
  checkpoint: checkpointFile(folder, { everySteps: 4 }),
  resume: 'if present',
  signal: stop.signal,
});
const hash = createHash('sha256');
for (const weight of model.getWeights()) hash.update(await weight.data());
const { timings: _clock, ...rest } = history.data;
process.stdout.write(JSON.stringify({ weights: hash.digest('hex'), history: rest }));
if (stop.signal.aborted) process.exitCode = 143;
