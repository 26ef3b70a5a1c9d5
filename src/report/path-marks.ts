/** Paths on a surface: lines with their ends and, in a figure that moves, a dot that runs along each. */
import * as Plot from '@observablehq/plot';
import type { SurfaceFigure } from '../result/figure.ts';
import { POINTS_PER_PIXEL, cut, linesOf, seriesOf, thin, type LinePoint } from './lines.ts';
import { dressed } from './marks.ts';
import { seriesStyle, type SeriesStyle } from './palette.ts';
import type { Axes } from './parts.ts';
import type { PlotContext } from './plot-element.ts';
import { runnerMark } from './runner.ts';

/** The marks of all paths. Paths from one start lie on each other there: the shortest is drawn last, on top. */
export function pathMarks(
  { grid, paths, animation, x, y }: SurfaceFigure,
  { names, width }: PlotContext,
  axes: Axes,
): Plot.Markish[] {
  const lines = linesOf(paths, x, y);
  const drawn = seriesOf({ names, rows: paths })
    .flatMap(({ key, place }) =>
      lines
        .filter((line) => line.series === key)
        .map((line) => ({
          style: seriesStyle(place),
          all: line.points,
          points: cut(thin(line.points, POINTS_PER_PIXEL * width), axes.x, axes.y),
        })),
    )
    .toSorted((a, b) => lengthOf(b.points, grid) - lengthOf(a.points, grid));
  const runners =
    animation === undefined
      ? []
      : drawn.map(({ style, all }) => runnerMark(all, animation.seconds, style, axes));
  return [...drawn.flatMap(marksOfLine), ...drawn.flatMap(marksOfEnds), ...runners];
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
