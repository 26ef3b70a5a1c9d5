/** Rows of a figure as lines that a renderer can draw: grouped, thinned, cut where they leave the picture. */
import type { Axis, Row } from '../result/figure.ts';
import { canShow, positionOf, valueAt, type ScaledAxis } from './axes.ts';

/** A point to draw; a NaN breaks its line. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
}

/** One line: the rows of one series and one group, in their order. */
export interface Line {
  readonly series: string;
  readonly group: string;
  readonly points: readonly LinePoint[];
}

/** More points per pixel of width than this, in one line, are thinned. */
export const POINTS_PER_PIXEL = 3;

/** Farther than this many spans outside the frame no coordinate is written: renderers lose precision there. */
const REACH = 1000;

/**
 * The series that have rows, in legend order: those with names first, then others as they occur. `place` counts the
 * names without rows too, so that a series has one colour in all figures that share their names.
 */
export function seriesOf(figure: {
  readonly names: Readonly<Record<string, unknown>>;
  readonly rows: readonly { readonly series: string }[];
}): { readonly key: string; readonly place: number }[] {
  const present = new Set(figure.rows.map((row) => row.series));
  return [...new Set([...Object.keys(figure.names), ...present])]
    .map((key, place) => ({ key, place }))
    .filter(({ key }) => present.has(key));
}

/** The lines of the rows, by series and group. A value that an axis cannot show becomes a gap. */
export function linesOf(rows: readonly Row[], x: Axis, y: Axis): Line[] {
  const lines = new Map<string, { series: string; group: string; points: LinePoint[] }>();
  for (const row of rows) {
    const group = String(row.group ?? '');
    const key = JSON.stringify([row.series, group]);
    const line = lines.get(key) ?? { series: row.series, group, points: [] };
    lines.set(key, line);
    const drawn = canShow(x, row.x) && canShow(y, row.y);
    line.points.push(drawn ? { x: row.x, y: row.y } : { x: row.x, y: Number.NaN });
  }
  return [...lines.values()];
}

/** The median over lines at every x that more than half of them have; a gap counts as no value. */
export function medianLine(lines: readonly Line[]): LinePoint[] {
  const byX = new Map<number, number[]>();
  for (const { points } of lines)
    for (const { x, y } of points) {
      const values = byX.get(x) ?? [];
      byX.set(x, values);
      if (Number.isFinite(y)) values.push(y);
    }
  return [...byX]
    .filter(([, values]) => values.length * 2 > lines.length)
    .toSorted(([a], [b]) => a - b)
    .map(([x, values]) => ({ x, y: median(values) }));
}

/** The middle value; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return lower + (upper - lower) / 2;
}

/**
 * At most about `limit` points that draw the same picture: of every bucket of neighbours its first and last point, its
 * extremes of x and y, and a gap if it has one. Jugel et al., "M4: a visualization-oriented time series data aggregation",
 * PVLDB 7 (2014).
 */
export function thin(points: readonly LinePoint[], limit: number): readonly LinePoint[] {
  if (points.length <= limit) return points;
  const size = Math.ceil((points.length * 6) / limit);
  const kept = new Set([0, points.length - 1]);
  for (let start = 0; start < points.length; start += size) {
    const indices = Array.from({ length: Math.min(size, points.length - start) }, (_, i) => start + i);
    const at = (index: number): LinePoint => points[index] ?? { x: Number.NaN, y: Number.NaN };
    const gap = indices.find((index) => Number.isNaN(at(index).y));
    if (gap !== undefined) kept.add(gap);
    const drawn = indices.filter((index) => !Number.isNaN(at(index).y));
    if (drawn.length === 0) continue;
    for (const coordinate of ['x', 'y'] as const)
      for (const sign of [1, -1])
        kept.add(drawn.reduce((a, b) => (sign * at(b)[coordinate] < sign * at(a)[coordinate] ? b : a)));
  }
  return points.filter((_, index) => kept.has(index));
}

/** The line with every segment that ends far outside the frame cut on its way there, in its direction. */
export function cut(points: readonly LinePoint[], x: ScaledAxis, y: ScaledAxis): LinePoint[] {
  const result: LinePoint[] = [];
  const gap = { x: Number.NaN, y: Number.NaN };
  let before: LinePoint | undefined;
  for (const point of points) {
    const near = isNear(point, x, y);
    const wasNear = before !== undefined && isNear(before, x, y);
    if (near && before !== undefined && !wasNear) result.push(gap, cutSegment(point, before, x, y), point);
    else if (near) result.push(point);
    else if (wasNear && before !== undefined) result.push(cutSegment(before, point, x, y));
    else result.push(gap);
    before = Number.isNaN(point.y) ? undefined : point;
    if (before === undefined) result.push(gap);
  }
  return result;
}

function isNear(point: LinePoint, x: ScaledAxis, y: ScaledAxis): boolean {
  return Math.abs(positionOf(x, point.x)) <= REACH && Math.abs(positionOf(y, point.y)) <= REACH;
}

/** The last point within reach on the way from a near point to a far one. */
function cutSegment(near: LinePoint, far: LinePoint, x: ScaledAxis, y: ScaledAxis): LinePoint {
  const from = [positionOf(x, near.x), positionOf(y, near.y)] as const;
  const to = [positionOf(x, far.x), positionOf(y, far.y)] as const;
  const longest = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]));
  const share = (REACH - 1) / longest;
  return {
    x: valueAt(x, from[0] + share * (to[0] - from[0])),
    y: valueAt(y, from[1] + share * (to[1] - from[1])),
  };
}
