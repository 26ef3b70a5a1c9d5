/** Stochastic gradient descent, with momentum (Polyak 1964) or Nesterov's (Sutskever et al. 2013). */
import { z } from 'zod';
import {
  buildOptimizer,
  type CommonOptions,
  type OptimizerKind,
  type WithGroups,
} from './build-optimizer.ts';
import type { LearningRate } from '../schedules/schedule.ts';
import type { Optimizer } from './optimizer.ts';
import type { UpdateRule } from './update-rule.ts';

export interface SgdOptions extends CommonOptions {
  /** η, or a schedule of it. @default 1e-3 */
  readonly learningRate?: LearningRate;
  /** μ, the share of the last movement that is kept (the lecture's λ), in [0, 1). Left out: no velocity is kept. */
  readonly momentum?: number;
  /** τ: the gradient enters the velocity with 1 − τ, but for the first one; in [0, 1). @default 0 */
  readonly dampening?: number;
  /** Evaluate the gradient's share one movement ahead; needs `momentum` and no `dampening`. @default false */
  readonly nesterov?: boolean;
  /** `lecture` keeps η inside the velocity (Keras too): another path under a schedule. @default 'pytorch' */
  readonly dialect?: 'pytorch' | 'lecture';
}

const share = z.number().min(0).lt(1);
const shape = {
  momentum: share.optional(),
  dampening: share.default(0),
  nesterov: z.boolean().default(false),
  dialect: z.enum(['pytorch', 'lecture']).default('pytorch'),
};

export const sgdKind: OptimizerKind<typeof shape> = {
  name: 'sgd',
  shape,
  learningRate: 1e-3,
  decay: 'coupled',
  check: ({ momentum = 0, dampening, nesterov, dialect }) => {
    if (momentum === 0 && dampening > 0) return ['dampening', 'needs a momentum > 0'];
    if (nesterov && (momentum === 0 || dampening > 0))
      return ['nesterov', 'needs a momentum > 0 and no dampening'];
    return nesterov && dialect === 'lecture'
      ? ['nesterov', "is not part of the dialect 'lecture'"]
      : undefined;
  },
  rule: ({ momentum, dampening, nesterov, dialect }) => {
    if (momentum === undefined) return plain;
    return dialect === 'lecture' ? rateInside(momentum, dampening) : heavyBall(momentum, dampening, nesterov);
  },
};

/**
 * θ ← θ − η v with v ← μ v + (1 − τ) g, v₁ = g; Nesterov: θ ← θ − η (g + μ v). Without momentum v = g. Weight decay is
 * coupled: g + λθ.
 *
 * As in PyTorch and tfjs, η stands outside the velocity. The lecture and Keras keep it inside, m ← μ m − η g,
 * θ ← θ + m: the same path for a constant η, another one under a schedule (dialect `lecture`).
 */
export function sgd(options: WithGroups<SgdOptions> = {}): Optimizer {
  return buildOptimizer(sgdKind, options);
}

const plain: UpdateRule<'rate', never> = {
  name: 'sgd',
  scalars: ['rate'],
  scalarsAt: (_step, rate) => ({ rate }),
  slots: {},
  update: (parameter, gradient, _slots, { rate }) => ({
    parameter: parameter.sub(gradient.mul(rate)),
    slots: {},
  }),
};

type Scalar = 'rate' | 'momentum' | 'gradientShare';

/** PyTorch's first velocity is the whole gradient, dampening or not. */
const gradientShareAt = (step: number, dampening: number): number => (step === 0 ? 1 : 1 - dampening);

function heavyBall(momentum: number, dampening: number, nesterov: boolean): UpdateRule<Scalar, 'velocity'> {
  return {
    name: nesterov ? 'nesterov' : 'momentum',
    scalars: ['rate', 'momentum', 'gradientShare'],
    scalarsAt: (step, rate) => ({ rate, momentum, gradientShare: gradientShareAt(step, dampening) }),
    slots: { velocity: 0 },
    update(parameter, gradient, slots, scalars) {
      const velocity = slots.velocity.mul(scalars.momentum).add(gradient.mul(scalars.gradientShare));
      const movement = nesterov ? gradient.add(velocity.mul(scalars.momentum)) : velocity;
      return { parameter: parameter.sub(movement.mul(scalars.rate)), slots: { velocity } };
    },
  };
}

function rateInside(momentum: number, dampening: number): UpdateRule<Scalar, 'movement'> {
  return {
    name: 'momentum with the rate inside',
    scalars: ['rate', 'momentum', 'gradientShare'],
    scalarsAt: (step, rate) => ({ rate, momentum, gradientShare: gradientShareAt(step, dampening) }),
    slots: { movement: 0 },
    update(parameter, gradient, slots, { rate, momentum: mu, gradientShare }) {
      const movement = slots.movement.mul(mu).sub(gradient.mul(gradientShare).mul(rate));
      return { parameter: parameter.add(movement), slots: { movement } };
    },
  };
}
