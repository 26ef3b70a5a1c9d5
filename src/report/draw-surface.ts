/** A function of two numbers as filled contours, more ink for higher values, with paths and marked points on it. */
import * as Plot from '@observablehq/plot';
import type { SurfaceFigure } from '../result/figure.ts';
import type { Language } from '../text.ts';
import { scaleAxis, type ScaledAxis } from './axes.ts';
import { LEVEL_INK, colorBar, levelsOf, type Levels } from './color-bar.ts';
import { composeSvg, type DrawOptions } from './compose.ts';
import { describeFigure } from './describe.ts';
import { cut, linesOf, seriesOf, thin, type LinePoint } from './lines.ts';
import { FIGURE_WIDTH, LABEL, dressed, plotElement } from './marks.ts';
import { seriesStyle, type SeriesStyle } from './palette.ts';

const HEIGHT = 480;
const MARGINS = { top: 30, right: 116, bottom: 47, left: 66 };

/** The figure as SVG source. */
export function drawSurface(figure: SurfaceFigure, language: Language, { heading }: DrawOptions): string {
  const { grid, paths, points = [], names } = figure;
  const axes = {
    x: scaleAxis({ domain: grid.x, ...figure.x }, []),
    y: scaleAxis({ domain: grid.y, ...figure.y }, []),
  };
  const levels = levelsOf(figure);
  const lines = linesOf(paths, figure.x, figure.y);
  const series = seriesOf({ names, rows: paths }).map(({ key, place }) => ({
    key,
    style: seriesStyle(place),
  }));
  // Paths from one start lie on each other there: the shortest is drawn last, on top.
  const drawn = series
    .flatMap(({ key, style }) =>
      lines
        .filter((line) => line.series === key)
        .map((line) => ({ style, points: cut(thin(line.points), axes.x, axes.y) })),
    )
    .toSorted((a, b) => lengthOf(b.points, grid) - lengthOf(a.points, grid));
  const pathMarks = [...drawn.flatMap(marksOfLine), ...drawn.flatMap(marksOfEnds)];
  const plot = plotElement({
    ...axes,
    xLabel: figure.x.label[language],
    yLabel: figure.y.label[language],
    height: HEIGHT,
    margins: MARGINS,
    framed: true,
    marks: [contourMark(figure, levels), ...pathMarks, ...marksOfPoints(points, axes, language)],
  });
  const place = {
    left: FIGURE_WIDTH - MARGINS.right + 20,
    top: MARGINS.top,
    bottom: HEIGHT - MARGINS.bottom,
  };
  plot.append(colorBar(levels, figure.z.label[language], place));
  return composeSvg({
    title: figure.title[language],
    description: describeFigure(figure, axes, language),
    legend: series.map(({ key, style }) => ({ text: names[key]?.[language] ?? key, style })),
    plot,
    plotHeight: HEIGHT,
    heading,
  });
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

/** A path ready to draw. */
interface Path {
  readonly style: SeriesStyle;
  readonly points: readonly LinePoint[];
}

/** A line with a rim of paper. */
function marksOfLine({ style, points }: Path): Plot.Markish[] {
  const line = { x: 'x', y: 'y' } as const;
  return [
    Plot.line(points, {
      ...line,
      stroke: 'white',
      strokeWidth: 4.5,
      strokeOpacity: 0.8,
      render: dressed('halo', { clip: true }),
    }),
    Plot.line(points, {
      ...line,
      stroke: 'currentColor',
      strokeWidth: 2.2,
      ...(style.dash === undefined ? {} : { strokeDasharray: style.dash }),
      render: dressed('path', { style, clip: true }),
    }),
  ];
}

/** An open dot where a path starts and a full one where it ends. */
function marksOfEnds({ style, points }: Path): Plot.Markish[] {
  const drawn = points.filter(({ y }) => !Number.isNaN(y));
  return [
    Plot.dot(drawn.slice(0, 1), {
      x: 'x',
      y: 'y',
      r: 5,
      fill: 'white',
      stroke: 'currentColor',
      strokeWidth: 2.2,
      render: dressed('start', { style, clip: true }),
    }),
    Plot.dot(drawn.slice(-1), {
      x: 'x',
      y: 'y',
      r: 5.5,
      fill: 'currentColor',
      stroke: 'white',
      strokeWidth: 1.5,
      render: dressed('end', { style, clip: true }),
    }),
  ];
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

/** How far a path goes, in widths and heights of the picture; gaps count nothing. */
function lengthOf(points: readonly LinePoint[], { x, y }: SurfaceFigure['grid']): number {
  let length = 0;
  for (const [index, to] of points.entries()) {
    const from = points[index - 1];
    const part = from && Math.hypot((to.x - from.x) / (x[1] - x[0]), (to.y - from.y) / (y[1] - y[0]));
    if (part !== undefined && Number.isFinite(part)) length += part;
  }
  return length;
}
