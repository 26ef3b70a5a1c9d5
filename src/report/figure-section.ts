/** A figure on the page: its title, the drawing, the caption and the data behind it. */
import type { Figure } from '../result/figure.ts';
import type { Language } from '../text.ts';
import { countNotDrawn, dataTables, type DataTable } from './figure-data.ts';
import { drawFigure } from './figure.ts';
import { Markup, markup } from './markup.ts';
import { table } from './table.ts';
import { WORDS, fill } from './words.ts';

/** A data table shows at most this many rows. */
export const TABLE_ROWS = 500;

/** The section of one figure. */
export function figureSection(figure: Figure, language: Language): Markup {
  return markup`<section class="figure">
<h3>${figure.title[language]}</h3>
<figure>
<div class="scroll" tabindex="0">${new Markup(drawFigure(figure, language, { heading: false }))}</div>
${figure.caption && markup`<figcaption>${figure.caption[language]}</figcaption>`}
</figure>
${notDrawn(figure, language)}${dataDetails(figure, language)}
</section>
`;
}

/** What the drawing leaves out; nothing when it shows all rows. */
function notDrawn(figure: Figure, language: Language): Markup | undefined {
  const counts = countNotDrawn(figure);
  const reasons = (['notFinite', 'notPositive'] as const)
    .filter((reason) => counts[reason] > 0)
    .map((reason) => fill(WORDS[reason], language, { count: counts[reason] }));
  if (reasons.length === 0) return undefined;
  return markup`<p class="note">${WORDS.notDrawn[language]}: ${reasons.join('; ')}.</p>\n`;
}

/** The tables behind a summary that opens them. */
function dataDetails(figure: Figure, language: Language): Markup {
  const tables = dataTables(figure, language);
  const count = tables.reduce((sum, { rows }) => sum + rows.length, 0);
  const { columns, rows } = figure.kind === 'surface' ? figure.grid : { columns: 0, rows: 0 };
  const aboutGrid = fill(WORDS.gridLeftOut, language, { columns, rows });
  return markup`<details><summary>${fill(WORDS.dataTable, language, { count })}</summary>
${tables.map((data) => cutTable(data, language))}
${figure.kind === 'surface' ? markup`<p class="note">${aboutGrid}</p>` : undefined}</details>`;
}

function cutTable({ columns, rows }: DataTable, language: Language): Markup {
  const hidden = rows.length - TABLE_ROWS;
  const note = fill(WORDS.rowsLeftOut, language, { shown: TABLE_ROWS, hidden });
  return markup`${table(columns, rows.slice(0, TABLE_ROWS))}
${hidden > 0 ? markup`<p class="note">${note}</p>` : undefined}`;
}
