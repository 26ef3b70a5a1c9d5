/** A figure on the page: its title, the drawing, the caption, the claims that it shows and the data behind it. */
import type { Figure } from '../result/figure.ts';
import type { Language } from '../text.ts';
import type { PlacedClaim } from './claims.ts';
import { multiplesMarkup } from './draw-multiples.ts';
import { countNotDrawn, dataTables, type DataTable } from './figure-data.ts';
import { drawFigure } from './figure.ts';
import { legendList, legendOf } from './legend.ts';
import { Markup, markup } from './markup.ts';
import { partsOf } from './parts.ts';
import { table } from './table.ts';
import { numberDisc, statusChip } from './verdict-table.ts';
import { WORDS, fill } from './words.ts';

/** A data table shows at most this many rows; those of panels share them. */
export const TABLE_ROWS = 500;

/** Where a figure stands on a page. */
export interface FigurePlace {
  /** The identifier of its section. */
  readonly id: string;
  /** The claims that it shows. */
  readonly claims: readonly PlacedClaim[];
}

/** The section of one figure. */
export function figureSection(figure: Figure, language: Language, place?: FigurePlace): Markup {
  const claims = place?.claims ?? [];
  return markup`<section class="figure"${place && markup` id="${place.id}"`}>
<h3>${figure.title[language]}</h3>
<figure>
${picture(figure, language, claims)}
${figure.caption && markup`<figcaption>${figure.caption[language]}</figcaption>`}
</figure>
${figure.clock ? markup`<p class="note">${WORDS.byClock[language]}</p>\n` : undefined}${claimsShown(claims, language)}${notDrawn(figure, language)}${dataDetails(figure, language)}
</section>
`;
}

/** The drawing; one that moves with a box that stills it. */
function picture(figure: Figure, language: Language, claims: readonly PlacedClaim[]): Markup {
  const rings = claims.flatMap(({ place }) => place?.ring ?? []);
  if (figure.kind === 'multiples') return multiplesMarkup(figure, language, rings);
  const drawing = new Markup(drawFigure(figure, language, { heading: false, rings }));
  const moves = figure.kind === 'surface' && figure.animation !== undefined;
  return markup`${moves ? markup`<label class="motion"><input type="checkbox" checked> ${WORDS.motion[language]}</label>\n` : undefined}${legendList(legendOf(figure, language))}
<div class="scroll" tabindex="0">${drawing}</div>`;
}

/** The claims with the numbers of their rings, each a link to its row. */
function claimsShown(claims: readonly PlacedClaim[], language: Language): Markup | undefined {
  if (claims.length === 0) return undefined;
  const items = claims.map(
    ({ verdict, id, place }) =>
      markup`<li>${place?.ring && numberDisc(place.ring.number)} <a href="#${id}">${verdict.text[language]}</a> ${statusChip(verdict.status, language)}</li>\n`,
  );
  return markup`<div class="shown"><p>${WORDS.claimsShown[language]}</p><ul>
${items}</ul></div>\n`;
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
  const limit = Math.floor(TABLE_ROWS / partsOf(figure).length);
  const { columns, rows } = figure.kind === 'surface' ? figure.grid : { columns: 0, rows: 0 };
  const aboutGrid = fill(WORDS.gridLeftOut, language, { columns, rows });
  return markup`<details><summary>${fill(WORDS.dataTable, language, { count })}</summary>
${tables.map((data) => cutTable(data, limit, language))}
${figure.kind === 'surface' ? markup`<p class="note">${aboutGrid}</p>` : undefined}</details>`;
}

function cutTable({ title, columns, rows }: DataTable, limit: number, language: Language): Markup {
  const hidden = rows.length - limit;
  const note = fill(WORDS.rowsLeftOut, language, { shown: limit, hidden });
  return markup`${title === undefined ? undefined : markup`<h4>${title}</h4>`}${table(columns, rows.slice(0, limit))}
${hidden > 0 ? markup`<p class="note">${note}</p>` : undefined}`;
}
