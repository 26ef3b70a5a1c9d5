/** The data behind a figure as tables: what is drawn, to read and to copy. */
import type { Figure, Row } from '../result/figure.ts';
import type { Language } from '../text.ts';
import { canShow } from './axes.ts';
import type { Part } from './markup.ts';
import type { Column } from './table.ts';
import { WORDS } from './words.ts';

/** A table before it is cut to a length that a page can hold. */
export interface DataTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Part[])[];
}

/** The rows of a figure: of a surface those of its paths. */
export function rowsOfFigure(figure: Figure): readonly Row[] {
  return figure.kind === 'surface' ? figure.paths : figure.rows;
}

/** How many rows the figure cannot show, and why. */
export function countNotDrawn(figure: Figure): { readonly notFinite: number; readonly notPositive: number } {
  let notFinite = 0;
  let notPositive = 0;
  for (const row of rowsOfFigure(figure)) {
    if (!Number.isFinite(row.x) || !Number.isFinite(row.y)) notFinite += 1;
    else if (!canShow(figure.x, row.x) || !canShow(figure.y, row.y)) notPositive += 1;
  }
  return { notFinite, notPositive };
}

/** The rows, then the intervals of a scatter or the marked points of a surface. */
export function dataTables(figure: Figure, language: Language): DataTable[] {
  const tables = [rowTable(figure, language)];
  if (figure.kind === 'scatter' && figure.intervals !== undefined)
    tables.push({
      columns: [
        { heading: WORDS.series[language] },
        xColumn(figure, language),
        { heading: WORDS.low[language], numeric: true },
        { heading: WORDS.high[language], numeric: true },
      ],
      rows: figure.intervals.map(({ series, x, low, high }) => [
        seriesName(figure, series, language),
        xCell(figure, x, language),
        low,
        high,
      ]),
    });
  if (figure.kind === 'surface' && figure.points !== undefined)
    tables.push({
      columns: [
        { heading: WORDS.point[language] },
        xColumn(figure, language),
        { heading: figure.y.label[language], numeric: true },
      ],
      rows: figure.points.map(({ label, x, y }) => [label[language], x, y]),
    });
  return tables;
}

/** One line a row; the column of groups only where there are any. */
function rowTable(figure: Figure, language: Language): DataTable {
  const rows = rowsOfFigure(figure);
  const grouped = rows.some((row) => row.group !== undefined);
  return {
    columns: [
      { heading: WORDS.series[language] },
      ...(grouped ? [{ heading: WORDS.line[language], numeric: true }] : []),
      xColumn(figure, language),
      { heading: figure.y.label[language], numeric: true },
    ],
    rows: rows.map((row) => {
      const cells = [seriesName(figure, row.series, language), xCell(figure, row.x, language), row.y];
      return grouped ? cells.toSpliced(1, 0, String(row.group ?? '')) : cells;
    }),
  };
}

function seriesName(figure: Figure, series: string, language: Language): string {
  return figure.names[series]?.[language] ?? series;
}

function xColumn(figure: Figure, language: Language): Column {
  return { heading: figure.x.label[language], numeric: categoriesOf(figure) === undefined };
}

function xCell(figure: Figure, x: number, language: Language): string | number {
  return categoriesOf(figure)?.[x]?.[language] ?? x;
}

function categoriesOf(figure: Figure) {
  return figure.kind === 'scatter' ? figure.x.categories : undefined;
}
