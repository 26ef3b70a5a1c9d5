/** Wrong options of every optimizer are refused at construction, with the value received; the cases come from the schemas. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { OptionError, quote } from '../../src/errors.ts';
import { composeOptimizer } from '../../src/optimizers/compose-optimizer.ts';
import { gradientDirection } from '../../src/optimizers/direction.ts';
import { noMagnitude } from '../../src/optimizers/magnitude.ts';
import type { Optimizer } from '../../src/optimizers/optimizer.ts';
import { NO_NUMBERS } from '../no-numbers.ts';
import { OPTIMIZERS, type PlainOptions } from './optimizer-makers.ts';

const TINY = Number.MIN_VALUE;

/** Values that an option must refuse, and values at the edge that it must take, read from its JSON schema. */
function casesOf(option: string, schema: unknown): { bad: readonly unknown[]; good: readonly unknown[] } {
  if (option === 'learningRate')
    return {
      bad: [...NO_NUMBERS, -1, 0, -TINY],
      good: [TINY, 10, () => 0.1, (step: number) => 1 / (step + 1)],
    };
  const {
    type,
    enum: words,
    minimum,
    exclusiveMinimum,
    maximum,
    exclusiveMaximum,
  } = jsonSchema.parse(z.toJSONSchema(z.instanceof(z.ZodType).parse(schema), { io: 'input' }));
  if (words !== undefined) return { bad: ['other', '', 0, null, true], good: words };
  if (type === 'boolean') return { bad: ['true', 0, 1, null], good: [true, false] };
  if (type !== 'number') throw new Error(`no cases for ${option}, a ${type}`);
  const low = minimum ?? exclusiveMinimum;
  if (low === undefined) throw new Error(`${option} has no lower bound`);
  const bad: unknown[] = [...NO_NUMBERS, low - 1, low - TINY];
  const good: number[] = [minimum ?? low + TINY];
  if (exclusiveMinimum !== undefined) bad.push(low);
  const high = maximum ?? exclusiveMaximum;
  if (high !== undefined) bad.push(high + 1, high + Number.EPSILON);
  if (exclusiveMaximum !== undefined) bad.push(exclusiveMaximum);
  good.push(high === undefined ? 1e6 : high - Number.EPSILON);
  return { bad, good };
}

