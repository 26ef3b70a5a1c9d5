/** The data behind a figure as tables: what is drawn, to read and to copy. */
import type { Figure } from '../result/figure.ts';
import type { Language, Text } from '../text.ts';
import { canShow } from './axes.ts';
import type { Part as Cell } from './markup.ts';
import { partsOf, rangesOfPart, rowsOfPart, type Part } from './parts.ts';
import type { Column } from './table.ts';
import { WORDS } from './words.ts';

/** A table before it is cut to a length that a page can hold. */
export interface DataTable {
  /** The panel whose data begin here. */
  readonly title?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** How many rows the figure cannot show, and why. */
export function countNotDrawn(figure: Figure): { readonly notFinite: number; readonly notPositive: number } {
  let notFinite = 0;
  let notPositive = 0;
  for (const part of partsOf(figure))
    for (const row of rowsOfPart(part)) {
      if (!Number.isFinite(row.x) || !Number.isFinite(row.y)) notFinite += 1;
      else if (!canShow(part.x, row.x) || !canShow(part.y, row.y)) notPositive += 1;
    }
  return { notFinite, notPositive };
}

/** Of every plot the rows, then its ranges or the marked points of a surface. */
export function dataTables(figure: Figure, language: Language): DataTable[] {
  return partsOf(figure).flatMap((part, index) => {
    const words = { part, names: figure.names, language };
    const [first, ...others] = [rowTable(words), ...rangeTable(words), ...pointTable(words)];
    if (first === undefined || figure.kind !== 'multiples') return first ? [first, ...others] : [];
    return [{ ...first, title: `${index + 1}. ${part.title[language]}` }, ...others];
  });
}

/** A plot and what its series are called. */
interface Named {
  readonly part: Part;
  readonly names: Figure['names'];
  readonly language: Language;
}

/** One line a row; the column of groups only where there are any. */
function rowTable(named: Named): DataTable {
  const { part, language } = named;
  const rows = rowsOfPart(part);
  const grouped = rows.some((row) => row.group !== undefined);
  return {
    columns: [
      { heading: WORDS.series[language] },
      ...(grouped ? [{ heading: WORDS.line[language], numeric: true }] : []),
      xColumn(named),
      { heading: part.y.label[language], numeric: true },
    ],
    rows: rows.map((row) => {
      const cells = [seriesName(named, row.series), xCell(named, row.x), row.y];
      return grouped ? cells.toSpliced(1, 0, String(row.group ?? '')) : cells;
    }),
  };
}

function rangeTable(named: Named): DataTable[] {
  const { part, language } = named;
  const ranges = rangesOfPart(part);
  if (ranges.length === 0) return [];
  return [
    {
      columns: [
        { heading: WORDS.series[language] },
        xColumn(named),
        { heading: WORDS.low[language], numeric: true },
        { heading: WORDS.high[language], numeric: true },
      ],
      rows: ranges.map(({ series, x, low, high }) => [seriesName(named, series), xCell(named, x), low, high]),
    },
  ];
}

function pointTable(named: Named): DataTable[] {
  const { part, language } = named;
  if (part.kind !== 'surface' || part.points === undefined) return [];
  return [
    {
      columns: [
        { heading: WORDS.point[language] },
        xColumn(named),
        { heading: part.y.label[language], numeric: true },
      ],
      rows: part.points.map(({ label, x, y }) => [label[language], x, y]),
    },
  ];
}

function seriesName({ names, language }: Named, series: string): string {
  return names[series]?.[language] ?? series;
}

function xColumn({ part, language }: Named): Column {
  return { heading: part.x.label[language], numeric: categoriesOf(part) === undefined };
}

function xCell({ part, language }: Named, x: number): string | number {
  return categoriesOf(part)?.[x]?.[language] ?? x;
}

function categoriesOf(part: Part): readonly Text[] | undefined {
  return part.kind === 'scatter' ? part.x.categories : undefined;
}
