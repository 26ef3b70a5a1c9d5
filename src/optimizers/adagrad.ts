/** Adagrad (Duchi, Hazan & Singer 2011): each parameter's rate falls with the squared gradients it has seen. */
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

export interface AdagradOptions extends CommonOptions {
  /** η, or a schedule of it. @default 0.01 */
  readonly learningRate?: LearningRate;
  /** The rate of update t (from 0) is η / (1 + t · decay). @default 0 */
  readonly learningRateDecay?: number;
  /** What the sum of squares starts from, ≥ 0. @default 0, dialect 'tfjs': 0.1 */
  readonly initialAccumulator?: number;
  /** ε. @default 1e-10, dialect 'tfjs': 1e-7 */
  readonly epsilon?: number;
  /** `lecture`: the mean of the squares instead of their sum; `tfjs`: ε inside the root. @default 'pytorch' */
  readonly dialect?: 'pytorch' | 'lecture' | 'tfjs';
}

const shape = {
  learningRateDecay: z.number().min(0).default(0),
  initialAccumulator: z.number().min(0).optional(),
  epsilon: z.number().positive().optional(),
  dialect: z.enum(['pytorch', 'lecture', 'tfjs']).default('pytorch'),
};

export const adagradKind: OptimizerKind<typeof shape> = {
  name: 'adagrad',
  shape,
  learningRate: 0.01,
  decay: 'coupled',
  check: ({ dialect, initialAccumulator = 0 }) =>
    dialect === 'lecture' && initialAccumulator > 0
      ? ['initialAccumulator', "must be 0 in the dialect 'lecture', whose mean has no start"]
      : undefined,
  rule: ({ dialect, learningRateDecay, initialAccumulator, epsilon }) => {
    const isTfjs = dialect === 'tfjs';
    const start = initialAccumulator ?? (isTfjs ? 0.1 : 0);
    return adagradRule(dialect, learningRateDecay, start, epsilon ?? (isTfjs ? 1e-7 : 1e-10));
  },
};

/**
 * s ← s + g², θ ← θ − η / (1 + t · decay) · g / (√s + ε): PyTorch.
 *
 * Lecture: σ = √(mean of all g² so far) in place of √s; with the factor √(t + 1) between them, η / σ is PyTorch's
 * with a rate that falls as 1/√(t + 1). tfjs: g / √(s + ε), s starting from 0.1.
 */
export function adagrad(options: WithGroups<AdagradOptions> = {}): Optimizer {
  return buildOptimizer(adagradKind, options);
}

function adagradRule(
  dialect: NonNullable<AdagradOptions['dialect']>,
  decay: number,
  initialAccumulator: number,
  epsilon: number,
): UpdateRule<'rate' | 'kept' | 'share' | 'epsilon', 'accumulator'> {
  const mean = dialect === 'lecture';
  return {
    name: `adagrad ${dialect}`,
    scalars: ['rate', 'kept', 'share', 'epsilon'],
    // A running mean keeps t / (t + 1) of itself, a sum all of it.
    scalarsAt: (step, rate) => ({
      rate: rate / (1 + step * decay),
      kept: mean ? step / (step + 1) : 1,
      share: mean ? 1 / (step + 1) : 1,
      epsilon,
    }),
    slots: { accumulator: initialAccumulator },
    update(parameter, g, slots, { rate, kept, share, epsilon: e }) {
      const accumulator = slots.accumulator.mul(kept).add(g.mul(share).mul(g));
      const magnitude = dialect === 'tfjs' ? accumulator.add(e).sqrt() : accumulator.sqrt().add(e);
      return { parameter: parameter.sub(g.mul(rate).div(magnitude)), slots: { accumulator } };
    },
  };
}
