/** Adamax (Kingma & Ba 2015, algorithm 2): Adam with the largest gradient in place of the root of the mean square. */
import type { LearningRate } from '../schedules/schedule.ts';
import { integerPower } from '../power.ts';
import { firstMoment, momentShape } from './adam.ts';
import {
  buildOptimizer,
  type CommonOptions,
  type OptimizerKind,
  type WithGroups,
} from './build-optimizer.ts';
import type { Optimizer } from './optimizer.ts';
import type { UpdateRule } from './update-rule.ts';

export interface AdamaxOptions extends CommonOptions {
  /** η, or a schedule of it. @default 2e-3 */
  readonly learningRate?: LearningRate;
  /** β₁, the share of the first moment that is kept, in [0, 1). @default 0.9 */
  readonly beta1?: number;
  /** β₂, by which the largest gradient fades, in [0, 1). @default 0.999 */
  readonly beta2?: number;
  /** ε, added to |g|. @default 1e-8 */
  readonly epsilon?: number;
}

export const adamaxKind: OptimizerKind<typeof momentShape> = {
  name: 'adamax',
  shape: momentShape,
  learningRate: 2e-3,
  decay: 'coupled',
  rule: ({ beta1, beta2, epsilon }) => adamaxRule(beta1, beta2, epsilon),
};

/**
 * m ← m + (1 − β₁)(g − m), u ← max(β₂ u, |g| + ε), θ ← θ − η / (1 − β₁ᵗ) · m / u, t = step + 1: PyTorch's form. tfjs adds
 * ε to the maximum instead.
 */
export function adamax(options: WithGroups<AdamaxOptions> = {}): Optimizer {
  return buildOptimizer(adamaxKind, options);
}

function adamaxRule(
  beta1: number,
  beta2: number,
  epsilon: number,
): UpdateRule<'stepSize' | 'gradientShare' | 'fading' | 'epsilon', 'firstMoment' | 'largest'> {
  return {
    name: 'adamax',
    scalars: ['stepSize', 'gradientShare', 'fading', 'epsilon'],
    scalarsAt: (step, rate) => ({
      stepSize: rate / (1 - integerPower(beta1, step + 1)),
      gradientShare: 1 - beta1,
      fading: beta2,
      epsilon,
    }),
    slots: { firstMoment: 0, largest: 0 },
    update(parameter, g, slots, s) {
      const m = firstMoment(slots.firstMoment, g, s.gradientShare);
      const largest = slots.largest.mul(s.fading).maximum(g.abs().add(s.epsilon));
      return { parameter: parameter.sub(m.mul(s.stepSize).div(largest)), slots: { firstMoment: m, largest } };
    },
  };
}
