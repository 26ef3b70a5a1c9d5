/** A dot that runs along a path, again and again: every row of the path takes the same time. */
import * as Plot from '@observablehq/plot';
import { cut, type LinePoint } from './lines.ts';
import { viewport } from './marks.ts';
import type { SeriesStyle } from './palette.ts';
import type { Axes } from './parts.ts';
import { element } from './svg.ts';

/** Runners are seen only on a screen whose user has not asked for less motion; the picture is complete without them. */
export const RUNNER_STYLE = `@media screen and (prefers-reduced-motion: no-preference) { .runner { display: inline; } }`;

/** A dot is told at most this many places; between them it goes straight on. */
const PLACES = 150;

/** The runner of one path, from its first row to its last in this many seconds. */
export function runnerMark(
  points: readonly LinePoint[],
  seconds: number,
  style: SeriesStyle,
  axes: Axes,
): Plot.Markish {
  return Plot.dot(placesOf(points, axes), {
    x: 'x',
    y: 'y',
    sort: null,
    render: (_index, _scales, { x = [], y = [] }, dimensions) =>
      viewport(runnerElement(pixelsOf(x, y), seconds, style), dimensions),
  });
}

function runnerElement(values: string, seconds: number, { className, color }: SeriesStyle): Element {
  const motion = { calcMode: 'linear', dur: `${seconds}s`, repeatCount: 'indefinite', values };
  return element(
    'g',
    { class: `runner ${className}`, color, display: 'none' },
    element(
      'circle',
      { class: 'dot', r: 7, fill: 'currentColor', stroke: 'white', 'stroke-width': 2 },
      element('animateMotion', motion),
    ),
  );
}

/** Places at equal times. A path that leaves the picture for good waits outside of it. */
function placesOf(points: readonly LinePoint[], { x, y }: Axes): LinePoint[] {
  const count = Math.min(PLACES, points.length);
  const chosen = Array.from(
    { length: count },
    (_, index) => points.slice(Math.round((index * (points.length - 1)) / Math.max(1, count - 1)))[0],
  ).filter((point) => point !== undefined);
  const drawn = cut(chosen, x, y).filter((point) => Number.isFinite(point.x + point.y));
  const last = drawn.at(-1);
  const missing = Math.max(0, count - drawn.length);
  return last === undefined ? [] : [...drawn, ...Array.from({ length: missing }, () => last)];
}

/** Pairs with one decimal. */
function pixelsOf(x: ArrayLike<unknown>, y: ArrayLike<unknown>): string {
  return Array.from(x, (left, index) => `${tenths(left)},${tenths(y[index])}`).join(';');
}

const tenths = (value: unknown): number => Math.round(Number(value) * 10) / 10;
