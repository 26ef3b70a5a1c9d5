/** Any figure as SVG: plain data in, source out, the same bytes for the same figure. */
import type { Figure } from '../result/figure.ts';
import type { Language } from '../text.ts';
import type { DrawOptions } from './compose.ts';
import { drawCurves } from './draw-curves.ts';
import { drawScatter } from './draw-scatter.ts';
import { drawSurface } from './draw-surface.ts';

/** Draws a figure. */
export function drawFigure(
  figure: Figure,
  language: Language,
  options: DrawOptions = { heading: true },
): string {
  switch (figure.kind) {
    case 'curves':
      return drawCurves(figure, language, options);
    case 'scatter':
      return drawScatter(figure, language, options);
    case 'surface':
      return drawSurface(figure, language, options);
    default:
      return figure satisfies never;
  }
}
