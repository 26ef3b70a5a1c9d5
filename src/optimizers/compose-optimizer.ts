/** Optimizers as the lecture takes them apart: θ ← θ − ηₜ/σₜ · mₜ, schedule × magnitude × direction (Lee, ML 2021, 2.6). */
import { z } from 'zod';
import type { LearningRate } from '../schedules/schedule.ts';
import { buildOptimizer, type CommonOptions, type WithGroups } from './build-optimizer.ts';
import type { Direction, OptimizerPart } from './direction.ts';
import { part } from './direction.ts';
import type { Magnitude } from './magnitude.ts';
import type { Optimizer } from './optimizer.ts';
import type { Scalars, Slots, UpdateRule } from './update-rule.ts';

export interface ComposeOptimizerOptions extends CommonOptions {
  /** ηₜ: a number or a schedule. @default 1e-3 */
  readonly learningRate?: LearningRate;
  /** σₜ: `noMagnitude`, `rootSumOfSquares`, `rootMeanSquare`, `rectifiedRootMeanSquare`. */
  readonly magnitude: Magnitude;
  /** mₜ: `gradientDirection`, `momentumSum`, `exponentialAverage`. */
  readonly direction: Direction;
}

const roleOf = <Role extends OptimizerPart & { readonly role: string }>(
  role: Role['role'],
  example: string,
): z.ZodType<Role> =>
  z.custom<Role>(
    (value) => typeof value === 'object' && value !== null && Reflect.get(value, 'role') === role,
    `must be a ${role}, such as ${example}`,
  );
const shape = {
  magnitude: roleOf<Magnitude>('magnitude', 'rootMeanSquare()'),
  direction: roleOf<Direction>('direction', 'exponentialAverage()'),
};

/**
 * Any magnitude with any direction and any schedule. What each named optimizer is made of:
 *
 * | optimizer | direction m | magnitude σ |
 * | --- | --- | --- |
 * | SGD | gradient | none |
 * | momentum, Nesterov | momentum sum | none |
 * | Adagrad | gradient | root of the sum of squares |
 * | RMSProp | gradient | root mean square, no bias correction |
 * | Adam | exponential average | root mean square |
 * | AMSGrad | exponential average | largest root mean square |
 * | RAdam | exponential average | rectified root mean square |
 *
 * Not of this form: Adadelta (its rate is a running mean of its own steps), Adamax (σ is a fading maximum), NAdam (m mixes
 * gradient and average with weights that depend on the step), RMSProp with momentum (the sum is taken after the
 * division), LARS and LAMB (a factor per tensor after m/σ), Lion (the sign of m). Weight decay is coupled: g + λθ.
 */
export function composeOptimizer(options: WithGroups<ComposeOptimizerOptions>): Optimizer {
  return buildOptimizer(
    {
      name: 'composeOptimizer',
      shape,
      learningRate: 1e-3,
      decay: 'coupled',
      rule: ({ magnitude, direction }) => composedRule(magnitude, direction),
    },
    options,
  );
}

function composedRule(magnitude: Magnitude, direction: Direction): UpdateRule {
  const parts = [magnitude, direction];
  const scalarsAt = (step: number, rate: number): Record<string, number> => ({
    rate,
    ...Object.fromEntries(parts.flatMap(({ role, scalarsAt: numbers }) => prefixed(role, numbers(step)))),
  });
  return {
    name: `${direction.name} / ${magnitude.name}`,
    scalars: Object.keys(scalarsAt(0, 1)),
    scalarsAt,
    slots: Object.fromEntries(parts.flatMap(({ role, slots }) => prefixed(role, slots))),
    update(parameter, gradient, slots: Slots, scalars: Scalars) {
      const sigma = magnitude.apply(gradient, own('magnitude', slots), own('magnitude', scalars));
      const m = direction.apply(gradient, own('direction', slots), own('direction', scalars));
      return {
        parameter: parameter.sub(m.value.div(sigma.value).mul(part(scalars, 'rate'))),
        slots: Object.fromEntries([...prefixed('magnitude', sigma.slots), ...prefixed('direction', m.slots)]),
      };
    },
  };
}

/** The names of a part stand behind its role: `magnitude mean`. */
function prefixed<Value>(role: string, of: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(of).map(([name, value]) => [`${role} ${name}`, value]);
}

function own<Value>(role: string, of: Readonly<Record<string, Value>>): Record<string, Value> {
  const names = Object.entries(of).filter(([name]) => name.startsWith(`${role} `));
  return Object.fromEntries(names.map(([name, value]) => [name.slice(role.length + 1), value]));
}
