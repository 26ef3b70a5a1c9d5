/** A warm-up that ends when the training has got going (He et al. 2015, arXiv:1512.03385, section 4.2). */
import { z } from 'zod';
import { learningRateSchema, parseOptions } from '../options.ts';
import { makeController, monitored, monitorSchema, type ScheduleController } from './controller.ts';
import type { LearningRate } from './schedule.ts';

export interface ConditionalWarmupOptions {
  /** The rate of the warm-up. @default 0.01 */
  readonly from?: number;
  /** The rate afterwards, or a schedule of it, which is asked with the training's own step. @default 0.1 */
  readonly to?: LearningRate;
  /** The series that ends the warm-up. */
  readonly monitor: string;
  /** The warm-up ends with the first value above this one; this or `below`. */
  readonly above?: number;
  /** The warm-up ends with the first value below this one; this or `above`. */
  readonly below?: number;
}

export const conditionalWarmupSchema = z
  .strictObject({
    from: z.number().positive().default(0.01),
    to: learningRateSchema.default(0.1),
    monitor: monitorSchema,
    above: z.number().optional(),
    below: z.number().optional(),
  })
  .refine(({ above, below }) => (above === undefined) !== (below === undefined), {
    path: ['above'],
    message: 'or below must be given, and not both',
  });

const stateSchema = z.strictObject({ warm: z.boolean() });

/**
 * η(t) = from until the monitored series has once been above (or below) the bar, `to` ever after. He et al. train
 * ResNet-110 on CIFAR-10 at 0.01 until the training error is below 80 %, about 400 updates, and then at 0.1:
 * `conditionalWarmup({ monitor: 'validation/accuracy', above: 0.2 })`.
 *
 * He et al. watch every update; here the condition is looked at when an epoch ends. NaN never ends the warm-up. Neither
 * PyTorch nor optax has it.
 */
export function conditionalWarmup(options: ConditionalWarmupOptions): ScheduleController {
  const { from, to, monitor, above, below } = parseOptions(
    'conditionalWarmup',
    conditionalWarmupSchema,
    options,
  );
  return makeController<{ warm: boolean }>({
    where: 'conditionalWarmup',
    start: { warm: false },
    schema: stateSchema,
    rateAt: ({ warm }, step) => {
      if (!warm) return from;
      return typeof to === 'number' ? to : to(step);
    },
    after: ({ warm }, metrics) => {
      const value = monitored('conditionalWarmup', monitor, metrics);
      const reached = above === undefined ? value < (below ?? Number.NaN) : value > above;
      return { warm: warm || reached };
    },
  });
}
