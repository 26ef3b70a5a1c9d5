/** `report`: one page from the results of one or more run folders. */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { FileError } from '../errors.ts';
import { writeReport } from '../report/report-file.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import { parseRecipeResult } from '../result/schema.ts';
import type { Language } from '../text.ts';
import type { CliIo } from './io.ts';
import { checkWritable } from './run-folder.ts';
import { isMissing } from './whole-file.ts';

export interface ReportFlags {
  readonly out?: string;
  readonly language: Language;
}

/** Without `out`, the page of one folder stands in it, that of several in the working directory. */
export async function reportCommand(
  folders: readonly string[],
  flags: ReportFlags,
  io: CliIo,
): Promise<void> {
  const results: RecipeResult[] = [];
  for (const folder of folders) {
    const file = join(folder, 'result.json');
    const text = await readFile(resolve(io.cwd, file), 'utf8').catch((error: unknown) => {
      if (isMissing(error))
        throw new FileError(folder, 'cannot report', 'this is not a run folder: it has no result.json');
      throw new FileError(file, 'cannot read', error);
    });
    results.push(parseRecipeResult(text, file));
  }
  const [only] = folders;
  const place = folders.length === 1 && only !== undefined ? only : '.';
  const path = resolve(io.cwd, flags.out ?? join(place, 'report.html'));
  await checkWritable(dirname(path));
  await writeReport(path, results, { language: flags.language });
  io.stdout.write(`Report: ${relative(io.cwd, path)}\n`);
}
