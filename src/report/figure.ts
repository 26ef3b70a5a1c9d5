/** Any figure as SVG: plain data in, source out, the same bytes for the same figure. */
import type { Figure } from '../result/figure.ts';
import type { Language } from '../text.ts';
import { composeSvg } from './compose.ts';
import { describeFigure } from './describe.ts';
import { plotPanels } from './draw-multiples.ts';
import { legendOf, namesOf } from './legend.ts';
import { plotPart } from './plot-part.ts';
import type { Ring } from './rings.ts';
import { RUNNER_STYLE } from './runner.ts';

/** The width of a figure in pixels; its text is made for this width. */
const FIGURE_WIDTH = 680;
/** On a page: on a phone its text is still readable. */
const PAGE_WIDTH = 500;

/** How a figure is drawn. */
export interface DrawOptions {
  /** Write title and legend above the figure, for a drawing that stands alone; a page has them as text. @default true */
  readonly heading?: boolean;
  /** Points to mark. @default [] */
  readonly rings?: readonly Ring[];
}

/** Draws a figure. */
export function drawFigure(
  figure: Figure,
  language: Language,
  { heading = true, rings = [] }: DrawOptions = {},
): string {
  const moves = figure.kind === 'surface' && figure.animation !== undefined;
  const plot =
    figure.kind === 'multiples'
      ? plotPanels(figure, language, rings)
      : plotPart(figure, {
          language,
          names: namesOf(figure),
          width: heading ? FIGURE_WIDTH : PAGE_WIDTH,
          rings,
        });
  return composeSvg({
    title: figure.title[language],
    description: describeFigure(figure, language),
    legend: heading ? legendOf(figure, language) : [],
    plot,
    heading,
    // A page has its own style sheet.
    ...(heading && moves ? { style: RUNNER_STYLE } : {}),
  });
}
