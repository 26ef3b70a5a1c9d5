/** A function of two numbers as filled contours, more ink for higher values, with paths and marked points on it. */
import * as Plot from '@observablehq/plot';
import type { SurfaceFigure } from '../result/figure.ts';
import type { Language } from '../text.ts';
import type { ScaledAxis } from './axes.ts';
import { LEVEL_INK, colorBar, levelsOf, type Levels } from './color-bar.ts';
import { LABEL, dressed } from './marks.ts';
import { axesOf } from './parts.ts';
import { pathMarks } from './path-marks.ts';
import { plotElement, type PlotContext, type PlotElement } from './plot-element.ts';

/** Room for the bar that says which ink means which value. */
const BAR_ROOM = 116;

/** The plot of the figure. */
export function plotSurface(figure: SurfaceFigure, context: PlotContext): PlotElement {
  const { language, width } = context;
  const axes = axesOf(figure);
  const levels = levelsOf(figure);
  const plot = plotElement(
    {
      axes,
      xLabel: figure.x.label[language],
      yLabel: figure.y.label[language],
      framed: { right: BAR_ROOM },
      marks: [
        contourMark(figure, levels),
        ...pathMarks(figure, context, axes),
        ...marksOfPoints(figure.points ?? [], axes, language),
      ],
    },
    context,
  );
  plot.element.append(colorBar(levels, figure.z.label[language], { ...plot.frame, width }));
  return plot;
}

/** One polygon a level, each over those below it. Plot takes a grid value as the middle of a cell: hence the half cells. */
function contourMark({ grid }: SurfaceFigure, { thresholds, toLevel }: Levels): Plot.Markish {
  const { columns, rows, x, y } = grid;
  const halfX = (x[1] - x[0]) / (columns - 1) / 2;
  const halfY = (y[1] - y[0]) / (rows - 1) / 2;
  return Plot.contour(grid.values, {
    width: columns,
    height: rows,
    x1: x[0] - halfX,
    x2: x[1] + halfX,
    y1: y[0] - halfY,
    y2: y[1] + halfY,
    value: toLevel,
    thresholds: [...thresholds],
    fill: LEVEL_INK.fill,
    fillOpacity: LEVEL_INK.opacity,
    stroke: LEVEL_INK.fill,
    strokeOpacity: 0.28,
    strokeWidth: 0.7,
    render: dressed('level', { clip: true }),
  });
}

function marksOfPoints(
  points: NonNullable<SurfaceFigure['points']>,
  { x }: { readonly x: ScaledAxis },
  language: Language,
): Plot.Markish[] {
  return points.flatMap((point) => {
    const onTheLeft = point.x > (x.low + x.high) / 2;
    return [
      Plot.dot([point], {
        x: 'x',
        y: 'y',
        symbol: 'times',
        r: 5,
        stroke: 'currentColor',
        strokeWidth: 2.2,
        render: dressed('point', { clip: true }),
      }),
      Plot.text([point.label[language]], {
        ...LABEL,
        x: [point.x],
        y: [point.y],
        dx: onTheLeft ? -11 : 11,
        textAnchor: onTheLeft ? 'end' : 'start',
        render: dressed('label', { clip: true }),
      }),
    ];
  });
}
