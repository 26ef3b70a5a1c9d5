/** A whole drawing: paper, heading, legend and plot in one accessible SVG. */
import type { SeriesStyle } from './palette.ts';
import { FIGURE_WIDTH, FONT_SIZE } from './marks.ts';
import { FONT_FAMILY, INK, element, svgSource } from './svg.ts';
import { textWidth, wrapText } from './text-width.ts';

/** How a figure is drawn. */
export interface DrawOptions {
  /** Write the title above the figure, for a drawing that stands alone. @default true */
  readonly heading: boolean;
}

/** One entry of a legend; without a style it is a note. */
export interface LegendEntry {
  readonly text: string;
  readonly style?: SeriesStyle;
  /** @default 'line' */
  readonly symbol?: 'line' | 'dot';
}

/** The parts of a drawing. */
export interface Drawing {
  readonly title: string;
  readonly description: string;
  readonly legend: readonly LegendEntry[];
  /** What Observable Plot drew. */
  readonly plot: Element;
  readonly plotHeight: number;
  /** Write the title above the figure; a page that has it as a heading does without. */
  readonly heading: boolean;
}

const HEADING_SIZE = 17;
const HEADING_LINE = 24;
/** How much wider bold letters are. */
const BOLD = 1.12;
const LEGEND_LINE = 20;
const SWATCH = 22;
const GAP = 8;
const BETWEEN = 22;
const EDGE = 1;
/** White around a drawing that stands alone. */
const MARGIN = 14;

/** The drawing as SVG source. */
export function composeSvg({ title, description, legend, plot, plotHeight, heading }: Drawing): string {
  const headingLines = heading ? wrapText(title, FIGURE_WIDTH - 2 * EDGE, HEADING_SIZE * BOLD) : [];
  const legendTop = headingLines.length === 0 ? EDGE : headingLines.length * HEADING_LINE + 14;
  const { elements, height: legendHeight } = legendElements(legend, legendTop);
  const plotTop = legendTop + legendHeight + (legendHeight > 0 ? 12 : 0);
  const height = plotTop + plotHeight + EDGE;
  const margin = heading ? MARGIN : 0;
  const paper = { width: FIGURE_WIDTH + 2 * margin, height: height + 2 * margin };
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      role: 'img',
      class: 'drawing',
      ...paper,
      viewBox: `${-margin} ${-margin} ${paper.width} ${paper.height}`,
      'font-family': FONT_FAMILY,
      'font-size': FONT_SIZE,
      fill: 'currentColor',
      color: INK,
    },
    element('title', {}, title),
    element('desc', {}, description),
    element('rect', { class: 'paper', x: -margin, y: -margin, ...paper, fill: 'white' }),
    ...headingLines.map((line, index) =>
      element(
        'text',
        {
          x: EDGE,
          y: EDGE + HEADING_SIZE + index * HEADING_LINE,
          'font-size': HEADING_SIZE,
          'font-weight': 600,
        },
        line,
      ),
    ),
    ...elements,
    element(
      'g',
      { transform: `translate(0,${plotTop})`, 'text-anchor': 'middle' },
      ...[...plot.childNodes].filter((child) => child.nodeName.toLowerCase() !== 'style'),
    ),
  );
  return svgSource(svg);
}

/** The entries in rows from left to right, long names on several lines. */
function legendElements(
  entries: readonly LegendEntry[],
  top: number,
): { readonly elements: Element[]; readonly height: number } {
  const elements: Element[] = [];
  let left = EDGE;
  let rowTop = top;
  let rowHeight = 0;
  for (const entry of entries) {
    const indent = entry.style === undefined ? 0 : SWATCH + GAP;
    const lines = wrapText(entry.text, FIGURE_WIDTH - 2 * EDGE - indent, FONT_SIZE);
    const width = indent + Math.max(...lines.map((line) => textWidth(line, FONT_SIZE)));
    if (left > EDGE && left + width > FIGURE_WIDTH - EDGE) {
      rowTop += rowHeight;
      left = EDGE;
      rowHeight = 0;
    }
    elements.push(legendElement(entry, lines, left, rowTop, indent));
    left += width + BETWEEN;
    rowHeight = Math.max(rowHeight, lines.length * LEGEND_LINE);
  }
  return { elements, height: rowTop + rowHeight - top };
}

function legendElement(
  { style, symbol = 'line' }: LegendEntry,
  lines: readonly string[],
  left: number,
  top: number,
  indent: number,
): Element {
  const middle = top + LEGEND_LINE / 2;
  const texts = lines.map((line, index) =>
    element('text', { x: left + indent, y: middle + index * LEGEND_LINE, dy: '0.35em' }, line),
  );
  if (style === undefined) return element('g', { class: 'legend remark', opacity: 0.75 }, ...texts);
  const swatch =
    symbol === 'dot'
      ? element('circle', { cx: left + SWATCH / 2, cy: middle, r: 5, fill: 'currentColor' })
      : element('path', {
          d: `M${left},${middle}h${SWATCH}`,
          stroke: 'currentColor',
          'stroke-width': 3,
          'stroke-dasharray': style.dash,
        });
  return element(
    'g',
    { class: 'legend' },
    element('g', { class: style.className, color: style.color }, swatch),
    ...texts,
  );
}
