/** JSON that keeps non-finite numbers, as the strings "NaN", "Infinity" and "-Infinity" (JSON itself has none). */

/** Anything that JSON can hold, non-finite numbers included. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** `JSON.stringify` with non-finite numbers as strings. */
export function stringifyJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, encode, indent);
}

/** The inverse of {@link stringifyJson}: the three strings become numbers again, wherever they stand. Throws SyntaxError. */
export function parseJson(text: string): Json {
  return JSON.parse(text, decode) as Json;
}

const encode = (_key: string, item: unknown): unknown =>
  typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;

const decode = (_key: string, item: unknown): unknown =>
  typeof item === 'string' ? (NON_FINITE.get(item) ?? item) : item;
