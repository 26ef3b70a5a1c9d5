/** The small trainings of `classification`, one seed each: blobs, nuclei, slopes. */
import * as tf from '@tensorflow/tfjs';
import {
  accuracy,
  binaryCrossEntropy,
  crossEntropy,
  datasetFrom,
  evaluate,
  gaussianBlobs,
  loadBreastCancer,
  mean,
  predict,
  type RunContext,
  sgd,
  squaredError,
  standardise,
} from 'tfjs-recipes';
import { type BlobsArm, NUMBERINGS, type NucleiArm, type Outcome, type SlopesArm } from './arms.ts';

type Context = Pick<RunContext<unknown, unknown>, 'rng' | 'train'>;

/** Three classes on a line, half a unit wide. */
const BLOBS = {
  centres: [
    [-3, 0],
    [0, 0],
    [3, 0],
  ],
  standardDeviation: 0.5,
};
/** Where the outputs of a model are drawn. */
export const ALONG = Array.from({ length: 41 }, (_, i) => -5 + i / 4);
/** Of the sigmoid from which labels are drawn. */
const SLOPE = 1.5;
/** Labels of as many rows, drawn so often. */
const DRAWN = { rows: 500, times: 100 };

/** A linear model that starts at 0. */
const linearModel = (
  inputs: number,
  units: number,
  options: { activation?: 'sigmoid'; useBias?: boolean } = {},
) =>
  tf.sequential({
    layers: [tf.layers.dense({ inputShape: [inputs], units, kernelInitializer: 'zeros', ...options })],
  });

/** The outputs of each row, [rows][outputs]. */
async function outputsOf(model: tf.LayersModel, inputs: Parameters<typeof predict>[1]) {
  const {
    values,
    shape: [rows = 0, width = 1],
  } = await predict(model, inputs);
  return Array.from({ length: rows }, (_, row) => [...values.subarray(row * width, (row + 1) * width)]);
}

/** The class number that an output means. */
const nearest = (output = 0) => Math.min(2, Math.max(0, Math.round(output)));

/** Full-batch gradient descent. Several codings by number are several outputs of one model, which do not touch each other. */
export async function tellBlobsApart({ rng, train }: Context, arm: BlobsArm): Promise<Outcome> {
  const rows = gaussianBlobs({ ...BLOBS, rowsPerClass: 60 }, rng.split('train'));
  const test = gaussianBlobs({ ...BLOBS, rowsPerClass: 200 }, rng.split('test'));
  const isSquared = arm.loss === 'squared error';
  const codes = Array.from(rows.targets.values, (label) => arm.codes.map((code) => code[label] ?? 0));
  const model = linearModel(2, arm.codes.length);
  await train('blobs', {
    model,
    data: isSquared ? datasetFrom({ inputs: rows.inputs, targets: codes, task: 'regression' }) : rows,
    loss: isSquared ? squaredError() : crossEntropy(),
    // The mean over outputs would slow each of them down.
    optimizer: sgd({ learningRate: isSquared ? arm.rate * arm.codes.length : arm.rate }),
    batchSize: rows.rows,
    steps: 500,
  });
  const tested = await outputsOf(model, test);
  const outputs = await outputsOf(
    model,
    ALONG.map((x) => [x, 0]),
  );
  model.dispose();
  const share = (isRight: (outputs: readonly number[], label: number) => boolean) =>
    mean(tested.map((row, i) => Number(isRight(row, test.targets.values[i] ?? 0))));
  const worst = NUMBERINGS.map((numbers, k) => share((row, label) => nearest(row[k]) === numbers[label]));
  return {
    accuracy:
      arm.codes.length === 6
        ? Math.min(...worst)
        : share((row, label) => row.indexOf(Math.max(...row)) === label),
    outputs: arm.codes.map((_, k) => outputs.map((row) => row[k] ?? Number.NaN)),
  };
}

/** Linear, from 0: with the same batches, the arms differ in the number of logits and the rate alone. */
export async function tellNucleiApart({ rng, train }: Context, arm: NucleiArm): Promise<Outcome> {
  const data = standardise((await loadBreastCancer()).split({ test: 0.2 }, rng.split('split')));
  const model = linearModel(30, arm.outputs);
  const loss = arm.outputs === 1 ? binaryCrossEntropy() : crossEntropy();
  await train('nuclei', {
    model,
    data,
    loss,
    optimizer: sgd({ learningRate: arm.rate }),
    batchSize: 32,
    steps: 300,
  });
  const logits = await outputsOf(model, data.test);
  const test = await evaluate(model, data.test, { loss, metrics: [accuracy()] });
  model.dispose();
  const probabilities = logits.map(([a = 0, b]) => 1 / (1 + Math.exp(b === undefined ? -a : a - b)));
  return { accuracy: test.accuracy, loss: test.loss, probabilities };
}

/** Labels drawn many times at the same x: each drawing is an output of one model, whose weight is its slope. */
export async function estimateSlopes({ rng, train }: Context, arm: SlopesArm): Promise<Outcome> {
  const { rows, times } = DRAWN;
  const x = rng.split('x').normal(rows);
  const p = x.map((value) => 1 / (1 + Math.exp(-SLOPE * value)));
  const labels = rng
    .split('labels')
    .uniform(rows * times)
    .map((draw, i) => Number(draw < (p[Math.floor(i / times)] ?? 0)));
  const isSquared = arm.loss === 'squared error';
  const model = linearModel(1, times, { useBias: false, ...(isSquared ? { activation: 'sigmoid' } : {}) });
  await train('slopes', {
    model,
    data: datasetFrom({
      inputs: { values: x, shape: [rows, 1] },
      targets: { values: labels, shape: [rows, times] },
      task: 'regression',
    }),
    loss: isSquared ? squaredError() : binaryCrossEntropy(),
    optimizer: sgd({ learningRate: arm.rate * times }),
    batchSize: rows,
    steps: 40,
  });
  const slopes = await outputsOf(model, [[1]]);
  model.dispose();
  const asSlope = (output: number) => (isSquared ? Math.log(output / (1 - output)) : output);
  const information = x.reduce((sum, value, i) => sum + value * value * (p[i] ?? 0) * (1 - (p[i] ?? 0)), 0);
  return { variance: mean((slopes[0] ?? []).map((output) => (asSlope(output) - SLOPE) ** 2)) * information };
}
