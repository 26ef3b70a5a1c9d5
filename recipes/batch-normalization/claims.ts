/** What a run of `batch-normalization` comes to, and the claims about it. Effect sizes and their reasons: README.md. */
import { atLeast, atMost, between, type Claim, median } from 'tfjs-recipes';
import type { ArmName } from './arms.ts';

/** A quantity after each number of updates. */
type Series = { readonly steps: readonly number[]; readonly values: readonly number[] };

/** The data of one run. */
export type Outcome = {
  /** On the test rows, with running statistics. */
  readonly accuracy: number;
  /** Cross-entropy of all training rows, normalised by their own statistics. */
  readonly trainingLoss: number;
  /** What the same loss is above that with running statistics, as a test has them. */
  readonly statisticsGap: number;
  /** Until the mean loss of five updates is below 0.3; all, where it never is. */
  readonly updatesToLearn: number;
  readonly loss: Series;
  /** Largest minus least loss along the gradient, at some of the first updates. */
  readonly lossRange: Series;
  /** The largest change of the gradient there, as a share of it. */
  readonly gradientChange: Series;
};

export const claims: readonly Claim<ArmName, Outcome>[] = [
  {
    id: 'features-first',
    arm: 'nucleiStandardised',
    against: 'nuclei',
    control: 'nucleiAgain',
    measure: ({ arm, against }) => arm.accuracy - against.accuracy,
    expect: atLeast(0.03),
    figure: { id: 'comparisons' },
  },
  {
    id: 'trains-a-deep-sigmoid-net',
    arm: 'sigmoidBefore',
    control: 'sigmoid',
    measure: ({ arm }) => arm.accuracy,
    expect: atLeast(0.9),
    figure: { id: 'deep-sigmoid' },
  },
  {
    id: 'shift-does-no-harm',
    arm: 'sigmoidShaken',
    against: 'sigmoid',
    control: 'sigmoidAgain',
    measure: ({ arm, against }) => arm.accuracy - against.accuracy,
    expect: atLeast(0.3),
    figure: { id: 'deep-sigmoid' },
  },
  {
    id: 'before-or-after-alike',
    arm: 'sigmoidAfter',
    against: 'sigmoidBefore',
    control: 'reluBatch',
    measure: ({ arm, against }) => Math.log(arm.updatesToLearn / against.updatesToLearn),
    scale: 'ln',
    expect: between(Math.log(2 / 3), Math.log(3 / 2)),
    figure: { id: 'comparisons' },
  },
  {
    id: 'statistics-need-time',
    arm: 'average100Long',
    control: 'average100',
    measure: ({ arm }) => arm.statisticsGap,
    expect: atMost(0.01),
    figure: { id: 'comparisons', at: (y) => ({ x: 2, y, panel: 2 }) },
  },
  {
    id: 'two-rows-are-no-batch',
    arm: 'batchOf2',
    against: 'layerOf2',
    control: 'batchOf32',
    measure: ({ arm, against }) => against.accuracy - arm.accuracy,
    expect: atLeast(0.3),
    figure: { id: 'batch-size' },
  },
  {
    id: 'thirty-two-rows-are',
    arm: 'batchOf32',
    against: 'layerOf32',
    control: 'batchOf2',
    measure: ({ arm, against }) => arm.accuracy - against.accuracy,
    expect: atLeast(0),
    figure: { id: 'batch-size' },
  },
  {
    id: 'smoother-surface',
    arm: 'reluBatch',
    against: 'relu',
    control: 'reluAgain',
    measure: ({ arm, against }) => Math.log(median(arm.lossRange.values) / median(against.lossRange.values)),
    scale: 'ln',
    expect: atMost(Math.log(0.8)),
    figure: { id: 'along-gradient' },
  },
  {
    id: 'speeds-up-convolutions',
    arm: 'imagesBatch',
    against: 'images',
    control: 'imagesWeight',
    measure: ({ arm, against }) => Math.log(arm.trainingLoss / against.trainingLoss),
    scale: 'ln',
    expect: atMost(Math.log(0.8)),
    figure: { id: 'norms' },
  },
];
