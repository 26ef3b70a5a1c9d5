/** The files of a run that is not finished: its settings, and one line for each run that is done. */
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DataError } from '../errors.ts';
import type { FinishedRun } from '../recipe/run-store.ts';
import { type Json, parseJson, stringifyJson } from '../result/json.ts';
import type { RunData } from '../result/recipe-result.ts';
import { appendLine, readIfThere, wholeLines } from './whole-file.ts';

/** What is not finished in a run folder. */
export interface Unfinished {
  readonly settings: Json;
  /** How many runs are done. */
  readonly count: number;
}

/** Its folder, in the run folder. */
export const UNFINISHED = 'unfinished';

/** `3 runs done`. */
export const doneText = (count: number): string => `${count} ${count === 1 ? 'run' : 'runs'} done`;

export const unfinishedFolder = (runFolder: string): string => join(runFolder, UNFINISHED);

/** Where it is missing there is nothing to go on with. */
export const settingsFile = (folder: string): string => join(folder, 'config.json');

const runsFile = (folder: string): string => join(folder, 'runs.jsonl');

/** Null where nothing is unfinished. Throws a DataError where nobody can tell. */
export async function readUnfinished(runFolder: string): Promise<Unfinished | null> {
  const folder = unfinishedFolder(runFolder);
  const settings = await readIfThere(settingsFile(folder));
  if (settings === null) return null;
  try {
    const lines = wholeLines((await readIfThere(runsFile(folder))) ?? '');
    return { settings: parseJson(settings), count: lines.map(parseRun).length };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`the unfinished run is damaged: ${reason}; delete ${folder} to begin anew`);
  }
}

/** The runs that are done; half a line is cut off, for the next one to stand by itself. */
export async function takeUpRuns(folder: string): Promise<FinishedRun[]> {
  const path = runsFile(folder);
  const text = (await readIfThere(path)) ?? '';
  const lines = wholeLines(text);
  const whole = lines.map((line) => `${line}\n`).join('');
  if (whole !== text) await truncate(path, Buffer.byteLength(whole));
  return lines.map(parseRun);
}

/** Adds a run that is done. Returns it as it will be read. */
export async function appendRun(folder: string, run: FinishedRun): Promise<FinishedRun> {
  const line = stringifyJson(run);
  await appendLine(runsFile(folder), line);
  return parseRun(line);
}

const runSchema = z.strictObject({
  arm: z.string(),
  seed: z.int(),
  data: z.custom<RunData>((value) => typeof value === 'object' && value !== null),
  seconds: z.number(),
});

function parseRun(line: string, index = 0): FinishedRun {
  const parsed = runSchema.safeParse(parseJson(line));
  if (parsed.success) return parsed.data;
  throw new DataError(`line ${index + 1} of runs.jsonl is not a run`);
}
