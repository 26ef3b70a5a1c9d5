/** Errors as plain data and back, for another process: class, message, stack, cause and plain fields are kept. */
import * as errors from '../errors.ts';

/** An error, or whatever else was thrown as text. */
export type ErrorData =
  | { readonly thrown: string }
  | {
      /** The nearest class that both processes know. */
      readonly className: string;
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly cause: ErrorData | undefined;
    };

/** The classes that both processes know, by name. */
const PROTOTYPES: ReadonlyMap<string, unknown> = new Map(
  [...Object.values(errors), Error, RangeError, ReferenceError, SyntaxError, TypeError].map(
    ({ name, prototype }) => [name, prototype],
  ),
);

export function errorData(thrown: unknown): ErrorData {
  if (!(thrown instanceof Error)) return { thrown: String(thrown) };
  const { name, message, stack, cause } = thrown;
  return {
    className: knownClass(thrown),
    name,
    message,
    stack,
    fields: Object.fromEntries(Object.entries(thrown).filter(([, value]) => isPlain(value))),
    cause: cause === undefined ? undefined : errorData(cause),
  };
}

/** What {@link errorData} was given. */
export function errorFrom(data: ErrorData): unknown {
  if ('thrown' in data) return data.thrown;
  const { className, name, message, stack, fields, cause } = data;
  const error = new Error(message, cause && { cause: errorFrom(cause) });
  // Its own constructor would make another message.
  Object.setPrototypeOf(error, Object(PROTOTYPES.get(className) ?? Error.prototype));
  Object.assign(error, fields);
  for (const [field, value] of Object.entries({ name, stack }))
    Object.defineProperty(error, field, { value, configurable: true, writable: true });
  return error;
}

/** The nearest above an error, whose last is Error. */
const knownClass = (error: object): string => {
  const above: unknown = Object.getPrototypeOf(error);
  const known = [...PROTOTYPES].find(([, prototype]) => prototype === above);
  return known?.[0] ?? knownClass(Object(above));
};

function isPlain(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
