/** Reading a stored result: text from anywhere becomes a {@link RecipeResult}, or one line says what is wrong with it. */
import { z } from 'zod';
import { DataError, quote } from '../errors.ts';
import { figure, number, range, text, texts, whole } from './figure-schema.ts';
import { parseJson, type Json } from './json.ts';
import { SCHEMA_VERSION, type RecipeResult } from './recipe-result.ts';

/** Whatever JSON text held: its parts need no second look. */
const json = z.custom<Json>((value) => value !== undefined, 'must be there');

const measurement = {
  arm: z.string(),
  status: z.enum(['held', 'not held', 'undecided']),
  measured: number,
  interval: range,
  values: z.array(number),
};

const verdict = z.strictObject({
  ...measurement,
  claim: z.string(),
  text,
  against: z.string().exactOptional(),
  statistic: z.enum(['mean', 'share']),
  scale: z.enum(['ln', 'log10']).exactOptional(),
  threshold: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('at least'), value: number }),
    z.strictObject({ kind: z.literal('at most'), value: number }),
    z.strictObject({ kind: z.literal('between'), low: number, high: number }),
  ]),
  control: z.strictObject(measurement),
  figure: z
    .strictObject({
      id: z.string(),
      at: z.strictObject({ x: number, y: number, panel: whole.min(0).exactOptional() }).exactOptional(),
    })
    .exactOptional(),
  reason: z.literal('the control shows the effect too').exactOptional(),
});

const environment = z.strictObject({
  package: z.strictObject({ name: z.string(), version: z.string() }),
  backend: z.strictObject({
    name: z.string(),
    device: z.string(),
    isGpu: z.boolean(),
    threads: number.nullable(),
    others: z.array(z.strictObject({ name: z.string(), reason: z.string(), cure: z.string() })),
  }),
  versions: z.record(z.string(), z.string()),
  platform: z.string(),
});

const recipeResult = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  recipe: z.strictObject({
    id: z.string(),
    lecture: z.string(),
    title: text,
    summary: text,
    arms: texts,
    options: z.record(z.string(), z.string()),
    measures: texts,
  }),
  mode: z.enum(['full', 'quick']),
  options: z.record(z.string(), json),
  seeds: z.array(whole),
  environment,
  runs: z.array(
    z.strictObject({ arm: z.string(), seed: whole, data: z.record(z.string(), json.optional()) }),
  ),
  verdicts: z.array(verdict),
  figures: z.array(figure),
  timings: z.strictObject({
    startedAt: z.string(),
    totalSeconds: number,
    runs: z.array(number),
    data: z.array(json).exactOptional(),
    verdicts: z.array(verdict).exactOptional(),
    figures: z.array(figure).exactOptional(),
  }),
});

type Stored = z.infer<typeof recipeResult>;
type ReadonlyDeep<T> = Json extends T
  ? T
  : T extends object
    ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> }
    : T;
type RequiredDeep<T> = Json extends T
  ? T
  : T extends object
    ? { readonly [K in keyof T]-?: RequiredDeep<T[K]> }
    : T;
type Within<Narrow extends Wide, Wide> = Narrow;
/** The interface, twice: a field of it or of the schema that the other lacks or has otherwise does not compile. */
type Checked = [
  Within<RecipeResult, ReadonlyDeep<Stored>>,
  Within<RequiredDeep<Stored>, RequiredDeep<RecipeResult>>,
];
const schema: z.ZodType<Checked[0]> = recipeResult;

/**
 * A stored result. Throws a one-line {@link DataError} that names `where` and the first problems: broken JSON, another
 * schema version, a field that is missing, unknown or of another type.
 */
export function parseRecipeResult(source: string, where: string): RecipeResult {
  const value = parse(source, where);
  const version =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : undefined;
  if (version !== undefined && version !== SCHEMA_VERSION)
    throw new DataError(
      `${where}: written with schema version ${quote(version)}, this package reads version ${SCHEMA_VERSION}; run the recipe again or read it with the version that wrote it`,
    );
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DataError(`${where} is not a recipe result: ${problemsOf(parsed.error)}`);
}

/** How many problems a message lists. */
const PROBLEMS = 3;

function parse(source: string, where: string): Json {
  try {
    return parseJson(source);
  } catch (error) {
    throw new DataError(
      `${where} is not JSON: ${oneLine(error instanceof Error ? error.message : String(error))}`,
    );
  }
}

function problemsOf(error: z.ZodError): string {
  const listed = error.issues
    .slice(0, PROBLEMS)
    .map(({ path, message }) => `${pathText(path)}: ${oneLine(message)}`);
  const more = error.issues.length - listed.length;
  return `${listed.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** A path as one would write it in TypeScript: `figures[0].rows[12].x`. */
function pathText(path: readonly PropertyKey[]): string {
  const joined = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return oneLine(joined.replace(/^\./, '')) || 'the whole';
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ');
}