const jsonSchema = z.object({
  type: z.string(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
});

/** The OptionError; anything else that is thrown fails. */
function refusal(make: () => Optimizer): OptionError | 'accepted' {
  try {
    make();
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
  return 'accepted';
}

/** Options beside which an edge value is allowed: rules between options have tests of their own. */
const BESIDE: Readonly<Record<string, PlainOptions>> = {
  'sgd dampening': { momentum: 0.5 },
  'sgd nesterov': { momentum: 0.5 },
  'lars nesterov': { momentum: 0.5 },
};

const OPTIONS = Object.entries(OPTIMIZERS).flatMap(([name, { make, schema }]) =>
  Object.entries(schema.shape).map(
    ([option, optionSchema]) =>
      [`${name}: ${option}`, { name, make, option, ...casesOf(option, optionSchema) }] as const,
  ),
);

test('every number of every optimizer is here', () => {
  expect(OPTIONS.map(([title]) => title)).toEqual(
    expect.arrayContaining(['adam: beta1', 'sgd: dampening', 'lion: weightDecay', 'lars: trust']),
  );
  expect(OPTIONS.length).toBeGreaterThanOrEqual(4 * Object.keys(OPTIMIZERS).length);
});

describe.each(OPTIONS)('%s', (_title, { name, make, option, bad, good }) => {
  const beside = BESIDE[`${name} ${option}`] ?? {};
  const match = (): boolean => true;

  test('refuses what it must', () => {
    for (const value of bad) {
      for (const [path, options] of [
        [option, { ...beside, [option]: value }],
        [`groups.1.${option}`, { ...beside, groups: [{ match }, { match, [option]: value }] }],
      ] as const) {
        const error = refusal(() => make(options));
        const received = quote(value);
        expect(error, `${path} = ${String(value)}`).toBeInstanceOf(OptionError);
        const { message } = error as OptionError;
        expect(message.startsWith(`${name}: ${path} must be `), message).toBe(true);
        expect(message.endsWith(`, received ${received}`), message).toBe(true);
        expect((error as OptionError).problems).toMatchObject([{ path, received: value }]);
      }
    }
  });

  test('takes what is at its edges', () => {
    for (const value of good) {
      expect(
        refusal(() => make({ ...beside, [option]: value })),
        String(value),
      ).toBe('accepted');
    }
  });
});

describe.each(Object.entries(OPTIMIZERS))('%s', (name, { make, schema }) => {
  test('refuses an unknown option and guesses the one that was meant, in groups too', () => {
    for (const option of Object.keys(schema.shape)) {
      const typo = `${option}s`;
      const wrong = { [typo]: 7 };
      const message = `${typo} is not an option, received 7 (did you mean "${option}"?)`;
      expect(refusal(() => make(wrong))).toMatchObject({ message: `${name}: ${message}` });
      const group = refusal(() => make({ groups: [{ match: () => true, ...wrong }] }));
      expect(group).toMatchObject({ message: `${name}: groups.0.${message}` });
    }
  });

  test('names all problems at once', () => {
    const error = refusal(() => make({ learningRate: -1, weightDecay: -2, groups: [{ weightDecay: -3 }] }));
    expect(error).toBeInstanceOf(OptionError);
    expect((error as OptionError).problems.map(({ path }) => path)).toEqual([
      'learningRate',
      'weightDecay',
      'groups.0.weightDecay',
      'groups.0.match',
    ]);
  });

  test('refuses options and groups that are none', () => {
    for (const wrong of [null, 7, 'fast', []]) expect(() => make(wrong as never)).toThrow(OptionError);
    for (const groups of [null, 7, {}, [null], [{ match: 'bias' }], [{}]])
      expect(() => make({ groups })).toThrow(`${name}: groups`);
  });
});

describe('rules between options', () => {
  const match = (): boolean => true;
  test.each([
    ['sgd', { dampening: 0.5 }, 'sgd: dampening needs a momentum > 0, received 0.5'],
    ['sgd', { nesterov: true }, 'sgd: nesterov needs a momentum > 0 and no dampening, received true'],
    [
      'sgd',
      { nesterov: true, momentum: 0.9, dampening: 0.1 },
      'sgd: nesterov needs a momentum > 0 and no dampening, received true',
    ],
    [
      'sgd',
      { nesterov: true, momentum: 0.9, dialect: 'lecture' },
      "sgd: nesterov is not part of the dialect 'lecture', received true",
    ],
    [
      'sgd',
      { momentum: 0.9, nesterov: true, groups: [{ match, momentum: 0 }] },
      'sgd: groups.0.nesterov needs a momentum > 0 and no dampening, received true',
    ],
    [
      'adagrad',
      { dialect: 'lecture', initialAccumulator: 0.1 },
      "adagrad: initialAccumulator must be 0 in the dialect 'lecture', whose mean has no start, received 0.1",
    ],
    [
      'rmsProp',
      { dialect: 'lecture', centered: true },
      "rmsProp: centered is not part of the dialect 'lecture', received true",
    ],
    [
      'rmsProp',
      { dialect: 'lecture', momentum: 0.5 },
      "rmsProp: momentum is not part of the dialect 'lecture', received 0.5",
    ],
    [
      'rmsProp',
      { dialect: 'tfjs', centered: true },
      "rmsProp: centered is not in the dialect 'tfjs', whose form has no value for small gradients, received true",
    ],
    [
      'adam',
      { groups: [{ match, amsgrad: true }] },
      'adam: groups.0 must keep the form that the other parameters have: a group changes numbers only',
    ],
    [
      'sgd',
      { momentum: 0.9, groups: [{ match, nesterov: true }] },
      'sgd: groups.0 must keep the form that the other parameters have: a group changes numbers only',
    ],
    [
      'adagrad',
      { groups: [{ match, dialect: 'tfjs' }] },
      'adagrad: groups.0 must keep the form that the other parameters have: a group changes numbers only',
    ],
  ] as const)('%s %j', (name, options, message) => {
    expect(refusal(() => OPTIMIZERS[name].make(options))).toMatchObject({ message });
  });

  test('composeOptimizer needs a magnitude and a direction, and not the one for the other', () => {
    const [magnitude, direction] = [noMagnitude(), gradientDirection()];
    expect(refusal(() => composeOptimizer({ magnitude, direction }))).toBe('accepted');
    for (const wrong of [
      {},
      { magnitude },
      { magnitude: direction, direction },
      { magnitude, direction: 'adam' },
    ])
      expect(() => composeOptimizer(wrong as never)).toThrow(
        /^composeOptimizer: (magnitude|direction) must be a/,
      );
  });
});
