/** Lion (Chen et al. 2023, arXiv:2302.06675): the sign of a momentum, with a step of one size everywhere. */
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

export interface LionOptions extends CommonOptions {
  /** η, or a schedule of it; a third to a tenth of Adam's. @default 1e-4 */
  readonly learningRate?: LearningRate;
  /** β₁, the share of the momentum in the step's direction, in [0, 1). @default 0.9 */
  readonly beta1?: number;
  /** β₂, the share of the momentum that is kept, in [0, 1). @default 0.99 */
  readonly beta2?: number;
}

const share = z.number().min(0).lt(1);
const shape = { beta1: share.default(0.9), beta2: share.default(0.99) };

export const lionKind: OptimizerKind<typeof shape> = {
  name: 'lion',
  shape,
  learningRate: 1e-4,
  decay: 'decoupled',
  rule: ({ beta1, beta2 }) => lionRule(beta1, beta2),
};

/**
 * u = sign(β₁ m + (1 − β₁) g), θ ← (1 − ηλ) θ − η u, m ← β₂ m + (1 − β₂) g: optax's form and the paper's; PyTorch has no
 * Lion. sign(0) is 0.
 */
export function lion(options: WithGroups<LionOptions> = {}): Optimizer {
  return buildOptimizer(lionKind, options);
}

type Scalar = 'rate' | 'directionKept' | 'directionShare' | 'momentumKept' | 'momentumShare';

function lionRule(beta1: number, beta2: number): UpdateRule<Scalar, 'momentum'> {
  return {
    name: 'lion',
    scalars: ['rate', 'directionKept', 'directionShare', 'momentumKept', 'momentumShare'],
    scalarsAt: (_step, rate) => ({
      rate,
      directionKept: beta1,
      directionShare: 1 - beta1,
      momentumKept: beta2,
      momentumShare: 1 - beta2,
    }),
    slots: { momentum: 0 },
    update(parameter, g, slots, s) {
      const mixed = slots.momentum.mul(s.directionKept).add(g.mul(s.directionShare));
      // The sign: tf.sign on wasm gives 0 below 1e-7.
      const direction = mixed.greater(0).toFloat().sub(mixed.less(0).toFloat());
      const momentum = slots.momentum.mul(s.momentumKept).add(g.mul(s.momentumShare));
      return { parameter: parameter.sub(direction.mul(s.rate)), slots: { momentum } };
    },
  };
}
