/** Where a run begins: anew, where an earlier one stopped, or not at all, since it is finished. */
import { join, relative } from 'node:path';
import { DataError, OptionError } from '../errors.ts';
import { type Json, parseJson } from '../result/json.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import { parseRecipeResult } from '../result/schema.ts';
import { refuseLocked } from './folder-lock.ts';
import { type RunSettings, settingsDifferences } from './run-settings.ts';
import {
  doneText,
  readUnfinished,
  type Unfinished,
  UNFINISHED,
  unfinishedFolder,
} from './unfinished-files.ts';
import { readIfThere } from './whole-file.ts';

export type Start =
  /** The note says what is lost by it. */
  | { readonly kind: 'anew'; readonly note?: string }
  | { readonly kind: 'unfinished'; readonly note: string }
  | { readonly kind: 'finished'; readonly note: string; readonly result: RecipeResult };

export interface Place {
  readonly folder: string;
  readonly cwd: string;
}

/**
 * Looks at what earlier commands left in the folder. With `resume` that must be of the same settings. Without, an
 * unfinished run that could go on is not given up by mistake: it is refused. One of other settings is replaced, and so
 * is what is finished. Throws an OptionError, or a FileError where another process runs there.
 */
export async function findStart(place: Place, settings: RunSettings, resume: boolean): Promise<Start> {
  await refuseLocked(unfinishedFolder(place.folder));
  const unfinished = await readUnfinished(place.folder);
  if (unfinished !== null) return startFrom(unfinished, place, settings, resume);
  const finished = resume ? await readFinished(place.folder) : null;
  if (finished === null) return { kind: 'anew' };
  const differences = settingsDifferences(finished.settings, settings);
  if (differences.length > 0) throw otherSettings(place, 'result', differences);
  return { kind: 'finished', result: finished.result, note: `${nameOf(place)}: is finished` };
}

function startFrom(
  { settings: there, count }: Unfinished,
  place: Place,
  settings: RunSettings,
  resume: boolean,
): Start {
  const differences = settingsDifferences(there, settings);
  const name = nameOf(place);
  const done = doneText(count);
  if (differences.length === 0) {
    if (resume) return { kind: 'unfinished', note: `${name}: goes on, ${done}` };
    const hint = `--resume goes on with it; delete ${join(name, UNFINISHED)} to begin anew`;
    throw new OptionError('run', [
      { path: name, rule: `holds an unfinished run of these settings, ${done}`, hint },
    ]);
  }
  if (resume) throw otherSettings(place, 'unfinished run', differences);
  const note = `${name}: replaces an unfinished run, ${done}, of other settings: ${differences.join('; ')}`;
  return { kind: 'anew', note };
}

/** The result of a folder and the settings that it was made with; null where none is. */
async function readFinished(folder: string): Promise<{ result: RecipeResult; settings: Json } | null> {
  const path = join(folder, 'result.json');
  const result = await readIfThere(path);
  if (result === null) return null;
  const config = join(folder, 'config.json');
  return {
    result: parseRecipeResult(result, path),
    settings: parseSettings(config, await readIfThere(config)),
  };
}

function parseSettings(path: string, text: string | null): Json {
  try {
    return parseJson(text ?? '');
  } catch (error) {
    const reason =
      text === null
        ? 'is missing'
        : `is not JSON (${error instanceof Error ? error.message : String(error)})`;
    throw new DataError(`${path} ${reason}: leave out --resume to replace the result beside it`);
  }
}

function otherSettings(place: Place, what: string, differences: readonly string[]): OptionError {
  const hint = 'give those settings, choose another folder with --out, or leave out --resume to replace it';
  const rule = `holds the ${what} of other settings: ${differences.join('; ')}`;
  return new OptionError('run --resume', [{ path: nameOf(place), rule, hint }]);
}

/** The folder as the user would write it. */
const nameOf = ({ folder, cwd }: Place): string => relative(cwd, folder) || '.';
