/** Small multiples: for paper one drawing of rows of panels, on a page a drawing a panel, in as many columns as fit. */
import type { MultiplesFigure, Panel } from '../result/figure.ts';
import type { Language } from '../text.ts';
import { composeSvg, titleElements } from './compose.ts';
import { describePart } from './describe.ts';
import { legendList, legendOf, namesOf } from './legend.ts';
import { Markup, markup } from './markup.ts';
import type { PlotElement } from './plot-element.ts';
import { plotPart } from './plot-part.ts';
import type { Ring } from './rings.ts';
import { element } from './svg.ts';

const GAP = { x: 24, y: 22 };
const TITLE_SIZE = 14;

/** All panels in rows, each below its title. */
export function plotPanels(
  figure: MultiplesFigure,
  language: Language,
  rings: readonly Ring[],
): Omit<PlotElement, 'frame'> {
  const { columns, width } = layoutOf(figure);
  const panels = eachPanel(figure, language, rings).map(({ panel, plot }) => ({
    title: titleElements(panel.title[language], width, TITLE_SIZE),
    plot,
  }));
  const all = element('g', {});
  let top = 0;
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    const titleHeight = Math.max(...row.map(({ title }) => title.height));
    for (const [index, { title, plot }] of row.entries()) {
      const group = (y: number, anchor: string, nodes: Iterable<Node>): Element =>
        element(
          'g',
          { transform: `translate(${index * (width + GAP.x)},${y})`, 'text-anchor': anchor },
          ...nodes,
        );
      all.append(
        group(top + titleHeight - title.height, 'start', title.elements),
        group(top + titleHeight, 'middle', plot.element.childNodes),
      );
    }
    top += titleHeight + Math.max(...row.map(({ plot }) => plot.height)) + GAP.y;
  }
  return { element: all, height: top - GAP.y, width: columns * (width + GAP.x) - GAP.x };
}

/** The panels as drawings of their own below one legend. */
export function multiplesMarkup(figure: MultiplesFigure, language: Language, rings: readonly Ring[]): Markup {
  const panels = eachPanel(figure, language, rings).map(({ panel, plot }) => {
    const svg = composeSvg({
      title: panel.title[language],
      description: describePart(panel, figure.names, language),
      legend: [],
      plot,
      heading: false,
    });
    return markup`<div class="panel"><h4>${panel.title[language]}</h4>${new Markup(svg)}</div>\n`;
  });
  return markup`${legendList(legendOf(figure, language))}
<div class="panels columns-${layoutOf(figure).columns}">
${panels}</div>`;
}

/** Every panel with its plot; a ring stands in the panel that it names. */
function eachPanel(
  figure: MultiplesFigure,
  language: Language,
  rings: readonly Ring[],
): { readonly panel: Panel; readonly plot: PlotElement }[] {
  const context = { language, names: namesOf(figure), width: layoutOf(figure).width };
  return figure.panels.map((panel, index) => ({
    panel,
    plot: plotPart(panel, { ...context, rings: rings.filter((ring) => ring.panel === index) }),
  }));
}

/** Two and four panels stand in two columns, other numbers in three. */
function layoutOf({ panels }: MultiplesFigure): { readonly columns: number; readonly width: number } {
  return panels.length === 2 || panels.length === 4 ? { columns: 2, width: 400 } : { columns: 3, width: 300 };
}
