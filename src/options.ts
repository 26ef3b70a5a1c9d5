/** Options are validated once, at construction, by a zod schema: all problems in one message, with what was received. */
import { z } from 'zod';
import { didYouMean, OptionError, type OptionProblem } from './errors.ts';

/**
 * The options with defaults filled in, or an {@link OptionError} that lists every problem.
 *
 * @param where - Whose options they are, e.g. `adam`; the message starts with it.
 */
export function parseOptions<Schema extends z.ZodType>(
  where: string,
  schema: Schema,
  options: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new OptionError(
    where,
    parsed.error.issues.flatMap((issue) => problemsOf(issue, options, keysOf(schema))),
  );
}

/** Options without the entries that are undefined: they stand for what is left out. */
export function withoutUndefined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}

/** A rate: a positive number, or a schedule from step to rate. */
export const learningRateSchema = z.custom<number | ((step: number) => number)>(
  (value) =>
    typeof value === 'function' || (typeof value === 'number' && Number.isFinite(value) && value > 0),
  'must be a number > 0 or a schedule (step => rate)',
);

/** An instance of a class, also of one whose constructor is private. */
export function instanceOf<Instance>(
  type: Function & { readonly prototype: Instance },
  rule: string,
): z.ZodType<Instance> {
  return z.custom<Instance>((value) => value instanceof type, rule);
}

function problemsOf(issue: z.core.$ZodIssue, options: unknown, keys: readonly string[]): OptionProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key].join('.');
      const hint = didYouMean(key, keys) ?? (keys.length > 0 ? `there are: ${keys.join(', ')}` : undefined);
      return {
        path,
        rule: 'is not an option',
        received: valueAt(options, [...issue.path, key]),
        ...(hint && { hint }),
      };
    });
  }
  const path = issue.path.length > 0 ? issue.path.join('.') : 'options';
  const received = valueAt(options, issue.path);
  return [{ path, rule: ruleOf(issue), ...(received === undefined ? {} : { received }) }];
}

function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${issue.expected === 'int' ? 'a whole number' : article(issue.expected)}`;
    case 'too_small':
      return `must be ${bound(issue.origin, '>', issue.inclusive)}${String(issue.minimum)}`;
    case 'too_big':
      return `must be ${bound(issue.origin, '<', issue.inclusive)}${String(issue.maximum)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    default:
      return issue.message;
  }
}

const bound = (origin: string, sign: string, inclusive: boolean | undefined): string =>
  `${origin === 'array' || origin === 'string' ? 'of a length ' : ''}${sign}${inclusive === true ? '=' : ''} `;

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function valueAt(options: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    options,
  );
}

function keysOf(schema: z.ZodType): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}
