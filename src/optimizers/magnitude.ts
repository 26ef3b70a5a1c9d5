/** The σₜ of the lecture's decomposition θ ← θ − ηₜ/σₜ · mₜ: by what each parameter's step is divided. */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { integerPower } from '../power.ts';
import { type OptimizerPart, part } from './direction.ts';
import { rectification } from './radam.ts';

/** By what each parameter's step is divided: σₜ. */
export interface Magnitude extends OptimizerPart {
  readonly role: 'magnitude';
}

/** σ = 1: one rate for all parameters. */
export function noMagnitude(): Magnitude {
  return {
    role: 'magnitude',
    name: 'none',
    scalarsAt: () => ({}),
    slots: {},
    apply: (gradient) => ({ value: gradient.onesLike(), slots: {} }),
  };
}

export interface RootSumOfSquaresOptions {
  /** ε, added to the root. @default 1e-10 */
  readonly epsilon?: number;
}

const epsilon = z.number().positive();
export const rootSumOfSquaresSchema = z.strictObject({ epsilon: epsilon.default(1e-10) });

/** σ = √(Σ g²) + ε over all updates: Adagrad's. */
export function rootSumOfSquares(options: RootSumOfSquaresOptions = {}): Magnitude {
  const parsed = parseOptions('rootSumOfSquares', rootSumOfSquaresSchema, options);
  return {
    role: 'magnitude',
    name: 'root of the sum of squares',
    scalarsAt: () => ({ epsilon: parsed.epsilon }),
    slots: { sum: 0 },
    apply(gradient, slots, scalars) {
      const sum = part(slots, 'sum').add(gradient.square());
      return { value: sum.sqrt().add(part(scalars, 'epsilon')), slots: { sum } };
    },
  };
}

export interface RootMeanSquareOptions {
  /** α, the share of the mean that is kept, in [0, 1). @default 0.999 */
  readonly decay?: number;
  /** ε, added to the root. @default 1e-8 */
  readonly epsilon?: number;
  /** Divide the mean by 1 − αᵗ (Adam); without, it starts near 0 and the first steps are long (RMSProp). @default true */
  readonly biasCorrection?: boolean;
  /** Use the largest mean so far (AMSGrad). @default false */
  readonly largest?: boolean;
}

export const rootMeanSquareSchema = z.strictObject({
  decay: z.number().min(0).lt(1).default(0.999),
  epsilon: epsilon.default(1e-8),
  biasCorrection: z.boolean().default(true),
  largest: z.boolean().default(false),
});

/** v ← α v + (1 − α) g², σ = √(v / (1 − αᵗ)) + ε, t = step + 1: RMSProp's, Adam's and, with the largest v, AMSGrad's. */
export function rootMeanSquare(options: RootMeanSquareOptions = {}): Magnitude {
  const parsed = parseOptions('rootMeanSquare', rootMeanSquareSchema, options);
  const { decay, biasCorrection, largest } = parsed;
  return {
    role: 'magnitude',
    name: largest ? 'largest root mean square' : 'root mean square',
    scalarsAt: (step) => ({
      kept: decay,
      share: 1 - decay,
      correction: biasCorrection ? Math.sqrt(1 - integerPower(decay, step + 1)) : 1,
      epsilon: parsed.epsilon,
    }),
    slots: largest ? { mean: 0, largest: 0 } : { mean: 0 },
    apply(gradient, slots, scalars) {
      const share = gradient.mul(part(scalars, 'share')).mul(gradient);
      const mean = part(slots, 'mean').mul(part(scalars, 'kept')).add(share);
      const used = largest ? part(slots, 'largest').maximum(mean) : mean;
      const value = used.sqrt().div(part(scalars, 'correction')).add(part(scalars, 'epsilon'));
      return { value, slots: largest ? { mean, largest: used } : { mean } };
    },
  };
}

export interface RectifiedRootMeanSquareOptions {
  /** β₂, the share of the mean that is kept, in [0, 1). @default 0.999 */
  readonly decay?: number;
  /** ε, added to √v. @default 1e-8 */
  readonly epsilon?: number;
}

export const rectifiedRootMeanSquareSchema = z.strictObject({
  decay: z.number().min(0).lt(1).default(0.999),
  epsilon: epsilon.default(1e-8),
});

/** RAdam's: 1 while the variance of the mean is not tractable, then (√v + ε) / (rₜ √(1 − β₂ᵗ)); see `radam`. */
export function rectifiedRootMeanSquare(options: RectifiedRootMeanSquareOptions = {}): Magnitude {
  const parsed = parseOptions('rectifiedRootMeanSquare', rectifiedRootMeanSquareSchema, options);
  const { decay } = parsed;
  return {
    role: 'magnitude',
    name: 'rectified root mean square',
    scalarsAt: (step) => {
      const factor = rectification(decay, step + 1);
      return {
        kept: decay,
        share: 1 - decay,
        adaptive: factor * Math.sqrt(1 - integerPower(decay, step + 1)),
        plain: factor === 0 ? 1 : 0,
        epsilon: parsed.epsilon,
      };
    },
    slots: { mean: 0 },
    apply(gradient, slots, scalars) {
      const share = gradient.mul(part(scalars, 'share')).mul(gradient);
      const mean = part(slots, 'mean').mul(part(scalars, 'kept')).add(share);
      const inverse = mean.sqrt().add(part(scalars, 'epsilon')).reciprocal().mul(part(scalars, 'adaptive'));
      return { value: inverse.add(part(scalars, 'plain')).reciprocal(), slots: { mean } };
    },
  };
}
