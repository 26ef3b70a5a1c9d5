/** Dots over a number or a category, with the interval and the mean of each place beside them. */
import * as Plot from '@observablehq/plot';
import type { ScatterFigure } from '../result/figure.ts';
import type { Language } from '../text.ts';
import { positionOf, scaleAxis, type ScaledAxis } from './axes.ts';
import { composeSvg, type DrawOptions, type LegendEntry } from './compose.ts';
import { describeFigure } from './describe.ts';
import { seriesOf, type LinePoint } from './lines.ts';
import { FIGURE_WIDTH, FONT_SIZE, dressed, plotElement } from './marks.ts';
import { seriesStyle, type SeriesStyle } from './palette.ts';
import { referenceMarks } from './references.ts';
import { wrapText } from './text-width.ts';
import { WORDS } from './words.ts';

const FRAME_HEIGHT = 290;
const MARGINS = { top: 30, right: 20, bottom: 47, left: 66 };
const FRAME_WIDTH = FIGURE_WIDTH - MARGINS.left - MARGINS.right;
const LINE_HEIGHT = 17;

/** An interval beside its dots. */
interface Bar {
  readonly x: number;
  readonly low: number;
  readonly high: number;
  /** The mean of the dots at this place; NaN when there are none. */
  readonly mean: number;
}

/** The figure as SVG source. */
export function drawScatter(figure: ScatterFigure, language: Language, { heading }: DrawOptions): string {
  const { intervals = [], references = [], names } = figure;
  const categories = figure.x.categories?.map((category) =>
    wrapText(category[language], FRAME_WIDTH / (figure.x.categories?.length ?? 1) - 10, FONT_SIZE),
  );
  const axes = axesOf(figure);
  const series = seriesOf(figure);
  const { slot, column, barOffset } = layoutOf(figure, series.length);
  const marks = series.flatMap(({ key, place }, index) => {
    const style = seriesStyle(place);
    const shift = (index - (series.length - 1) / 2) * slot;
    const own = figure.rows.filter((row) => row.series === key && isInside(row, axes));
    const dots = own.map(({ x, y }, order) => ({ x: x + shift + ((order % 3) - 1) * column, y }));
    const bars = intervals
      .filter((interval) => interval.series === key && ![interval.low, interval.high].some(Number.isNaN))
      .map(({ x, low, high }) => ({
        x: x + shift,
        // An end beyond the axis stands at its limit.
        low: clamp(axes.y, low),
        high: clamp(axes.y, high),
        mean: meanAt(own, x),
      }));
    return [dotMark(dots, style), ...barMarks(bars, style, barOffset)];
  });
  const labelLines = Math.max(1, ...(categories ?? []).map((lines) => lines.length));
  const margins = { ...MARGINS, bottom: MARGINS.bottom + (labelLines - 1) * LINE_HEIGHT };
  const height = FRAME_HEIGHT + margins.top + margins.bottom;
  const plot = plotElement({
    ...axes,
    xLabel: figure.x.label[language],
    yLabel: figure.y.label[language],
    height,
    margins,
    marks: [...marks, ...referenceMarks(references, axes, language)],
    ...(categories === undefined ? {} : { categories: categories.map((lines) => lines.join('\n')) }),
  });
  const legend: LegendEntry[] = series.map(({ key, place }) => ({
    text: names[key]?.[language] ?? key,
    style: seriesStyle(place),
    symbol: 'dot',
  }));
  if (intervals.length > 0) legend.push({ text: WORDS.meanOfDots[language] });
  return composeSvg({
    title: figure.title[language],
    description: describeFigure(figure, axes, language),
    legend,
    plot,
    plotHeight: height,
    heading,
  });
}

/**
 * Where a category's series stand side by side, each with its dots in three columns and its interval at their right.
 * Over numbers nothing moves but the interval.
 */
function layoutOf(
  { x }: ScatterFigure,
  seriesCount: number,
): {
  /** The width of a series in categories. */
  readonly slot: number;
  /** The distance of columns of dots, in categories. */
  readonly column: number;
  /** The distance of an interval from its dots, in pixels. */
  readonly barOffset: number;
} {
  if (x.categories === undefined) return { slot: 0, column: 0, barOffset: 9 };
  const categoryWidth = FRAME_WIDTH / Math.max(1, x.categories.length);
  const slot = 0.66 / Math.max(1, seriesCount);
  const pixels = slot * categoryWidth;
  return {
    slot,
    column: Math.min(5, pixels / 8) / categoryWidth,
    barOffset: Math.min(16, pixels * 0.3),
  };
}

function isInside(point: LinePoint, axes: { readonly x: ScaledAxis; readonly y: ScaledAxis }): boolean {
  const shares = [positionOf(axes.x, point.x), positionOf(axes.y, point.y)];
  return shares.every((share) => share >= 0 && share <= 1);
}

function axesOf({ x, y, rows, intervals = [], references = [] }: ScatterFigure): {
  readonly x: ScaledAxis;
  readonly y: ScaledAxis;
} {
  const values = (axis: 'x' | 'y'): number[] => [
    ...rows.map((row) => row[axis]),
    ...intervals.flatMap((interval) => (axis === 'x' ? [interval.x] : [interval.low, interval.high])),
    ...references.filter((reference) => reference.axis === axis).map(({ value }) => value),
  ];
  return {
    x:
      x.categories === undefined
        ? scaleAxis(x, values('x'), 0.06)
        : { log: false, low: -0.5, high: Math.max(1, x.categories.length) - 0.5 },
    y: scaleAxis(y, values('y'), 0.06),
  };
}

function clamp({ low, high }: ScaledAxis, value: number): number {
  return Math.min(high, Math.max(low, value));
}

function meanAt(points: readonly LinePoint[], x: number): number {
  const here = points.filter((point) => point.x === x);
  return here.reduce((sum, { y }) => sum + y / here.length, here.length === 0 ? Number.NaN : 0);
}

function dotMark(dots: readonly LinePoint[], style: SeriesStyle): Plot.Markish {
  return Plot.dot(dots, {
    x: 'x',
    y: 'y',
    r: 3.6,
    fill: 'currentColor',
    fillOpacity: 0.55,
    stroke: 'white',
    strokeWidth: 0.8,
    render: dressed('dot', { style }),
  });
}

/** The symbol of a mean: a dash across its bar. */
const DASH = {
  draw(context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void }): void {
    context.moveTo(-6, 0);
    context.lineTo(6, 0);
  },
};

function barMarks(bars: readonly Bar[], style: SeriesStyle, dx: number): Plot.Markish[] {
  return [
    Plot.ruleX(bars, {
      x: 'x',
      y1: 'low',
      y2: 'high',
      dx,
      stroke: 'currentColor',
      strokeWidth: 2,
      render: dressed('interval', { style }),
    }),
    Plot.dot(bars, {
      x: 'x',
      y: 'mean',
      dx,
      symbol: DASH,
      stroke: 'currentColor',
      strokeWidth: 3,
      render: dressed('mean', { style }),
    }),
  ];
}
