/** Adadelta (Zeiler 2012, arXiv:1212.5701): the step's size comes from past steps instead of a rate. */
import { z } from 'zod';
import type { LearningRate } from '../schedules/schedule.ts';
import {
  buildOptimizer,
  type CommonOptions,
  type OptimizerKind,
  type WithGroups,
} from './build-optimizer.ts';
import type { Optimizer } from './optimizer.ts';
import type { UpdateRule } from './update-rule.ts';

export interface AdadeltaOptions extends CommonOptions {
  /** η, a factor on the step, or a schedule of it. @default 1 */
  readonly learningRate?: LearningRate;
  /** ρ, the share of both running means that is kept, in [0, 1). @default 0.9 */
  readonly decay?: number;
  /** ε, inside both roots. @default 1e-6 */
  readonly epsilon?: number;
}

const shape = {
  decay: z.number().min(0).lt(1).default(0.9),
  epsilon: z.number().positive().default(1e-6),
};

export const adadeltaKind: OptimizerKind<typeof shape> = {
  name: 'adadelta',
  shape,
  learningRate: 1,
  decay: 'coupled',
  rule: ({ decay, epsilon }) => adadeltaRule(decay, epsilon),
};

/**
 * v ← ρ v + (1 − ρ) g², δ = √(u + ε) / √(v + ε) · g, u ← ρ u + (1 − ρ) δ², θ ← θ − η δ, as in PyTorch and the paper.
 * tfjs divides by the v of the step before, which makes its first step η g instead of about η √ε.
 */
export function adadelta(options: WithGroups<AdadeltaOptions> = {}): Optimizer {
  return buildOptimizer(adadeltaKind, options);
}

function adadeltaRule(
  decay: number,
  epsilon: number,
): UpdateRule<'rate' | 'kept' | 'share' | 'epsilon', 'squaredGradient' | 'squaredStep'> {
  return {
    name: 'adadelta',
    scalars: ['rate', 'kept', 'share', 'epsilon'],
    scalarsAt: (_step, rate) => ({ rate, kept: decay, share: 1 - decay, epsilon }),
    slots: { squaredGradient: 0, squaredStep: 0 },
    update(parameter, g, slots, { rate, kept, share, epsilon: e }) {
      const squaredGradient = slots.squaredGradient.mul(kept).add(g.mul(share).mul(g));
      const delta = slots.squaredStep.add(e).sqrt().div(squaredGradient.add(e).sqrt()).mul(g);
      const squaredStep = slots.squaredStep.mul(kept).add(delta.mul(share).mul(delta));
      return { parameter: parameter.sub(delta.mul(rate)), slots: { squaredGradient, squaredStep } };
    },
  };
}
