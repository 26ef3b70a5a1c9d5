/** The mₜ of the lecture's decomposition θ ← θ − ηₜ/σₜ · mₜ: which way a step goes. */
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { integerPower } from '../power.ts';
import type { Scalars, Slots } from './update-rule.ts';

/** A part of a composed optimizer: its numbers per step, its state, and the tensor it makes of a gradient. */
export interface OptimizerPart {
  readonly name: string;
  /** Numbers of update `step` (from 0) by name; a pure function. */
  readonly scalarsAt: (step: number) => Readonly<Record<string, number>>;
  /** Slots by name, with what fills them at first. */
  readonly slots: Readonly<Record<string, number>>;
  /** Pure: the part's factor, and its slots after the update. */
  readonly apply: (
    gradient: tf.Tensor,
    slots: Slots,
    scalars: Scalars,
  ) => { readonly value: tf.Tensor; readonly slots: Slots };
}

/** Which way a step goes: mₜ. */
export interface Direction extends OptimizerPart {
  readonly role: 'direction';
}

/** m = g. */
export function gradientDirection(): Direction {
  return {
    role: 'direction',
    name: 'gradient',
    scalarsAt: () => ({}),
    slots: {},
    apply: (gradient) => ({ value: gradient, slots: {} }),
  };
}

export interface MomentumSumOptions {
  /** μ, the share of the last movement that is kept, in [0, 1). @default 0.9 */
  readonly decay?: number;
  /** Look one movement ahead. @default false */
  readonly nesterov?: boolean;
}

const share = z.number().min(0).lt(1);
export const momentumSumSchema = z.strictObject({
  decay: share.default(0.9),
  nesterov: z.boolean().default(false),
});

/** m ← μ m + g: the weighted sum of all past gradients; Nesterov: g + μ m. */
export function momentumSum(options: MomentumSumOptions = {}): Direction {
  const { decay, nesterov } = parseOptions('momentumSum', momentumSumSchema, options);
  return {
    role: 'direction',
    name: nesterov ? 'nesterov sum' : 'momentum sum',
    scalarsAt: () => ({ kept: decay }),
    slots: { sum: 0 },
    apply(gradient, slots, scalars) {
      const sum = part(slots, 'sum').mul(part(scalars, 'kept')).add(gradient);
      return { value: nesterov ? gradient.add(sum.mul(part(scalars, 'kept'))) : sum, slots: { sum } };
    },
  };
}

export interface ExponentialAverageOptions {
  /** β, the share of the average that is kept, in [0, 1). @default 0.9 */
  readonly decay?: number;
  /** Divide by 1 − βᵗ, so that the average is one from the first step on. @default true */
  readonly biasCorrection?: boolean;
}

export const exponentialAverageSchema = z.strictObject({
  decay: share.default(0.9),
  biasCorrection: z.boolean().default(true),
});

/** m ← β m + (1 − β) g, divided by 1 − βᵗ (t = step + 1): Adam's first moment. */
export function exponentialAverage(options: ExponentialAverageOptions = {}): Direction {
  const { decay, biasCorrection } = parseOptions('exponentialAverage', exponentialAverageSchema, options);
  return {
    role: 'direction',
    name: 'exponential average',
    scalarsAt: (step) => ({
      share: 1 - decay,
      correction: biasCorrection ? 1 - integerPower(decay, step + 1) : 1,
    }),
    slots: { average: 0 },
    apply(gradient, slots, scalars) {
      const before = part(slots, 'average');
      const average = before.add(gradient.sub(before).mul(part(scalars, 'share')));
      return { value: average.div(part(scalars, 'correction')), slots: { average } };
    },
  };
}

/** A tensor that a part declared itself. */
export function part<Value>(of: Readonly<Record<string, Value>>, name: string): Value {
  const value = of[name];
  if (value === undefined) throw new RangeError(`an optimizer's part has no "${name}"`);
  return value;
}
