/** The legend of a figure: its series with their symbols, then notes on how to read them; on a page as a list that flows. */
import type { Figure } from '../result/figure.ts';
import type { Language, Text } from '../text.ts';
import { linesOf, seriesOf } from './lines.ts';
import { Markup, markup } from './markup.ts';
import { seriesStyle, type SeriesStyle } from './palette.ts';
import { partsOf, rangesOfPart, rowsOfPart, type Part } from './parts.ts';
import { element, svgSource } from './svg.ts';
import { WORDS } from './words.ts';

/** One entry of a legend; without a style it is a note. */
export interface LegendEntry {
  readonly text: string;
  readonly style?: SeriesStyle;
  /** @default 'line' */
  readonly symbol?: 'line' | 'dot';
}

/** The width of a symbol, in pixels. */
export const SYMBOL_WIDTH = 22;

/** The words of all series of a figure, in legend order: series without words are called by their key. */
export function namesOf(figure: Figure): Readonly<Record<string, Text>> {
  const keys = new Set(
    partsOf(figure)
      .flatMap(seriesRows)
      .map(({ series }) => series),
  );
  const unnamed = [...keys].filter((key) => !Object.hasOwn(figure.names, key));
  return { ...figure.names, ...Object.fromEntries(unnamed.map((key) => [key, { en: key, zh: key }])) };
}

/** The entries of a figure. */
export function legendOf(figure: Figure, language: Language): LegendEntry[] {
  const parts = partsOf(figure);
  const names = namesOf(figure);
  const drawnAsLine = parts.filter(({ kind }) => kind !== 'scatter');
  const lines = new Set(drawnAsLine.flatMap(seriesRows).map(({ series }) => series));
  const rows = parts.flatMap(seriesRows);
  const series = seriesOf({ names, rows }).map(({ key, place }): LegendEntry => ({
    text: names[key]?.[language] ?? key,
    style: seriesStyle(place),
    symbol: lines.has(key) ? 'line' : 'dot',
  }));
  const notes = [
    parts.some(hasMedian) ? WORDS.medianOfLines : undefined,
    parts.some((part) => part.kind === 'curves' && part.bands?.length) ? WORDS.bandOfLine : undefined,
    parts.some((part) => part.kind === 'scatter' && part.intervals?.length) ? WORDS.meanOfDots : undefined,
  ];
  return [...series, ...notes.flatMap((note) => (note === undefined ? [] : [{ text: note[language] }]))];
}

/** The legend as a list of HTML. */
export function legendList(entries: readonly LegendEntry[]): Markup {
  const item = ({ text, style, symbol }: LegendEntry): Markup => {
    if (style === undefined) return markup`<li class="remark">${text}</li>`;
    const size = { width: SYMBOL_WIDTH, height: 12 };
    const svg = element(
      'svg',
      { ...size, viewBox: `0 0 ${size.width} ${size.height}`, 'aria-hidden': 'true' },
      symbolElement(style, symbol, 0, size.height / 2),
    );
    return markup`<li>${new Markup(svgSource(svg))} ${text}</li>`;
  };
  return markup`<ul class="entries">${entries.map(item)}</ul>`;
}

/** The symbol of a series, from `left` on, in the middle of its line. */
export function symbolElement(
  { className, color, dash }: SeriesStyle,
  symbol: LegendEntry['symbol'],
  left: number,
  middle: number,
): Element {
  const shape =
    symbol === 'dot'
      ? element('circle', { cx: left + SYMBOL_WIDTH / 2, cy: middle, r: 5, fill: 'currentColor' })
      : element('path', {
          d: `M${left},${middle}h${SYMBOL_WIDTH}`,
          stroke: 'currentColor',
          'stroke-width': 3,
          'stroke-dasharray': dash,
        });
  return element('g', { class: className, color }, shape);
}

/** Everything of a plot that belongs to a series. */
function seriesRows(part: Part): { readonly series: string }[] {
  return [...rowsOfPart(part), ...rangesOfPart(part)];
}

/** Whether a series of curves has several lines, over which a median is drawn. */
function hasMedian(part: Part): boolean {
  if (part.kind !== 'curves') return false;
  const series = linesOf(part.rows, part.x, part.y).map((line) => line.series);
  return new Set(series).size < series.length;
}
