/** Curves: one colour a series, a thin line a group, the median of the groups in bold, bands below. */
import * as Plot from '@observablehq/plot';
import type { Band, Panel } from '../result/figure.ts';
import { canShow, positionOf, valueAt, type ScaledAxis } from './axes.ts';
import { POINTS_PER_PIXEL, cut, linesOf, medianLine, seriesOf, thin, type LinePoint } from './lines.ts';
import { dressed } from './marks.ts';
import { seriesStyle, type SeriesStyle } from './palette.ts';
import { axesOf } from './parts.ts';
import { plotElement, type PlotContext, type PlotElement } from './plot-element.ts';

/** A figure or a panel of curves. */
type CurvesPart = Extract<Panel, { readonly kind: 'curves' }>;

/** The plot of a figure or panel. */
export function plotCurves(curves: CurvesPart, context: PlotContext): PlotElement {
  const { rows, bands = [], references = [] } = curves;
  const axes = axesOf(curves);
  const lines = linesOf(rows, curves.x, curves.y);
  const series = seriesOf({ names: context.names, rows: [...rows, ...bands] }).map(({ key, place }) => ({
    style: seriesStyle(place),
    lines: lines.filter((line) => line.series === key),
    bands: bands.filter((band) => band.series === key),
  }));
  const ready = (points: readonly LinePoint[], perPixel = POINTS_PER_PIXEL): LinePoint[] =>
    cut(thin(points, perPixel * context.width), axes.x, axes.y);
  const thinMarks = series.flatMap(({ style, lines: own }) => {
    const look =
      own.length === 1 ? { width: 2.25, opacity: 1 } : { width: 1, opacity: thinOpacity(own.length) };
    // Faint lines may be coarser: there are many of them.
    const perPixel = own.length === 1 ? POINTS_PER_PIXEL : POINTS_PER_PIXEL / 2;
    return own.map(({ points }) => lineMark(ready(points, perPixel), style, look));
  });
  const medianMarks = series
    .filter(({ lines: own }) => own.length > 1)
    .map(({ style, lines: own }) => lineMark(ready(medianLine(own)), style, { width: 2.5, opacity: 1 }));
  return plotElement(
    {
      axes,
      xLabel: curves.x.label[context.language],
      yLabel: curves.y.label[context.language],
      marks: [
        ...series
          .filter((own) => own.bands.length > 0)
          .map((own) =>
            bandMark(
              own.bands.filter(({ x }) => canShow(curves.x, x)),
              own.style,
              axes.y,
            ),
          ),
        ...thinMarks,
        ...medianMarks,
      ],
      references,
    },
    context,
  );
}

/** Many lines are fainter than few, so that the median stays in front. */
const thinOpacity = (count: number): number => Math.max(0.16, 0.5 / Math.sqrt(count / 2));

function lineMark(
  points: readonly LinePoint[],
  style: SeriesStyle,
  { width, opacity }: { readonly width: number; readonly opacity: number },
): Plot.Markish {
  return Plot.line(points, {
    x: 'x',
    y: 'y',
    stroke: 'currentColor',
    strokeWidth: width,
    strokeOpacity: opacity,
    ...(style.dash === undefined ? {} : { strokeDasharray: style.dash }),
    render: dressed('line', { style, clip: true }),
  });
}

/** A translucent area; an end beyond the frame is drawn a frame's height beyond it, a NaN leaves a gap. */
function bandMark(bands: readonly Band[], style: SeriesStyle, y: ScaledAxis): Plot.Markish {
  const reach = (value: number): number => {
    const share = y.log && value <= 0 ? -1 : positionOf(y, value);
    return valueAt(y, Math.min(2, Math.max(-1, share)));
  };
  const points = bands
    .toSorted((a, b) => a.x - b.x)
    .map((band) => ({ x: band.x, low: reach(band.low), high: reach(band.high) }));
  return Plot.areaY(points, {
    x: 'x',
    y1: 'low',
    y2: 'high',
    fill: 'currentColor',
    fillOpacity: 0.16,
    render: dressed('band', { style, clip: true }),
  });
}
