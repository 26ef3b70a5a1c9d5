/** Stochastic gradient descent, with momentum (Polyak 1964) or Nesterov's (Sutskever et al. 2013). */
import { z } from 'zod';
import { learningRateSchema, parseOptions } from '../options.ts';
import type { LearningRate } from '../schedules/schedule.ts';
import { Optimizer } from './optimizer.ts';
import type { UpdateRule } from './update-rule.ts';

export interface SgdOptions {
  /** η, or a schedule of it. @default 1e-3 */
  readonly learningRate?: LearningRate;
  /** μ, the share of the last movement that is kept (the lecture's λ), in [0, 1). Left out: no velocity is kept. */
  readonly momentum?: number;
  /** Evaluate the gradient's share one movement ahead; needs `momentum`. @default false */
  readonly nesterov?: boolean;
}

const schema = z
  .strictObject({
    learningRate: learningRateSchema.default(1e-3),
    momentum: z.number().min(0).lt(1).optional(),
    nesterov: z.boolean().default(false),
  })
  .refine(({ momentum, nesterov }) => !nesterov || (momentum ?? 0) > 0, {
    path: ['nesterov'],
    message: 'needs a momentum > 0',
  });

/**
 * θ ← θ − η v with v ← μ v + g; Nesterov: θ ← θ − η (g + μ v). Without momentum v = g.
 *
 * As in PyTorch and tfjs, η stands outside the velocity. The lecture and Keras keep it inside (m ← λ m − η g): the
 * same path for a constant η, another one under a schedule.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { learningRate, momentum, nesterov } = parseOptions('sgd', schema, options);
  return new Optimizer(momentum === undefined ? plain : heavyBall(momentum, nesterov), learningRate);
}

const plain: UpdateRule<'rate', never> = {
  name: 'sgd',
  scalars: ['rate'],
  scalarsAt: (_step, rate) => ({ rate }),
  slots: [],
  update: (parameter, gradient, _slots, { rate }) => ({
    parameter: parameter.sub(gradient.mul(rate)),
    slots: {},
  }),
};

function heavyBall(momentum: number, nesterov: boolean): UpdateRule<'rate' | 'momentum', 'velocity'> {
  return {
    name: nesterov ? 'nesterov' : 'momentum',
    scalars: ['rate', 'momentum'],
    scalarsAt: (_step, rate) => ({ rate, momentum }),
    slots: ['velocity'],
    update(parameter, gradient, slots, scalars) {
      const velocity = slots.velocity.mul(scalars.momentum).add(gradient);
      const movement = nesterov ? gradient.add(velocity.mul(scalars.momentum)) : velocity;
      return { parameter: parameter.sub(movement.mul(scalars.rate)), slots: { velocity } };
    },
  };
}
