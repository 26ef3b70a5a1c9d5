/** Optimizers that scale each tensor's step by its own norm, for large batches: LARS and LAMB. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
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

export interface LarsOptions extends CommonOptions {
  /** η, or a schedule of it. @default 0.1 */
  readonly learningRate?: LearningRate;
  /** μ, the share of the last movement that is kept, in [0, 1). @default 0.9 */
  readonly momentum?: number;
  /** The trust coefficient ρ. @default 1e-3 */
  readonly trust?: number;
  /** ε, added to ‖g + λθ‖. @default 0 */
  readonly epsilon?: number;
  /** @default false */
  readonly nesterov?: boolean;
}

const larsShape = {
  momentum: z.number().min(0).lt(1).default(0.9),
  trust: z.number().positive().default(1e-3),
  epsilon: z.number().min(0).default(0),
  nesterov: z.boolean().default(false),
};

export const larsKind: OptimizerKind<typeof larsShape> = {
  name: 'lars',
  shape: larsShape,
  learningRate: 0.1,
  decay: 'own',
  rule: larsRule,
};

/**
 * u = g + λθ, r = ρ ‖θ‖ / (‖u‖ + ε) (1 where a norm is 0), v ← μ v + η r u, θ ← θ − v; Nesterov: θ ← θ − (η r u + μ v)
 * (You, Gitman & Ginsburg 2017, arXiv:1708.03888). Norms are those of one tensor. optax's form: the paper has
 * ‖g‖ + λ‖θ‖ below, PyTorch has no LARS.
 */
export function lars(options: WithGroups<LarsOptions> = {}): Optimizer {
  return buildOptimizer(larsKind, options);
}

export interface LambOptions extends CommonOptions {
  /** η, or a schedule of it. @default 1e-3 */
  readonly learningRate?: LearningRate;
  /** β₁, the share of the first moment that is kept, in [0, 1). @default 0.9 */
  readonly beta1?: number;
  /** β₂, the share of the second moment that is kept, in [0, 1). @default 0.999 */
  readonly beta2?: number;
  /** ε, added outside the root, after bias correction. @default 1e-6 */
  readonly epsilon?: number;
}

const lambShape = { ...momentShape, epsilon: z.number().positive().default(1e-6) };

export const lambKind: OptimizerKind<typeof lambShape> = {
  name: 'lamb',
  shape: lambShape,
  learningRate: 1e-3,
  decay: 'own',
  rule: lambRule,
};

/**
 * u = m̂ / (√v̂ + ε) + λθ with Adam's corrected moments, θ ← θ − η ‖θ‖ / ‖u‖ · u, the ratio being 1 where a norm is 0
 * (You et al. 2020, arXiv:1904.00962). Norms are those of one tensor. optax's form; PyTorch has no LAMB.
 */
export function lamb(options: WithGroups<LambOptions> = {}): Optimizer {
  return buildOptimizer(lambKind, options);
}

function larsRule(options: {
  momentum: number;
  trust: number;
  epsilon: number;
  nesterov: boolean;
  weightDecay: number;
}): UpdateRule<'rate' | 'momentum' | 'trust' | 'epsilon' | 'decay', 'velocity'> {
  const { momentum, trust, epsilon, nesterov, weightDecay } = options;
  return {
    name: nesterov ? 'lars nesterov' : 'lars',
    scalars: ['rate', 'momentum', 'trust', 'epsilon', 'decay'],
    scalarsAt: (_step, rate) => ({ rate, momentum, trust, epsilon, decay: weightDecay }),
    slots: { velocity: 0 },
    update(parameter, g, slots, s) {
      const direction = g.add(parameter.mul(s.decay));
      const ratio = trustRatio(parameter, direction, s.trust, s.epsilon);
      const step = direction.mul(ratio).mul(s.rate);
      const velocity = slots.velocity.mul(s.momentum).add(step);
      const movement = nesterov ? step.add(velocity.mul(s.momentum)) : velocity;
      return { parameter: parameter.sub(movement), slots: { velocity } };
    },
  };
}

type LambScalar =
  | 'rate'
  | 'gradientShare'
  | 'secondKept'
  | 'secondShare'
  | 'firstCorrection'
  | 'secondCorrection'
  | 'epsilon'
  | 'decay'
  | 'trust'
  | 'none';

function lambRule(options: {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}): UpdateRule<LambScalar, 'firstMoment' | 'secondMoment'> {
  const { beta1, beta2, epsilon, weightDecay } = options;
  return {
    name: 'lamb',
    scalars: [
      'rate',
      'gradientShare',
      'secondKept',
      'secondShare',
      'firstCorrection',
      'secondCorrection',
      'epsilon',
      'decay',
      'trust',
      'none',
    ],
    scalarsAt: (step, rate) => ({
      rate,
      gradientShare: 1 - beta1,
      secondKept: beta2,
      secondShare: 1 - beta2,
      firstCorrection: 1 - integerPower(beta1, step + 1),
      secondCorrection: 1 - integerPower(beta2, step + 1),
      epsilon,
      decay: weightDecay,
      trust: 1,
      none: 0,
    }),
    slots: { firstMoment: 0, secondMoment: 0 },
    update(parameter, g, slots, s) {
      const m = firstMoment(slots.firstMoment, g, s.gradientShare);
      const v = secondMoment(slots.secondMoment, g, s.secondKept, s.secondShare);
      const adaptive = m.div(s.firstCorrection).div(v.div(s.secondCorrection).sqrt().add(s.epsilon));
      const direction = adaptive.add(parameter.mul(s.decay));
      const ratio = trustRatio(parameter, direction, s.trust, s.none);
      return {
        parameter: parameter.sub(direction.mul(ratio).mul(s.rate)),
        slots: { firstMoment: m, secondMoment: v },
      };
    },
  };
}

/** trust · ‖θ‖ / (‖u‖ + ε), or 1 where one of the norms is 0. */
function trustRatio(
  parameter: tf.Tensor,
  direction: tf.Tensor,
  trust: tf.Scalar,
  epsilon: tf.Scalar,
): tf.Tensor {
  const [size, length] = [parameter.square().sum().sqrt(), direction.square().sum().sqrt()];
  const ratio = size.mul(trust).div(length.add(epsilon));
  return tf.where(size.mul(length).equal(0), tf.onesLike(ratio), ratio);
}
