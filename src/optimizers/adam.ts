/** Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1), AMSGrad (Reddi et al. 2018) and AdamW (Loshchilov & Hutter 2019). */
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { adamUpdate } from '../backend/adam-update.ts';
import { integerPower } from '../power.ts';
import {
  buildOptimizer,
  type CommonOptions,
  type OptimizerKind,
  type WithGroups,
} from './build-optimizer.ts';
import type { LearningRate } from '../schedules/schedule.ts';
import type { Optimizer } from './optimizer.ts';
import type { UpdateRule } from './update-rule.ts';

export interface AdamOptions extends CommonOptions {
  /** η, or a schedule of it. @default 1e-3 */
  readonly learningRate?: LearningRate;
  /** β₁, the share of the first moment that is kept, in [0, 1). @default 0.9 */
  readonly beta1?: number;
  /** β₂, the share of the second moment that is kept, in [0, 1). @default 0.999 */
  readonly beta2?: number;
  /** ε, added outside the root, after bias correction. @default 1e-8 */
  readonly epsilon?: number;
  /** Divide by the largest second moment so far (AMSGrad). @default false */
  readonly amsgrad?: boolean;
}

/** The moments' options, which Adam's relatives share. */
export const momentShape = {
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
};
const shape = { ...momentShape, amsgrad: z.boolean().default(false) };

export const adamKind: OptimizerKind<typeof shape> = {
  name: 'adam',
  shape,
  learningRate: 1e-3,
  decay: 'coupled',
  rule: ({ beta1, beta2, epsilon, amsgrad }) => adamRule(beta1, beta2, epsilon, amsgrad),
};

export const adamWKind: OptimizerKind<typeof shape> = {
  ...adamKind,
  name: 'adamW',
  decay: 'decoupled',
  weightDecay: 0.01,
};

/**
 * m ← m + (1 − β₁)(g − m), v ← β₂ v + (1 − β₂) g²,
 * θ ← θ − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε), t = step + 1; AMSGrad has the largest v so far under the root.
 *
 * The defaults are PyTorch's. tfjs has ε = 1e-7 and keeps βᵗ in float32 variables; here
 * both corrections are computed in float64 from the step, so a resumed training continues bit for bit. Weight decay,
 * where given, is coupled: g + λθ, which Adam then divides by √v; see {@link adamW} for the usual form.
 */
export function adam(options: WithGroups<AdamOptions> = {}): Optimizer {
  return buildOptimizer(adamKind, options);
}

/**
 * {@link adam} with decoupled weight decay: θ ← (1 − ηλ) θ, then Adam's update with the gradient alone. λ is 0.01 by
 * default, as in PyTorch (Keras: 0.004).
 */
export function adamW(options: WithGroups<AdamOptions> = {}): Optimizer {
  return buildOptimizer(adamWKind, options);
}

type Scalar = 'stepSize' | 'gradientShare' | 'secondKept' | 'secondShare' | 'epsilon';
type Slot = 'firstMoment' | 'secondMoment' | 'largestSecondMoment';

function adamRule(beta1: number, beta2: number, epsilon: number, amsgrad: boolean): UpdateRule<Scalar, Slot> {
  const slots = { firstMoment: 0, secondMoment: 0, ...(amsgrad ? { largestSecondMoment: 0 } : {}) };
  return {
    name: amsgrad ? 'amsgrad' : 'adam',
    scalars: ['stepSize', 'gradientShare', 'secondKept', 'secondShare', 'epsilon'],
    // m / (√v / c + ε) = c m / (√v + c ε): both corrections are numbers, and the tensors are touched once less.
    scalarsAt: (step, rate) => {
      const correction = Math.sqrt(1 - integerPower(beta2, step + 1));
      return {
        stepSize: (rate * correction) / (1 - integerPower(beta1, step + 1)),
        gradientShare: 1 - beta1,
        secondKept: beta2,
        secondShare: 1 - beta2,
        epsilon: epsilon * correction,
      };
    },
    slots: slots as Record<Slot, number>,
    update(parameter, g, before, s) {
      const fused = amsgrad ? undefined : adamUpdate(parameter, g, before, s);
      if (fused !== undefined) return fused as { parameter: tf.Tensor; slots: Record<Slot, tf.Tensor> };
      const m = firstMoment(before.firstMoment, g, s.gradientShare);
      const v = secondMoment(before.secondMoment, g, s.secondKept, s.secondShare);
      const largest = amsgrad ? before.largestSecondMoment.maximum(v) : v;
      const denominator = largest.sqrt().add(s.epsilon);
      const after = { firstMoment: m, secondMoment: v, ...(amsgrad ? { largestSecondMoment: largest } : {}) };
      return {
        parameter: parameter.sub(m.div(denominator).mul(s.stepSize)),
        slots: after as Record<Slot, tf.Tensor>,
      };
    },
  };
}

/** m + (1 − β₁)(g − m), PyTorch's `lerp`. */
export const firstMoment = (m: tf.Tensor, g: tf.Tensor, share: tf.Scalar): tf.Tensor =>
  m.add(g.sub(m).mul(share));

/** β₂ v + (1 − β₂) g · g, PyTorch's `addcmul`. */
export const secondMoment = (v: tf.Tensor, g: tf.Tensor, kept: tf.Scalar, share: tf.Scalar): tf.Tensor =>
  v.mul(kept).add(g.mul(share).mul(g));
