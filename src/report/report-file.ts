/** Reports and figures as files: written aside and renamed, so that a reader never meets half of one. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataError, FileError, quote } from '../errors.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import { figuresOf } from './claims.ts';
import { drawFigure } from './figure.ts';
import { renderReport, type ReportOptions } from './page.ts';

/** Writes the page of the results; the folder is made where it is missing. */
export async function writeReport(
  path: string,
  results: readonly RecipeResult[],
  options: ReportOptions = {},
): Promise<void> {
  await writePage(path, renderReport(results, options));
}

/** Writes `figures/<id>.svg` for every figure of a result into the folder. Returns the paths, in the order of the figures. */
export async function writeFigures(
  folder: string,
  result: RecipeResult,
  { language = 'en' }: ReportOptions = {},
): Promise<string[]> {
  const figures = figuresOf(result);
  const names = figures.map(({ id }) => id);
  for (const [index, id] of names.entries()) {
    if (!/^[a-z0-9-]+$/.test(id))
      throw new DataError(
        `figure id ${quote(id)}: it becomes a file name, so it must consist of a-z, 0-9 and -; rename the figure`,
      );
    if (names.indexOf(id) !== index)
      throw new DataError(`figure id ${quote(id)}: two figures of one recipe have it; rename one`);
  }
  const paths: string[] = [];
  for (const figure of figures) {
    const path = join(folder, 'figures', `${figure.id}.svg`);
    await writePage(path, `${drawFigure(figure, language)}\n`);
    paths.push(path);
  }
  return paths;
}

/** Writes a neighbour of the file, then gives it the file's name; the folder is made where it is missing. */
export async function writePage(path: string, content: string): Promise<void> {
  const aside = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(aside, content);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw new FileError(path, 'cannot write', error);
  }
}
