/** RMSProp (Tieleman & Hinton 2012, lecture 6.5), plain, centered (Graves 2013) and with momentum. */
import type * as tf from '@tensorflow/tfjs';
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

export interface RmsPropOptions extends CommonOptions {
  /** η, or a schedule of it. @default 0.01 */
  readonly learningRate?: LearningRate;
  /** α, the share of the running mean of squares that is kept, in [0, 1). @default 0.99, dialect 'tfjs': 0.9 */
  readonly decay?: number;
  /** ε. @default 1e-8, dialect 'tfjs': 1e-7 */
  readonly epsilon?: number;
  /** μ of a velocity of the scaled gradients, in [0, 1). Left out: no velocity is kept. */
  readonly momentum?: number;
  /** Subtract the squared mean of the gradients from the mean of their squares. @default false */
  readonly centered?: boolean;
  /** `lecture`: σ starts from the first gradient; `tfjs`: ε inside the root, η inside the velocity. @default 'pytorch' */
  readonly dialect?: 'pytorch' | 'lecture' | 'tfjs';
}

const share = z.number().min(0).lt(1);
const shape = {
  decay: share.optional(),
  epsilon: z.number().positive().optional(),
  momentum: share.optional(),
  centered: z.boolean().default(false),
  dialect: z.enum(['pytorch', 'lecture', 'tfjs']).default('pytorch'),
};

export const rmsPropKind: OptimizerKind<typeof shape> = {
  name: 'rmsProp',
  shape,
  learningRate: 0.01,
  decay: 'coupled',
  check: ({ dialect, centered, momentum }) => {
    if (dialect === 'tfjs' && centered)
      return ['centered', "is not in the dialect 'tfjs', whose form has no value for small gradients"];
    const extra = centered ? 'centered' : 'momentum';
    return dialect === 'lecture' && (centered || momentum !== undefined)
      ? [extra, "is not part of the dialect 'lecture'"]
      : undefined;
  },
  rule: ({ decay, epsilon, momentum, centered, dialect }) => {
    const isTfjs = dialect === 'tfjs';
    const numbers = {
      decay: decay ?? (isTfjs ? 0.9 : 0.99),
      epsilon: epsilon ?? (isTfjs ? 1e-7 : 1e-8),
      momentum: momentum ?? 0,
    };
    return rmsPropRule(numbers, { velocity: momentum !== undefined, centered, dialect });
  },
};

/**
 * s ← α s + (1 − α) g², θ ← θ − η g / (√s + ε); with momentum v ← μ v + g / (√s + ε), θ ← θ − η v; centered:
 * m ← m + (1 − α)(g − m) and √(s − m²) in place of √s. PyTorch's form and defaults.
 *
 * Centered, a gradient that stays the same makes s − m² vanish, and the step grows without bound, as PyTorch's does.
 *
 * Lecture: s₀ = g₀², so that the first step has size η; from 0 it is η / √(1 − α), ten times as long for α = 0.99.
 * tfjs: g / √(s + ε), α = 0.9, and η inside the velocity; its centered form subtracts ε too and has no value for
 * |g| below about 1e-3, so it is not offered.
 */
export function rmsProp(options: WithGroups<RmsPropOptions> = {}): Optimizer {
  return buildOptimizer(rmsPropKind, options);
}

type Scalar = 'rate' | 'kept' | 'share' | 'epsilon' | 'momentum';
type Slot = 'squared' | 'mean' | 'velocity';

function rmsPropRule(
  { decay, epsilon, momentum }: { decay: number; epsilon: number; momentum: number },
  { velocity: hasVelocity, centered, dialect }: { velocity: boolean; centered: boolean; dialect: string },
): UpdateRule<Scalar, Slot> {
  const startsFromFirst = dialect === 'lecture';
  const slots = { squared: 0, ...(centered ? { mean: 0 } : {}), ...(hasVelocity ? { velocity: 0 } : {}) };
  return {
    name: `rmsProp ${dialect}`,
    scalars: ['rate', 'kept', 'share', 'epsilon', 'momentum'],
    scalarsAt: (step, rate) => {
      const kept = startsFromFirst && step === 0 ? 0 : decay;
      return { rate, kept, share: 1 - kept, epsilon, momentum };
    },
    slots: slots as Record<Slot, number>,
    update(parameter, g, before, s) {
      const squared = before.squared.mul(s.kept).add(g.mul(s.share).mul(g));
      const mean = centered ? before.mean.add(g.sub(before.mean).mul(s.share)) : undefined;
      const variance = mean === undefined ? squared : squared.sub(mean.square());
      const magnitude = dialect === 'tfjs' ? variance.add(s.epsilon).sqrt() : variance.sqrt().add(s.epsilon);
      const kept = { squared, ...(mean && { mean }) };
      if (!hasVelocity) {
        return {
          parameter: parameter.sub(g.mul(s.rate).div(magnitude)),
          slots: kept as Record<Slot, tf.Tensor>,
        };
      }
      const rateInside = dialect === 'tfjs';
      const scaled = rateInside ? g.mul(s.rate).div(magnitude) : g.div(magnitude);
      const velocity = before.velocity.mul(s.momentum).add(scaled);
      return {
        parameter: parameter.sub(rateInside ? velocity : velocity.mul(s.rate)),
        slots: { ...kept, velocity } as Record<Slot, tf.Tensor>,
      };
    },
  };
}
