/** Text in a terminal as a table. */
import { displayWidth } from '../tracking/columns.ts';

/** Lines whose columns stand under each other, two spaces apart. The first row is the heading. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries())
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  const pad = (cell: string, index: number): string =>
    cell + ' '.repeat((widths[index] ?? 0) - displayWidth(cell));
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}
