/** Recipe options from outside: `--config file.json` and `--set name=value`, checked against the recipe's schema. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { FileError, OptionError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import type { AnyRecipe } from '../recipe/recipe.ts';
import { recipeOptions } from '../recipe/run-recipe.ts';

/** Options by name, as given. */
export type GivenOptions = Readonly<Record<string, unknown>>;

/** Where the options of one recipe come from. */
export interface OptionSources {
  /** The parsed `--config` file and its path. */
  readonly config?: { readonly path: string; readonly options: GivenOptions };
  /** The `--set` arguments, `name=value`. */
  readonly settings: readonly string[];
  readonly quick: boolean;
}

/** The options given, `--set` over `--config`. Each source is checked by itself first, so that an error names it. */
export function givenOptions(recipe: AnyRecipe, { config, settings, quick }: OptionSources): GivenOptions {
  const schema = recipe.options.strict();
  if (config !== undefined) parseOptions(config.path, schema, config.options);
  const set = parseSettings(settings, recipe.options);
  parseOptions('--set', schema, set);
  const given = { ...config?.options, ...set };
  recipeOptions(recipe, given, quick);
  return given;
}

/** The object in a `--config` file. */
export async function readConfig(path: string): Promise<GivenOptions> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new FileError(path, 'cannot read', error);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const hint = error instanceof Error ? error.message : String(error);
    throw new OptionError(path, [{ path: 'the file', rule: 'must be JSON', hint }]);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new OptionError(path, [
    { path: 'the file', rule: 'must hold a JSON object of options', received: value },
  ]);
}

function parseSettings(settings: readonly string[], schema: z.ZodObject): GivenOptions {
  const types = optionSchemas(schema);
  return Object.fromEntries(
    settings.map((setting) => {
      const at = setting.indexOf('=');
      if (at < 1)
        throw new OptionError('--set', [
          { path: 'the argument', rule: 'must be name=value', received: setting },
        ]);
      const name = setting.slice(0, at);
      return [name, valueOf(setting.slice(at + 1), types.get(name))];
    }),
  );
}

/** Text where the option is text; else what the text is in JSON, and the text itself where it is none. */
function valueOf(text: string, option: OptionSchema | undefined): unknown {
  if (option?.type === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A JSON schema of one option. */
export type OptionSchema = z.core.JSONSchema.BaseSchema;

/** The options of a recipe as JSON schemas, by name. */
export function optionSchemas(schema: z.ZodObject): ReadonlyMap<string, OptionSchema> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return new Map(
    Object.entries(properties).flatMap(([name, option]) =>
      typeof option === 'object' ? [[name, option]] : [],
    ),
  );
}
