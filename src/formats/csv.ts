/** CSV as RFC 4180 has it, except that lines end with a line feed alone, as pandas and R write them. */
import { DataError } from '../errors.ts';

/** The text of a table; the first row is the heading. Numbers have all their digits. */
export function encodeCsv(rows: Iterable<readonly (string | number)[]>): string {
  const lines: string[] = [];
  let columns: number | undefined;
  for (const row of rows) {
    columns ??= row.length;
    if (row.length !== columns)
      throw new DataError(`CSV: row ${lines.length + 1} has ${row.length} cells, the first one ${columns}`);
    // A row that is one empty cell would be a blank line, which readers skip.
    lines.push(row.length === 1 && row[0] === '' ? '""' : row.map(encodeCell).join(','));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function encodeCell(cell: string | number): string {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
