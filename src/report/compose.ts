/** A whole drawing: paper, heading, legend and plot in one accessible SVG. */
import { SYMBOL_WIDTH, symbolElement, type LegendEntry } from './legend.ts';
import type { PlotElement } from './plot-element.ts';
import { FONT_FAMILY, FONT_SIZE, INK, element, svgSource } from './svg.ts';
import { textWidth, wrapText } from './text-width.ts';

/** The parts of a drawing. */
export interface Drawing {
  readonly title: string;
  readonly description: string;
  readonly legend: readonly LegendEntry[];
  readonly plot: Omit<PlotElement, 'frame'>;
  /** Write the title above the figure; a page that has it as a heading does without. */
  readonly heading: boolean;
  /** A style sheet, for a drawing that moves. */
  readonly style?: string;
}

/** Elements from `top` on, and how much room they take. */
interface Block {
  readonly elements: readonly Element[];
  readonly height: number;
}

const HEADING_SIZE = 17;
/** How much wider bold letters are. */
const BOLD = 1.12;
const LEGEND_LINE = 20;
const GAP = 8;
const BETWEEN = 22;
const EDGE = 1;
/** White around a drawing that stands alone. */
const MARGIN = 14;

/** The drawing as SVG source. */
export function composeSvg({ title, description, legend, plot, heading, style }: Drawing): string {
  const head = heading ? titleElements(title, plot.width, HEADING_SIZE) : { elements: [], height: EDGE };
  const entries = legendElements(legend, head.height, plot.width);
  const plotTop = head.height + entries.height + (entries.height > 0 ? 12 : 0);
  const margin = heading ? MARGIN : 0;
  const paper = { width: plot.width + 2 * margin, height: plotTop + plot.height + EDGE + 2 * margin };
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      role: 'img',
      class: 'drawing',
      ...paper,
      viewBox: `${-margin} ${-margin} ${Math.round(paper.width)} ${Math.round(paper.height * 100) / 100}`,
      'font-family': FONT_FAMILY,
      'font-size': FONT_SIZE,
      fill: 'currentColor',
      color: INK,
    },
    element('title', {}, title),
    element('desc', {}, description),
    ...(style === undefined ? [] : [element('style', {}, style)]),
    element('rect', { class: 'paper', x: -margin, y: -margin, ...paper, fill: 'white' }),
    ...head.elements,
    ...entries.elements,
    element(
      'g',
      { transform: `translate(0,${plotTop})`, 'text-anchor': 'middle' },
      ...plot.element.childNodes,
    ),
  );
  return svgSource(svg);
}

/** A title in bold letters, on several lines where it is long. */
export function titleElements(title: string, width: number, fontSize: number): Block {
  const line = Math.round(fontSize * 1.4);
  const lines = wrapText(title, width - 2 * EDGE, fontSize * BOLD);
  const elements = lines.map((words, index) =>
    element(
      'text',
      { x: EDGE, y: EDGE + fontSize + index * line, 'font-size': fontSize, 'font-weight': 600 },
      words,
    ),
  );
  return { elements, height: lines.length * line + Math.round(fontSize * 0.8) };
}

/** The entries in rows from left to right, long names on several lines. */
function legendElements(entries: readonly LegendEntry[], top: number, fullWidth: number): Block {
  const elements: Element[] = [];
  let left = EDGE;
  let rowTop = top;
  let rowHeight = 0;
  for (const entry of entries) {
    const indent = entry.style === undefined ? 0 : SYMBOL_WIDTH + GAP;
    const lines = wrapText(entry.text, fullWidth - 2 * EDGE - indent, FONT_SIZE);
    const width = indent + Math.max(...lines.map((line) => textWidth(line, FONT_SIZE)));
    if (left > EDGE && left + width > fullWidth - EDGE) {
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
  { style, symbol }: LegendEntry,
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
  return element('g', { class: 'legend' }, symbolElement(style, symbol, left, middle), ...texts);
}
