/** Curves: one colour a series, a thin line a group, and the median of the groups in bold. */
import * as Plot from '@observablehq/plot';
import type { CurvesFigure } from '../result/figure.ts';
import type { Language } from '../text.ts';
import { scaleAxis } from './axes.ts';
import { composeSvg, type DrawOptions, type LegendEntry } from './compose.ts';
import { describeFigure } from './describe.ts';
import { cut, linesOf, medianLine, seriesOf, thin, type LinePoint } from './lines.ts';
import { dressed, plotElement } from './marks.ts';
import { seriesStyle, type SeriesStyle } from './palette.ts';
import { referenceMarks } from './references.ts';
import { WORDS } from './words.ts';

const HEIGHT = 380;
const MARGINS = { top: 30, right: 20, bottom: 47, left: 66 };

/** The figure as SVG source. */
export function drawCurves(figure: CurvesFigure, language: Language, { heading }: DrawOptions): string {
  const { rows, references = [], names } = figure;
  const lines = linesOf(rows, figure.x, figure.y);
  const along = (axis: 'x' | 'y'): number[] => [
    ...rows.filter((row) => Number.isFinite(row.x + row.y)).map((row) => row[axis]),
    ...references.filter((reference) => reference.axis === axis).map(({ value }) => value),
  ];
  const axes = { x: scaleAxis(figure.x, along('x')), y: scaleAxis(figure.y, along('y'), 0.05) };
  const series = seriesOf(figure).map(({ key, place }) => ({
    key,
    style: seriesStyle(place),
    lines: lines.filter((line) => line.series === key),
  }));
  const ready = (points: readonly LinePoint[]): LinePoint[] => cut(thin(points), axes.x, axes.y);
  const thinMarks = series.flatMap(({ style, lines: own }) => {
    const look =
      own.length === 1 ? { width: 2.25, opacity: 1 } : { width: 1, opacity: thinOpacity(own.length) };
    return own.map(({ points }) => lineMark(ready(points), style, look));
  });
  const medianMarks = series
    .filter(({ lines: own }) => own.length > 1)
    .map(({ style, lines: own }) => lineMark(ready(medianLine(own)), style, { width: 2.5, opacity: 1 }));
  const plot = plotElement({
    ...axes,
    xLabel: figure.x.label[language],
    yLabel: figure.y.label[language],
    height: HEIGHT,
    margins: MARGINS,
    marks: [...thinMarks, ...medianMarks, ...referenceMarks(references, axes, language)],
  });
  const legend: LegendEntry[] = series.map(({ key, style }) => ({
    text: names[key]?.[language] ?? key,
    style,
  }));
  if (medianMarks.length > 0) legend.push({ text: WORDS.medianOfLines[language] });
  return composeSvg({
    title: figure.title[language],
    description: describeFigure(figure, axes, language),
    legend,
    plot,
    plotHeight: HEIGHT,
    heading,
  });
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
