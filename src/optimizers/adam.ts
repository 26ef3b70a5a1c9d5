/** Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1). */
import { z } from 'zod';
import { learningRateSchema, parseOptions } from '../options.ts';
import { integerPower } from '../power.ts';
import type { LearningRate } from '../schedules/schedule.ts';
import { Optimizer } from './optimizer.ts';
import type { UpdateRule } from './update-rule.ts';

export interface AdamOptions {
  /** η, or a schedule of it. @default 1e-3 */
  readonly learningRate?: LearningRate;
  /** β₁, the share of the first moment that is kept, in [0, 1). @default 0.9 */
  readonly beta1?: number;
  /** β₂, the share of the second moment that is kept, in [0, 1). @default 0.999 */
  readonly beta2?: number;
  /** ε, added outside the root, after bias correction. @default 1e-8 */
  readonly epsilon?: number;
}

const share = z.number().min(0).lt(1);
const schema = z.strictObject({
  learningRate: learningRateSchema.default(1e-3),
  beta1: share.default(0.9),
  beta2: share.default(0.999),
  epsilon: z.number().positive().default(1e-8),
});

type Scalar = 'stepSize' | 'gradientShare' | 'secondKept' | 'secondShare' | 'secondCorrection' | 'epsilon';

/**
 * m ← m + (1 − β₁)(g − m), v ← β₂ v + (1 − β₂) g²,
 * θ ← θ − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε), t = step + 1.
 *
 * The defaults and the order of operations are PyTorch's. tfjs has ε = 1e-7 and keeps βᵗ in float32 variables;
 * here both corrections are computed in float64 from the step, so a resumed training continues bit for bit.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const { learningRate, beta1, beta2, epsilon } = parseOptions('adam', schema, options);
  return new Optimizer(adamRule(beta1, beta2, epsilon), learningRate);
}

function adamRule(
  beta1: number,
  beta2: number,
  epsilon: number,
): UpdateRule<Scalar, 'firstMoment' | 'secondMoment'> {
  return {
    name: 'adam',
    scalars: ['stepSize', 'gradientShare', 'secondKept', 'secondShare', 'secondCorrection', 'epsilon'],
    scalarsAt: (step, rate) => ({
      stepSize: rate / (1 - integerPower(beta1, step + 1)),
      gradientShare: 1 - beta1,
      secondKept: beta2,
      secondShare: 1 - beta2,
      secondCorrection: Math.sqrt(1 - integerPower(beta2, step + 1)),
      epsilon,
    }),
    slots: ['firstMoment', 'secondMoment'],
    update(parameter, g, slots, s) {
      const m = slots.firstMoment.add(g.sub(slots.firstMoment).mul(s.gradientShare));
      const v = slots.secondMoment.mul(s.secondKept).add(g.mul(g).mul(s.secondShare));
      const denominator = v.sqrt().div(s.secondCorrection).add(s.epsilon);
      return {
        parameter: parameter.sub(m.div(denominator).mul(s.stepSize)),
        slots: { firstMoment: m, secondMoment: v },
      };
    },
  };
}
