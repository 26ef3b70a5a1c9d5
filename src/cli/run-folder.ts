/** The folder of a run: config.json, result.json, report.html, figures/ and what the trainings left, never half of them. */
import { constants } from 'node:fs';
import { access, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataError, FileError } from '../errors.ts';
import { writeFigures, writeReport } from '../report/report-file.ts';
import { stringifyJson, type Json } from '../result/json.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import type { Language } from '../text.ts';
import { readUnfinished, UNFINISHED, unfinishedFolder } from './unfinished-files.ts';
import { isMissing, writeWhole } from './whole-file.ts';

/** What trainings leave, in folders of their own; those of an earlier run go with its result. */
const KEPT = ['model', 'history', 'events'];

/** What a finished run leaves. */
export interface RunFiles {
  readonly result: RecipeResult;
  /** How it was started. */
  readonly config: Json;
  readonly language: Language;
}

/** Throws a FileError where no run folder could be written, or other files stand; makes nothing. */
export async function checkRunFolder(folder: string): Promise<void> {
  await checkWritable(folder);
  await refuseForeignFolder(folder);
}

/** Throws a FileError where nothing could be written to a folder, there or not yet; makes nothing. */
export async function checkWritable(folder: string): Promise<void> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const found = await stat(path);
      if (!found.isDirectory()) throw new Error(path === folder ? 'it is a file' : `${path} is a file`);
      return await access(path, constants.W_OK | constants.X_OK);
    } catch (error) {
      if (!isMissing(error) || path === dirname(path)) throw new FileError(folder, 'cannot write to', error);
    }
  }
}

/** Results go to a new or empty folder, or replace those of an earlier run: nobody's other files are overwritten. */
async function refuseForeignFolder(folder: string): Promise<void> {
  const files = await readdir(folder).catch((): string[] => []);
  const others = files.filter((name) => name !== UNFINISHED);
  if (others.length === 0 || files.includes('result.json')) return;
  // An interruption may have come between the files of a result.
  if ((await readUnfinished(folder)) !== null) return;
  const cause = `it holds other files (${others.slice(0, 3).join(', ')}); choose a new folder with --out`;
  throw new FileError(folder, 'cannot write to', cause);
}

/** Each file is replaced by a rename, the result last. What is unfinished there stays, for an interruption to lose nothing. */
export async function writeRunFolder(folder: string, files: RunFiles): Promise<void> {
  const aside = join(unfinishedFolder(folder), 'result');
  try {
    await rm(aside, { recursive: true, force: true });
    await writeFiles(aside, files);
    for (const name of KEPT)
      await cp(join(unfinishedFolder(folder), name), join(aside, name), { recursive: true }).catch(
        unlessMissing,
      );
    await replaceFiles(aside, folder);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new FileError(folder, 'cannot write', error instanceof FileError ? error.cause : error);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function writeFiles(folder: string, { result, config, language }: RunFiles): Promise<void> {
  await mkdir(join(folder, 'figures'), { recursive: true });
  await writeFigures(folder, result, { language });
  await writeReport(join(folder, 'report.html'), [result], { language });
  await writeWhole(join(folder, 'config.json'), `${stringifyJson(config, 2)}\n`);
  await writeWhole(join(folder, 'result.json'), `${stringifyJson(result)}\n`);
}

async function replaceFiles(from: string, to: string): Promise<void> {
  await mkdir(join(to, 'figures'), { recursive: true });
  for (const name of await readdir(join(to, 'figures')))
    if (name.endsWith('.svg')) await rm(join(to, 'figures', name));
  for (const name of await readdir(join(from, 'figures')))
    await rename(join(from, 'figures', name), join(to, 'figures', name));
  for (const name of KEPT) {
    await rm(join(to, name), { recursive: true, force: true });
    await rename(join(from, name), join(to, name)).catch(unlessMissing);
  }
  for (const name of ['report.html', 'config.json', 'result.json'])
    await rename(join(from, name), join(to, name));
}

function unlessMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
