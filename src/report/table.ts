/** Tables of a page: words to the left, numbers to the right in figures of one width. */
import { formatNumber } from './format-number.ts';
import { Markup, markup, type Part } from './markup.ts';

/** A column: its heading, and whether it holds numbers. */
export interface Column {
  readonly heading: string;
  /** @default false */
  readonly numeric?: boolean;
}

/** How a table looks. */
export interface TableOptions {
  readonly className?: string;
  /** Every cell carries the heading of its column, for a style that stacks them on a phone. @default false */
  readonly labelled?: boolean;
}

/** A table in a box of its own, which scrolls where the screen is narrow. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
  { className = '', labelled = false }: TableOptions = {},
): Markup {
  const label = (index: number): Markup | undefined =>
    labelled ? markup` data-label="${columns[index]?.heading ?? ''}"` : undefined;
  const kind = (index: number): Markup => (columns[index]?.numeric === true ? NUMERIC : NOTHING);
  return markup`<div class="scroll" tabindex="0"><table class="${className}">
<thead><tr>${columns.map(({ heading }, index) => markup`<th scope="col"${kind(index)}>${heading}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) =>
    markup`<tr>${row.map(
      (cell, index) =>
        markup`<td${kind(index)}${label(index)}>${typeof cell === 'number' ? formatNumber(cell, 6) : cell}</td>`,
    )}</tr>\n`,
)}</tbody></table></div>`;
}

/** Names and values, one pair a line. */
export function pairs(entries: readonly (readonly [name: Part, value: Part])[]): Markup {
  return markup`<dl class="pairs">${entries.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}

const NUMERIC = new Markup(' class="number"');
const NOTHING = new Markup('');
