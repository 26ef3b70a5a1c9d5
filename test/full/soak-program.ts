/** A long life of one process: updates with evaluations and checkpoints, then trainings that throw. For `soak.test.ts`. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import {
  adamW,
  batchNormalization,
  customLoss,
  datasetFrom,
  dropout,
  earlyStopping,
  initialize,
  rSquared,
  Rng,
  squaredError,
  torchDefault,
  train,
  type TrainOptions,
  useBackend,
} from 'tfjs-recipes';
import { checkpointFile } from 'tfjs-recipes/node';

/** An evaluation comes after every hundred updates, a checkpoint after every two hundred. */
interface Work {
  readonly updates: number;
  readonly aborted: number;
}

export interface Input {
  readonly folder: string;
  /** What is done before anything is measured. */
  readonly warmUp: Work;
  readonly measured: Work;
}

/** What a process holds. */
export interface Held {
  readonly tensors: number;
  readonly tensorBytes: number;
  /** After garbage collection: what JavaScript holds, and what the system gave the process. */
  readonly heapBytes: number;
  readonly residentBytes: number;
}

const { folder, warmUp, measured } = JSON.parse(process.argv[1] ?? '') as Input;
const BATCH = 16;
const rng = Rng.fromSeed(7);
await useBackend('wasm');

const rowsOf = (rows: number) =>
  datasetFrom({
    inputs: { values: rng.split('inputs').normal(rows * 8), shape: [rows, 8] },
    targets: rng.split('targets').normal(rows),
  });
const data = { train: rowsOf(100 * BATCH), validation: rowsOf(64) };
const model = tf.sequential({
  layers: [
    tf.layers.dense({ units: 16, inputShape: [8], useBias: false }),
    batchNormalization(),
    dropout({ rate: 0.1 }),
    tf.layers.dense({ units: 1 }),
  ],
});
initialize(model, torchDefault, rng.split('model'));

/** Trains with all that holds tensors, and frees the optimizer. */
async function training(
  options: Partial<TrainOptions>,
  source: Parameters<typeof train>[1] = data.train,
): Promise<void> {
  const optimizer = adamW();
  try {
    await train(model, source, {
      loss: squaredError(),
      batchSize: BATCH,
      validation: data.validation,
      metrics: [rSquared()],
      averageWeights: { decay: 0.9 },
      record: ['gradientNorm', 'updateRatio'],
      rng,
      ...options,
      optimizer,
      callbacks: [
        earlyStopping({ patience: 1_000_000, restoreBestWeights: true }),
        ...(options.callbacks ?? []),
      ],
    });
  } finally {
    optimizer.dispose();
  }
}

function fail(): never {
  throw new Error('on purpose');
}

/** A function that throws when it is called for the third time. */
function failThirdTime(): () => void {
  let calls = 0;
  return () => {
    if (++calls === 3) fail();
  };
}

function* stream(batches: number): Generator<{ inputs: tf.Tensor; targets: tf.Tensor }> {
  for (let count = 0; count < batches; count++)
    yield { inputs: tf.ones([BATCH, 8]), targets: tf.zeros([BATCH, 1]) };
}

const failingLoss = (failNow = failThirdTime()): TrainOptions['loss'] =>
  customLoss('failing', (predictions, targets) => {
    const squares = predictions.sub(targets).square();
    failNow();
    return squares.mean(-1);
  });

/** Trainings that throw, each at another place. */
const ABORTED: readonly (() => Promise<void>)[] = [
  () => training({ loss: failingLoss(), steps: 5 }),
  () => training({ loss: failingLoss(), steps: 5, accumulate: 2 }),
  () => training({ callbacks: [{ onTrainBegin: fail }], steps: 5 }),
  () => training({ callbacks: [{ onBatchBegin: failThirdTime() }], steps: 5 }),
  () => training({ callbacks: [{ onBatchEnd: failThirdTime() }], steps: 5 }),
  () => training({ callbacks: [{ onValidationEnd: fail }], steps: 5 }),
  () => training({ callbacks: [{ onEpochEnd: fail }], epochs: 1 }),
  () => training({ callbacks: [{ onTrainEnd: fail }], steps: 5 }),
  () =>
    training({ steps: 5 }, function* () {
      yield* stream(2);
      fail();
    }),
  () =>
    training({ steps: 5, accumulate: 2 }, function* () {
      yield* stream(3);
      fail();
    }),
  () =>
    training({ steps: 5 }, function* () {
      yield* stream(2);
      yield { inputs: tf.ones([BATCH, 7]), targets: tf.zeros([BATCH, 1]) };
    }),
  () => training({ callbacks: [{ onBatchBegin: failThirdTime() }], steps: 5 }, () => stream(9)),
  () => training({ callbacks: [{ onBatchEnd: failThirdTime() }], steps: 5, accumulate: 2 }, () => stream(9)),
  () =>
    training({
      checkpoint: { everySteps: 2, read: () => Promise.resolve(null), write: async () => fail() },
      steps: 5,
    }),
  () =>
    training({
      checkpoint: { everySteps: 2, read: async () => fail(), write: () => Promise.resolve() },
      resume: true,
      steps: 5,
    }),
];

async function live({ updates, aborted }: Work): Promise<Held> {
  await training({ steps: updates, checkpoint: checkpointFile(folder, { everySteps: 200 }) });
  for (let count = 0; count < aborted; count++) {
    const which = count % ABORTED.length;
    const error = await ABORTED[which]?.().catch((thrown: unknown) => thrown);
    if (!(error instanceof Error)) throw new Error(`training ${which} of ABORTED has not thrown`);
  }
  globalThis.gc?.();
  await sleep(300); // memory is handed back by and by
  globalThis.gc?.();
  const { numTensors: tensors, numBytes: tensorBytes } = tf.memory();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { tensors, tensorBytes, heapBytes: heapUsed + arrayBuffers, residentBytes: rss };
}

process.stdout.write(JSON.stringify([await live(warmUp), await live(measured)]));
