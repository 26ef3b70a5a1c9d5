/** RAdam (Liu et al. 2020, arXiv:1908.03265): Adam whose adaptive rate waits until its variance is tractable. */
import { integerPower } from '../power.ts';
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

export interface RadamOptions extends CommonOptions {
  /** η, or a schedule of it. @default 1e-3 */
  readonly learningRate?: LearningRate;
  /** β₁, the share of the first moment that is kept, in [0, 1). @default 0.9 */
  readonly beta1?: number;
  /** β₂, the share of the second moment that is kept, in [0, 1). @default 0.999 */
  readonly beta2?: number;
  /** ε, added to √v, before bias correction. @default 1e-8 */
  readonly epsilon?: number;
}

export const radamKind: OptimizerKind<typeof momentShape> = {
  name: 'radam',
  shape: momentShape,
  learningRate: 1e-3,
  decay: 'coupled',
  rule: ({ beta1, beta2, epsilon }) => radamRule(beta1, beta2, epsilon),
};

/**
 * ρ∞ = 2 / (1 − β₂) − 1, ρₜ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ), m̂ = m / (1 − β₁ᵗ), t = step + 1. If ρₜ > 5:
 * θ ← θ − η rₜ m̂ √(1 − β₂ᵗ) / (√v + ε), rₜ = √((ρₜ − 4)(ρₜ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρₜ)); else θ ← θ − η m̂.
 *
 * PyTorch's form. The paper switches at ρₜ > 4; for β₂ = 0.999 both do at t = 6.
 */
export function radam(options: WithGroups<RadamOptions> = {}): Optimizer {
  return buildOptimizer(radamKind, options);
}

/** rₜ at update t (from 1); 0 while the variance is not tractable. */
export function rectification(beta2: number, t: number): number {
  const kept = integerPower(beta2, t);
  const limit = 2 / (1 - beta2) - 1;
  const rho = limit - (2 * t * kept) / (1 - kept);
  if (!(rho > 5)) return 0;
  return Math.sqrt(((rho - 4) * (rho - 2) * limit) / ((limit - 4) * (limit - 2) * rho));
}

type Scalar = 'stepSize' | 'gradientShare' | 'secondKept' | 'secondShare' | 'adaptive' | 'plain' | 'epsilon';

function radamRule(
  beta1: number,
  beta2: number,
  epsilon: number,
): UpdateRule<Scalar, 'firstMoment' | 'secondMoment'> {
  return {
    name: 'radam',
    scalars: ['stepSize', 'gradientShare', 'secondKept', 'secondShare', 'adaptive', 'plain', 'epsilon'],
    // The switch is two factors, of which one is 0: a step keeps one structure.
    scalarsAt: (step, rate) => {
      const t = step + 1;
      const factor = rectification(beta2, t);
      return {
        stepSize: rate / (1 - integerPower(beta1, t)),
        gradientShare: 1 - beta1,
        secondKept: beta2,
        secondShare: 1 - beta2,
        adaptive: factor * Math.sqrt(1 - integerPower(beta2, t)),
        plain: factor === 0 ? 1 : 0,
        epsilon,
      };
    },
    slots: { firstMoment: 0, secondMoment: 0 },
    update(parameter, g, slots, s) {
      const m = firstMoment(slots.firstMoment, g, s.gradientShare);
      const v = secondMoment(slots.secondMoment, g, s.secondKept, s.secondShare);
      const factor = v.sqrt().add(s.epsilon).reciprocal().mul(s.adaptive).add(s.plain);
      return {
        parameter: parameter.sub(m.mul(s.stepSize).mul(factor)),
        slots: { firstMoment: m, secondMoment: v },
      };
    },
  };
}
