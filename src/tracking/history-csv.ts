/** A history as a CSV file. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileError } from '../errors.ts';
import { encodeCsv } from '../formats/csv.ts';
import type { History } from '../result/history.ts';

/**
 * Writes a history as a table `series,step,value` with one row for each point, series after series: long, because not
 * every series has a value at every step. `frame.pivot(index="step", columns="series", values="value")` of pandas and
 * `pivot_wider(names_from = series)` of R make it wide. Numbers have all their digits; those that are not finite are NaN,
 * Infinity and -Infinity, which both read as numbers. Throws a FileError where the file cannot be written.
 */
export async function writeHistoryCsv(file: string, history: History): Promise<void> {
  const points = history.names.flatMap((name) => {
    const { steps, values } = history.series(name);
    return steps.map((step, index) => [name, step, values[index] ?? Number.NaN]);
  });
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, encodeCsv([['series', 'step', 'value'], ...points]));
  } catch (error) {
    throw new FileError(file, 'cannot write', error);
  }
}
