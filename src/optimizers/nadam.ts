/** NAdam (Dozat 2016): Adam with Nesterov's look ahead and a momentum that warms up. */
import { z } from 'zod';
import { integerPower, power } from '../power.ts';
import type { LearningRate } from '../schedules/schedule.ts';
import { firstMoment, momentShape, secondMoment } from './adam.ts';
import {
  buildOptimizer,
  type CommonOptions,
  type OptimizerKind,
  type WithGroups,
} from './build-optimizer.ts';
import type { Optimizer } from './optimizer.ts';
import type { UpdateRule } from './update-rule.ts';

export interface NadamOptions extends CommonOptions {
  /** η, or a schedule of it. @default 2e-3 */
  readonly learningRate?: LearningRate;
  /** β₁, the share of the first moment that is kept, in [0, 1). @default 0.9 */
  readonly beta1?: number;
  /** β₂, the share of the second moment that is kept, in [0, 1). @default 0.999 */
  readonly beta2?: number;
  /** ε, added outside the root, after bias correction. @default 1e-8 */
  readonly epsilon?: number;
  /** ψ of the momentum's warm-up, μₜ = β₁ (1 − ½ · 0.96^(t ψ)). @default 4e-3 */
  readonly momentumDecay?: number;
}

const shape = { ...momentShape, momentumDecay: z.number().min(0).default(4e-3) };

export const nadamKind: OptimizerKind<typeof shape> = {
  name: 'nadam',
  shape,
  learningRate: 2e-3,
  decay: 'coupled',
  rule: ({ beta1, beta2, epsilon, momentumDecay }) => nadamRule(beta1, beta2, epsilon, momentumDecay),
};

/**
 * With m, v as in Adam, μₜ = β₁ (1 − ½ · 0.96^(t ψ)), Mₜ = Π μ up to t, t = step + 1:
 * θ ← θ − η ((1 − μₜ) / (1 − Mₜ) · g + μₜ₊₁ / (1 − Mₜ₊₁) · m) / (√(v / (1 − β₂ᵗ)) + ε). PyTorch's form; Keras fixes ψ.
 */
export function nadam(options: WithGroups<NadamOptions> = {}): Optimizer {
  return buildOptimizer(nadamKind, options);
}

type Scalar =
  | 'gradientStep'
  | 'momentStep'
  | 'gradientShare'
  | 'secondKept'
  | 'secondShare'
  | 'secondCorrection'
  | 'epsilon';

function nadamRule(
  beta1: number,
  beta2: number,
  epsilon: number,
  momentumDecay: number,
): UpdateRule<Scalar, 'firstMoment' | 'secondMoment'> {
  const momentumAt = (t: number): number => beta1 * (1 - 0.5 * power(0.96, t * momentumDecay));
  const products = [1]; // a memo of M₀, M₁, …: each is a function of its number alone
  const productAt = (t: number): number => {
    for (let next = products.length; next <= t; next++)
      products.push((products[next - 1] ?? 1) * momentumAt(next));
    return products[t] ?? Number.NaN;
  };
  return {
    name: 'nadam',
    scalars: [
      'gradientStep',
      'momentStep',
      'gradientShare',
      'secondKept',
      'secondShare',
      'secondCorrection',
      'epsilon',
    ],
    scalarsAt: (step, rate) => {
      const t = step + 1;
      return {
        gradientStep: (rate * (1 - momentumAt(t))) / (1 - productAt(t)),
        momentStep: (rate * momentumAt(t + 1)) / (1 - productAt(t + 1)),
        gradientShare: 1 - beta1,
        secondKept: beta2,
        secondShare: 1 - beta2,
        secondCorrection: 1 - integerPower(beta2, t),
        epsilon,
      };
    },
    slots: { firstMoment: 0, secondMoment: 0 },
    update(parameter, g, slots, s) {
      const m = firstMoment(slots.firstMoment, g, s.gradientShare);
      const v = secondMoment(slots.secondMoment, g, s.secondKept, s.secondShare);
      const denominator = v.div(s.secondCorrection).sqrt().add(s.epsilon);
      const ahead = parameter.sub(g.mul(s.gradientStep).div(denominator));
      return {
        parameter: ahead.sub(m.mul(s.momentStep).div(denominator)),
        slots: { firstMoment: m, secondMoment: v },
      };
    },
  };
}
