/** The plot of any kind of figure or panel. */
import { plotCurves } from './draw-curves.ts';
import { plotScatter } from './draw-scatter.ts';
import { plotSurface } from './draw-surface.ts';
import type { Part } from './parts.ts';
import type { PlotContext, PlotElement } from './plot-element.ts';

/** Draws a plot; a narrow one is lower. */
export function plotPart(part: Part, context: Omit<PlotContext, 'frameHeight'>): PlotElement {
  const { width } = context;
  switch (part.kind) {
    case 'curves':
      return plotCurves(part, { ...context, frameHeight: frameHeightOf(width) });
    case 'scatter':
      return plotScatter(part, { ...context, frameHeight: frameHeightOf(width) });
    case 'surface':
      return plotSurface(part, { ...context, frameHeight: Math.round(width * 0.6) });
    default:
      return part satisfies never;
  }
}

const frameHeightOf = (width: number): number => Math.round(50 + width * 0.37);
