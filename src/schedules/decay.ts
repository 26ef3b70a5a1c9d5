/** Decays whose equation is one line: in steps, exponential, polynomial, inverse square root. */
import { z } from 'zod';
import { parseOptions } from '../options.ts';
import { integerPower, power as toThePower } from '../power.ts';
import { increasingStepsSchema, rateSchema, type Schedule, stepsSchema } from './schedule.ts';

export interface StepDecayOptions {
  /** The rate at step 0. */
  readonly from: number;
  /** What the rate is multiplied by, in (0, 1]. @default 0.1 */
  readonly factor?: number;
  /** Steps between two multiplications. */
  readonly every: number;
}

export interface MultiStepDecayOptions {
  /** The rate at step 0. */
  readonly from: number;
  /** What the rate is multiplied by, in (0, 1]. @default 0.1 */
  readonly factor?: number;
  /** The steps that are the first with a lower rate, increasing. */
  readonly milestones: readonly number[];
}

export interface ExponentialDecayOptions {
  /** The rate at step 0. */
  readonly from: number;
  /** What the rate has been multiplied by after `every` steps, in (0, 1]. */
  readonly factor: number;
  /** Steps in which the rate falls by `factor`, e.g. those of an epoch. @default 1 */
  readonly every?: number;
}

export interface PolynomialDecayOptions {
  /** The rate at step 0. */
  readonly from: number;
  /** The rate from step `steps` on. @default 0 */
  readonly to?: number;
  readonly steps: number;
  /** The exponent; 1 is a straight line. @default 1 */
  readonly power?: number;
}

export interface InverseSquareRootDecayOptions {
  /** The rate at step 0. */
  readonly from: number;
  /** Steps after which the rate has fallen by √2. @default 1 */
  readonly timescale?: number;
}

const start = z.number().positive();
const factor = z.number().positive().max(1);

export const stepDecaySchema = z.strictObject({
  from: start,
  factor: factor.default(0.1),
  every: stepsSchema,
});
export const multiStepDecaySchema = z.strictObject({
  from: start,
  factor: factor.default(0.1),
  milestones: increasingStepsSchema,
});
export const exponentialDecaySchema = z.strictObject({ from: start, factor, every: stepsSchema.default(1) });
export const polynomialDecaySchema = z.strictObject({
  from: rateSchema,
  to: rateSchema.default(0),
  steps: stepsSchema,
  power: z.number().positive().default(1),
});
export const inverseSquareRootDecaySchema = z.strictObject({
  from: start,
  timescale: z.number().positive().default(1),
});

/**
 * η(t) = from · factor^⌊t / every⌋: PyTorch's `StepLR`, Keras's `ExponentialDecay` with `staircase`.
 *
 * PyTorch's users step it once an epoch; here, as everywhere, `every` counts optimizer updates.
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const { from, factor: kept, every } = parseOptions('stepDecay', stepDecaySchema, options);
  return (step) => from * integerPower(kept, Math.floor(step / every));
}

/**
 * η(t) = from · factor^k, k the number of milestones ≤ t: PyTorch's `MultiStepLR` (He et al. 2015, arXiv:1512.03385:
 * ResNets on CIFAR, factor 0.1 at 32 000 and 48 000 updates). A milestone is the first step with the lower rate, as
 * in PyTorch and optax's `piecewise_constant_schedule`; Keras's `PiecewiseConstantDecay` changes one step later.
 */
export function multiStepDecay(options: MultiStepDecayOptions): Schedule {
  const { from, factor: kept, milestones } = parseOptions('multiStepDecay', multiStepDecaySchema, options);
  return (step) => from * integerPower(kept, milestones.filter((milestone) => milestone <= step).length);
}

/**
 * η(t) = from · factor^(t / every): PyTorch's `ExponentialLR` with `every` 1, optax's and Keras's exponential decay
 * otherwise. {@link stepDecay} is its staircase.
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  const { from, factor: kept, every } = parseOptions('exponentialDecay', exponentialDecaySchema, options);
  return (step) => from * toThePower(kept, step / every);
}

/**
 * η(t) = to + (from − to) · (1 − min(1, t / steps))^power: optax's `polynomial_schedule`, Keras's `PolynomialDecay`
 * without `cycle`; with `to` 0 PyTorch's `PolynomialLR`, which has no other end. `power` 1 is linear decay.
 */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const { from, to, steps, power } = parseOptions('polynomialDecay', polynomialDecaySchema, options);
  return (step) => to + (from - to) * toThePower(1 - Math.min(1, step / steps), power);
}

/**
 * η(t) = from / √(1 + t / timescale). With `timescale` 1 it is η / √(t + 1), the lecture's decay (Zinkevich 2003).
 * Joined after a `linearWarmup` of `timescale` steps it is the schedule of Transformers (Vaswani et
 * al. 2017; Raffel et al. 2020), Hugging Face's `get_inverse_sqrt_schedule`. PyTorch and optax have no such class.
 */
export function inverseSquareRootDecay(options: InverseSquareRootDecayOptions): Schedule {
  const { from, timescale } = parseOptions('inverseSquareRootDecay', inverseSquareRootDecaySchema, options);
  return (step) => from / Math.sqrt(1 + step / timescale);
}
