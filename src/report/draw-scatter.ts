/** Dots over a number or a category, with the interval and the mean of each place beside them. */
import * as Plot from '@observablehq/plot';
import type { Panel } from '../result/figure.ts';
import type { ScaledAxis } from './axes.ts';
import { seriesOf, type LinePoint } from './lines.ts';
import { dressed } from './marks.ts';
import { seriesStyle, type SeriesStyle } from './palette.ts';
import { axesOf } from './parts.ts';
import { plotElement, usualFrameWidth, type PlotContext, type PlotElement } from './plot-element.ts';
import { isInside } from './rings.ts';

/** A figure or a panel of dots. */
type ScatterPart = Extract<Panel, { readonly kind: 'scatter' }>;

/** An interval beside its dots. */
interface Bar {
  readonly x: number;
  readonly low: number;
  readonly high: number;
  /** The mean of the dots at this place; NaN when there are none. */
  readonly mean: number;
}

/** The plot of a figure or panel. */
export function plotScatter(scatter: ScatterPart, context: PlotContext): PlotElement {
  const { rows, intervals = [], references = [] } = scatter;
  const axes = axesOf(scatter);
  const series = seriesOf({ names: context.names, rows: [...rows, ...intervals] });
  const neighbours = seriesByPlace(scatter, series);
  const most = Math.max(1, ...[...neighbours.values()].map(({ length }) => length));
  const { slot, column, barOffset } = layoutOf(scatter, most, usualFrameWidth(context.width));
  const marks = series.flatMap(({ key, place }) => {
    const style = seriesStyle(place);
    const shifted = (x: number): number => {
      const here = neighbours.get(x) ?? [];
      return x + (here.indexOf(key) - (here.length - 1) / 2) * slot;
    };
    const own = rows.filter((row) => row.series === key && isInside(axes, row));
    const dots = own.map(({ x, y }, order) => ({ x: shifted(x) + ((order % 3) - 1) * column, y }));
    const bars = intervals
      .filter((interval) => interval.series === key && ![interval.low, interval.high].some(Number.isNaN))
      .map(({ x, low, high }) => ({
        x: shifted(x),
        // An end beyond the axis stands at its limit.
        low: clamp(axes.y, low),
        high: clamp(axes.y, high),
        mean: meanAt(own, x),
      }));
    return [dotMark(dots, style), ...barMarks(bars, style, barOffset)];
  });
  return plotElement(
    {
      axes,
      xLabel: scatter.x.label[context.language],
      yLabel: scatter.y.label[context.language],
      marks,
      references,
      categories: scatter.x.categories?.map((category) => category[context.language]),
    },
    context,
  );
}

/** The series that share a place, in legend order: they stand side by side there. */
function seriesByPlace(
  { rows, intervals = [] }: ScatterPart,
  series: readonly { readonly key: string }[],
): Map<number, string[]> {
  const places = new Map<number, Set<string>>();
  for (const { x, series: key } of [...rows, ...intervals])
    places.set(x, (places.get(x) ?? new Set()).add(key));
  const ordered = (keys: Set<string>): string[] =>
    series.map(({ key }) => key).filter((key) => keys.has(key));
  return new Map([...places].map(([x, keys]) => [x, ordered(keys)]));
}

/**
 * Where a category's series stand side by side, each with its dots in three columns and its interval at their right.
 * Over numbers nothing moves but the interval.
 */
function layoutOf(
  { x }: ScatterPart,
  /** The most series that share a category. */
  seriesCount: number,
  frameWidth: number,
): {
  /** The width of a series in categories. */
  readonly slot: number;
  /** The distance of columns of dots, in categories. */
  readonly column: number;
  /** The distance of an interval from its dots, in pixels. */
  readonly barOffset: number;
} {
  if (x.categories === undefined) return { slot: 0, column: 0, barOffset: 9 };
  const categoryWidth = frameWidth / Math.max(1, x.categories.length);
  const slot = 0.66 / seriesCount;
  const pixels = slot * categoryWidth;
  return {
    slot,
    column: Math.min(5, pixels / 8) / categoryWidth,
    barOffset: Math.min(16, pixels * 0.3),
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
