/** The golden trajectories of `test/reference/optimizers.json`: how a run is repeated here, and how far it strays. */
import * as tf from '@tensorflow/tfjs';
import { Dataset } from '../../src/data/dataset.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { clipByGlobalNorm } from '../../src/optimizers/clip.ts';
import { Rng } from '../../src/random/rng.ts';
import { stepDecay } from '../../src/schedules/decay.ts';
import type { LearningRate } from '../../src/schedules/schedule.ts';
import { batchOf } from '../../src/training/batch-data.ts';
import { runLoop } from '../../src/training/loop.ts';
import { trainableModel } from '../../src/training/trainable-model.ts';
import { WeightAverage } from '../../src/training/weight-average.ts';
import { readReference } from '../reference/read-reference.ts';
import { absoluteError } from '../tolerances.ts';
import { optimizerFor, type OptimizerName } from './optimizer-makers.ts';

/** Values by the number of updates made before. */
export type Snapshots = Readonly<Record<string, readonly number[]>>;

export interface Trajectory {
  readonly losses: readonly number[];
  readonly values: Snapshots;
}

export interface GoldenRun {
  readonly optimizer: OptimizerName;
  readonly options: Readonly<Record<string, unknown>>;
  readonly schedule?: { readonly every: number; readonly factor: number };
  /** The largest global norm. */
  readonly clip?: number;
  /** The share that the average of the weights keeps; snapshots are the average's then. */
  readonly average?: number;
  readonly functions: { readonly learningRate: number; readonly values: Snapshots };
  readonly mlp: Trajectory & { readonly learningRate: number };
  readonly cnn: Trajectory & { readonly learningRate: number };
}

interface Stored {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface NetProblem {
  /** By parameter path, in the order of the model's weights. */
  readonly start: Readonly<Record<string, Stored>>;
  readonly inputs: Stored;
  readonly labels: readonly number[];
}

export type Net = 'mlp' | 'cnn';

interface Reference {
  readonly lossSteps: readonly number[];
  readonly runs: readonly GoldenRun[];
  readonly problems: Readonly<Record<Net, NetProblem>> & {
    readonly functions: { readonly start: { readonly parameters: Stored } };
  };
}

export const golden = readReference('optimizers') as Reference;

/** What a run is called in the tests. */
export function titleOf({ optimizer, options, schedule, clip, average }: GoldenRun): string {
  const parts = Object.entries({ schedule, clip, average }).filter(([, value]) => value !== undefined);
  return `${optimizer} ${JSON.stringify({ ...options, ...Object.fromEntries(parts) })}`;
}

/** The run's rate on a problem: a number, or its schedule. */
export function rateOf({ schedule, ...run }: GoldenRun, problem: Net | 'functions'): LearningRate {
  const { learningRate } = run[problem];
  return schedule ? stepDecay({ from: learningRate, ...schedule }) : learningRate;
}

export const stored = ({ values, shape }: Stored): tf.Tensor => tf.tensor([...values], [...shape]);

/**
 * Repeats a run on a net for `steps` updates through the loop under `train`, without shuffling. The losses are those
 * of `lossSteps`, up to the last step.
 */
export async function trajectoryOf(run: GoldenRun, net: Net, steps: number): Promise<Trajectory> {
  const { data, model } = problemOf(net);
  const optimizer = optimizerFor(run.optimizer, { ...run.options, learningRate: rateOf(run, net) });
  const trainable = trainableModel(model, crossEntropy());
  const average =
    run.average === undefined ? undefined : new WeightAverage(trainable.parameters(), run.average, 0);
  const losses: number[] = [];
  const values: Record<string, readonly number[]> = {};
  const shown = [...(average?.tensors() ?? trainable.parameters()).values()];
  await runLoop({
    trainable,
    optimizer,
    parts: {
      gradients: run.clip === undefined ? [] : [clipByGlobalNorm({ maxNorm: run.clip })],
      after: average ? [average] : [],
    },
    rng: Rng.fromSeed(0),
    end: steps + 1, // the loss after the last update is the first thing of one update more
    microBatches: () => [batchOf(data, [...data.targets.values.keys()])],
    onStep({ step, loss }) {
      if (golden.lossSteps.includes(step)) losses.push(loss);
      if (step + 1 <= steps && String(step + 1) in run[net].values)
        values[step + 1] = shown.flatMap((tensor) => [...tensor.dataSync()]);
      return undefined;
    },
  });
  average?.dispose();
  optimizer.dispose();
  model.dispose();
  return { losses, values };
}

/** The net with the reference's starting weights, and its data. */
export function problemOf(net: Net): { data: Dataset; model: tf.LayersModel } {
  const { inputs, labels, start } = golden.problems[net];
  const model = net === 'mlp' ? mlp() : cnn();
  tf.tidy(() => model.setWeights(Object.values(start).map(stored)));
  const data = new Dataset({
    name: net,
    task: 'classification',
    inputs,
    targets: { values: labels, shape: [labels.length] },
    classes: 3,
  });
  return { data, model };
}

function mlp(): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: 5, inputShape: [3], activation: 'tanh' }),
      tf.layers.dense({ units: 3 }),
    ],
  });
}

function cnn(): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        filters: 2,
        kernelSize: 3,
        inputShape: [6, 6, 1],
        useBias: false,
        activation: 'relu',
      }),
      tf.layers.averagePooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3 }),
    ],
  });
}

/** The largest distance in losses and in values, over what `found` has and at every step up to its last. */
export function distance(
  found: Trajectory,
  reference: Trajectory,
  steps: number,
): { losses: number; weights: number } {
  const wanted = (step: number): boolean => step <= steps;
  const losses = reference.losses.filter((_, index) => wanted(golden.lossSteps[index] ?? steps + 1));
  const kept = Object.entries(reference.values).filter(([step]) => wanted(Number(step)));
  return {
    losses: absoluteError(found.losses, losses),
    weights: Math.max(...kept.map(([step, values]) => absoluteError(found.values[step] ?? [], values))),
  };
}
