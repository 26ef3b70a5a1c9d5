/** What decides the numbers of a run: two runs with the same settings give the same result but for the clock. */
import { readFile } from 'node:fs/promises';
import type { BackendInfo } from '../backend/backend-info.ts';
import { sha256 } from '../formats/sha256.ts';
import type { AnyRecipe } from '../recipe/recipe.ts';
import { recipeOptions } from '../recipe/run-recipe.ts';
import { type Json, parseJson, stringifyJson } from '../result/json.ts';
import { PACKAGE } from '../version.ts';

/** Plain data, as `config.json` holds it. */
export type RunSettings = { readonly [name: string]: Json | undefined };

export interface SettingsSources {
  readonly recipe: AnyRecipe;
  /** The user's own recipe file; null for a recipe of the course, which belongs to the package. */
  readonly file: string | null;
  /** The options given. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The first seed. */
  readonly seed: number;
  /** How many; undefined: as many as the recipe says. */
  readonly seeds: number | undefined;
  readonly quick: boolean;
  readonly track: boolean;
  readonly backend: BackendInfo;
}

/** A change in the recipe's file is seen; one in a file that it imports is not. */
export async function settingsOf(sources: SettingsSources): Promise<RunSettings> {
  const { recipe, file, options, seed, seeds, quick, track, backend } = sources;
  const settings = {
    recipe: recipe.id,
    ...(file === null ? {} : { recipeFile: `sha256 ${(await sha256(await readFile(file))).slice(0, 16)}` }),
    options: recipeOptions(recipe, options, quick),
    seed,
    seeds: seeds ?? recipe.seeds[quick ? 'quick' : 'full'],
    quick,
    track,
    backend: backend.name,
    device: backend.device,
    threads: backend.threads,
    versions: { ...backend.versions, [PACKAGE.name]: PACKAGE.version },
    platform: `${process.platform} ${process.arch}`,
  };
  return parseJson(stringifyJson(settings)) as RunSettings;
}

/** `options.rate is 0.5 there and 2 here`, for each that is not the same. */
export function settingsDifferences(
  there: Json | undefined,
  here: Json | undefined,
  name = 'the whole',
): string[] {
  if (isRecord(there) && isRecord(here)) {
    const prefix = name === 'the whole' ? '' : `${name}.`;
    return [...new Set([...Object.keys(there), ...Object.keys(here)])].flatMap((key) =>
      settingsDifferences(there[key], here[key], `${prefix}${key}`),
    );
  }
  const [old, own] = [valueText(there), valueText(here)];
  return old === own ? [] : [`${name} is ${old} there and ${own} here`];
}

const valueText = (value: Json | undefined): string =>
  value === undefined ? 'not given' : stringifyJson(value);

const isRecord = (value: Json | undefined): value is { readonly [name: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
