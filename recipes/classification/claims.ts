/** The claims of `classification`. Effect sizes and their reasons: README.md. */
import { atLeast, atMost, type Claim } from 'tfjs-recipes';
import type { ArmName, Outcome } from './arms.ts';

const accuracyOf = ({ accuracy = Number.NaN }: Outcome) => accuracy;
const updatesOf = ({ updates = Number.NaN }: Outcome) => updates;

export const claims: readonly Claim<ArmName, Outcome>[] = [
  {
    id: 'net-reads-digits',
    arm: 'mlp',
    control: 'shuffled',
    measure: ({ arm }) => accuracyOf(arm),
    expect: atLeast(0.96),
    figure: { id: 'accuracy', at: (y) => ({ x: 1, y }) },
  },
  {
    id: 'linear-reads-digits',
    arm: 'linear',
    control: 'shuffled',
    measure: ({ arm }) => accuracyOf(arm),
    expect: atLeast(0.93),
    figure: { id: 'accuracy', at: (y) => ({ x: 0, y }) },
  },
  {
    id: 'hidden-layer-helps',
    arm: 'mlp',
    against: 'linear',
    control: 'linearAgain',
    measure: ({ arm, against }) => accuracyOf(arm) - accuracyOf(against),
    expect: atLeast(0.005),
    figure: { id: 'accuracy' },
  },
  {
    id: 'numbers-invent-an-order',
    arm: 'number',
    control: 'softmax',
    measure: ({ arm }) => accuracyOf(arm),
    expect: atMost(0.5),
    figure: { id: 'codings', at: (y) => ({ x: 0, y, panel: 0 }) },
  },
  {
    id: 'one-hot-is-enough',
    arm: 'oneHot',
    control: 'number',
    measure: ({ arm }) => accuracyOf(arm),
    expect: atLeast(0.95),
    figure: { id: 'codings', at: (y) => ({ x: 1, y, panel: 0 }) },
  },
  {
    id: 'sigmoid-is-softmax-of-two',
    arm: 'sigmoidDoubled',
    against: 'softmaxOfTwo',
    control: 'sigmoid',
    measure: ({ arm, against }) =>
      Math.max(...(arm.probabilities ?? []).map((p, i) => Math.abs(p - (against.probabilities?.[i] ?? 0)))),
    expect: atMost(1e-5),
    figure: { id: 'codings' },
  },
  {
    id: 'cross-entropy-leaves-the-corner',
    arm: 'cornerCrossEntropy',
    control: 'cornerSquared',
    measure: ({ arm }) => updatesOf(arm),
    expect: atMost(50),
    figure: { id: 'corner-cross-entropy' },
  },
  {
    id: 'adam-frees-squared-error',
    arm: 'cornerSquaredAdam',
    control: 'cornerSquared',
    measure: ({ arm }) => updatesOf(arm),
    expect: atMost(50),
    figure: { id: 'corner-squared-error' },
  },
  {
    id: 'cross-entropy-is-maximum-likelihood',
    arm: 'slopesCrossEntropy',
    control: 'slopesSquared',
    measure: ({ arm }) => arm.variance ?? Number.NaN,
    expect: atMost(1.15),
    figure: { id: 'slopes', at: (y) => ({ x: 0, y }) },
  },
];
