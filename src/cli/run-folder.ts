/** The folder of a run: config.json, result.json, report.html and figures/, never half of them. */
import { constants } from 'node:fs';
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataError, FileError } from '../errors.ts';
import { writeFigures, writeReport } from '../report/report-file.ts';
import { stringifyJson, type Json } from '../result/json.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import type { Language } from '../text.ts';

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
      const isMissing =
        error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));
      if (!isMissing || path === dirname(path)) throw new FileError(folder, 'cannot write to', error);
    }
  }
}

/** Results go to a new or empty folder, or replace those of an earlier run: nobody's other files are overwritten. */
async function refuseForeignFolder(folder: string): Promise<void> {
  const files = await readdir(folder).catch((): string[] => []);
  if (files.length === 0 || files.includes('result.json')) return;
  const cause = `it holds other files (${files.slice(0, 3).join(', ')}); choose a new folder with --out`;
  throw new FileError(folder, 'cannot write to', cause);
}

/** A new folder appears whole, by one rename; in one that exists, each file is replaced by a rename, the result last. */
export async function writeRunFolder(folder: string, files: RunFiles): Promise<void> {
  try {
    const exists = await stat(folder).then(
      () => true,
      () => false,
    );
    const aside = exists ? join(folder, `.partial-${process.pid}`) : `${folder}.partial-${process.pid}`;
    try {
      await mkdir(aside, { recursive: true });
      await writeFiles(aside, files);
      if (exists) await replaceFiles(aside, folder);
      else await rename(aside, folder);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new FileError(folder, 'cannot write', error instanceof FileError ? error.cause : error);
  }
}

async function writeFiles(folder: string, { result, config, language }: RunFiles): Promise<void> {
  await mkdir(join(folder, 'figures'));
  await writeFigures(folder, result, { language });
  await writeReport(join(folder, 'report.html'), [result], { language });
  await writeFile(join(folder, 'config.json'), `${stringifyJson(config, 2)}\n`);
  await writeFile(join(folder, 'result.json'), `${stringifyJson(result)}\n`);
}

async function replaceFiles(from: string, to: string): Promise<void> {
  await mkdir(join(to, 'figures'), { recursive: true });
  for (const name of await readdir(join(to, 'figures')))
    if (name.endsWith('.svg')) await rm(join(to, 'figures', name));
  for (const name of await readdir(join(from, 'figures')))
    await rename(join(from, 'figures', name), join(to, 'figures', name));
  for (const name of ['report.html', 'config.json', 'result.json'])
    await rename(join(from, name), join(to, name));
}
