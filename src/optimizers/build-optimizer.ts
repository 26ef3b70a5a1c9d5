/** From options to an {@link Optimizer}: checked once, with parameter groups and weight decay for every rule alike. */
import { z } from 'zod';
import { OptionError } from '../errors.ts';
import type { ParameterInfo } from '../layers/paths.ts';
import { learningRateSchema, parseOptions, withoutUndefined } from '../options.ts';
import type { LearningRate } from '../schedules/schedule.ts';
import { type Clipping, clippingSchema } from './clip.ts';
import { Optimizer } from './optimizer.ts';
import type { UpdateRule } from './update-rule.ts';
import { withWeightDecay } from './weight-decay.ts';

/** What every optimizer takes. */
export interface CommonOptions {
  /** η, or a schedule of it. */
  readonly learningRate?: LearningRate;
  /** λ of the weight decay; left out: none. */
  readonly weightDecay?: number;
}

/** What stands beside the options that a group may change. */
export interface OwnOptions {
  /** Applied to all gradients before each update, under `model.fit` and `minimize` too. @default none */
  readonly clip?: Clipping;
}

/** Other numbers for some parameters; of several groups that match, the first counts. */
export type ParameterGroup<Options> = Partial<Options> & {
  /** Whether a parameter belongs to the group: by path, weight (`kernel`, `bias`, `gamma` …), layer class or shape. */
  readonly match: (parameter: ParameterInfo) => boolean;
};

/** Adds the groups to the options of an optimizer. */
export type WithGroups<Options> = Options &
  OwnOptions & { readonly groups?: readonly ParameterGroup<Options>[] };

/** What makes an optimizer of its options. */
export interface OptimizerKind<Shape extends z.ZodRawShape> {
  readonly name: string;
  /** The options beside `learningRate`, `weightDecay` and `groups`, each with its default or optional. */
  readonly shape: Shape;
  readonly learningRate: number;
  /** How weight decay enters: λθ added to the gradient, θ shrunk by ηλ, or the rule's own business. */
  readonly decay: 'coupled' | 'decoupled' | 'own';
  /** @default none */
  readonly weightDecay?: number;
  /** A rule between options, as [option, rule] of the one that is broken. */
  readonly check?: (options: RuleOptions<Shape>) => readonly [path: string, rule: string] | undefined;
  readonly rule: (options: RuleOptions<Shape>) => UpdateRule;
}

/** The options of a rule, with defaults; `weightDecay` is 0 where there is none. */
export type RuleOptions<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>> & {
  readonly weightDecay: number;
};

/** Groups that leave biases and the scales and shifts of norms without weight decay, as is usual. */
export const noDecayOnBiasesAndNorms: {
  readonly match: (parameter: ParameterInfo) => boolean;
  readonly weightDecay: 0;
} = {
  match: ({ weight }) => ['bias', 'gamma', 'beta', 'scale', 'shift'].includes(weight),
  weightDecay: 0,
};

/** The schema of a kind's options, groups left out. */
export function optimizerSchema<Shape extends z.ZodRawShape>(kind: OptimizerKind<Shape>): z.ZodObject {
  return z.strictObject({
    learningRate: learningRateSchema.default(kind.learningRate),
    weightDecay: z.number().min(0).optional(),
    ...kind.shape,
  });
}

/** What the schema gives: zod does not carry the types of a shape that is a type parameter. */
type Checked<Shape extends z.ZodRawShape> = RuleOptions<Shape> & { readonly learningRate: LearningRate };

/** Throws an OptionError that names every problem, those of the groups as `groups.0.beta1`. */
export function buildOptimizer<Shape extends z.ZodRawShape>(
  kind: OptimizerKind<Shape>,
  options: WithGroups<CommonOptions>,
): Optimizer {
  const schema = optimizerSchema(kind);
  const match = z.custom((value) => typeof value === 'function', 'must be a function of a parameter');
  const group = z.strictObject({ ...schema.partial().shape, match });
  const checked = z.strictObject({
    ...schema.shape,
    clip: clippingSchema.optional(),
    groups: z.array(group).default([]),
  });
  const { groups: _checked, clip, ...parsed } = parseOptions(kind.name, checked, options);
  const groups = options.groups ?? [];

  const decays =
    [options, ...groups].some(({ weightDecay }) => weightDecay !== undefined) ||
    kind.weightDecay !== undefined;
  const base = {
    ...parsed,
    weightDecay: options.weightDecay ?? kind.weightDecay ?? 0,
  } as unknown as Checked<Shape>;
  const ruleOf = (own: RuleOptions<Shape>, where: string): UpdateRule => {
    const broken = kind.check?.(own);
    if (broken !== undefined) {
      const [path, rule] = broken;
      throw new OptionError(kind.name, [
        { path: `${where}${path}`, rule, received: own[path as keyof typeof own] },
      ]);
    }
    const rule = kind.rule(own);
    return kind.decay === 'own' || !decays ? rule : withWeightDecay(rule, own.weightDecay, kind.decay);
  };

  const main = ruleOf(base, '');
  const others = groups.map(({ match: matches, learningRate, ...changes }, index) => {
    const rule = ruleOf({ ...base, ...withoutUndefined(changes) }, `groups.${index}.`);
    if (kindOf(rule) !== kindOf(main)) {
      const problem = 'must keep the form that the other parameters have: a group changes numbers only';
      throw new OptionError(kind.name, [{ path: `groups.${index}`, rule: problem }]);
    }
    return { match: matches, rule, ...(learningRate === undefined ? {} : { learningRate }) };
  });
  return new Optimizer(main, base.learningRate, others, clip);
}

/** Name, numbers and state of a rule: what groups have in common. */
const kindOf = ({ name, scalars, slots }: UpdateRule): string =>
  [name, ...scalars, ...Object.keys(slots)].join();
