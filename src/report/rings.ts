/** Numbered rings around the points of a figure that decide claims. */
import * as Plot from '@observablehq/plot';
import { positionOf } from './axes.ts';
import type { Axes } from './parts.ts';
import type { Box } from './references.ts';
import { element } from './svg.ts';

/** A point to mark. */
export interface Ring {
  /** The identifier that a link leads to. */
  readonly id: string;
  /** The number of the claim. */
  readonly number: number;
  /** In the units of the axes. */
  readonly x: number;
  readonly y: number;
  /** The panel of small multiples, from 0. */
  readonly panel?: number;
}

const RADIUS = 9;
/** The disc with the number. */
const DISC = 8.5;
const BESIDE = 13;
/** From number to number where they stand in a column. */
const STEP = 2 * DISC + 1;

/** Whether the limits of a plot hold a point. */
export function isInside(axes: Axes, { x, y }: { readonly x: number; readonly y: number }): boolean {
  const shares = [positionOf(axes.x, x), positionOf(axes.y, y)];
  return shares.every((share) => share >= 0 && share <= 1);
}

/** The rings that lie within the axes; the numbers of neighbours stand one above the other, and off the labels. */
export function ringMarks(rings: readonly Ring[], axes: Axes, labels: readonly Box[]): Plot.Markish[] {
  const inside = rings.filter((ring) => isInside(axes, ring));
  if (inside.length === 0) return [];
  return [Plot.dot(inside, { x: 'x', y: 'y', sort: null, render: drawRings(inside, labels) })];
}

function drawRings(rings: readonly Ring[], labels: readonly Box[]): Plot.RenderFunction {
  return (_index, _scales, { x = [], y = [] }, dimensions) => {
    const places = rings.map((ring, index) => ({ ring, x: Number(x[index]), y: Number(y[index]) }));
    const right = dimensions.width - dimensions.marginRight;
    const bottom = dimensions.height - dimensions.marginBottom;
    const drawn = neighbourhoods(places).flatMap((near) => {
      const column = columnOf(near, { right, bottom }, labels);
      return near.map((place, index) =>
        ringElement(place.ring, place, { x: column.x, y: column.y + index * column.step }),
      );
    });
    return element('g', { class: 'rings' }, ...drawn) as SVGElement;
  };
}

/** A column of numbers: the first one's place, and the way to the next. */
interface Column {
  readonly x: number;
  readonly y: number;
  readonly step: number;
}

/** Where the numbers of neighbours stand: of the four corners the first, from top right on, inside and off every label. */
function columnOf(
  near: readonly { readonly x: number; readonly y: number }[],
  { right, bottom }: { readonly right: number; readonly bottom: number },
  labels: readonly Box[],
): Column {
  const xs = near.map(({ x }) => x);
  const ys = near.map(({ y }) => y);
  const rightX = Math.max(...xs) + BESIDE;
  const leftX = Math.min(...xs) - BESIDE;
  const above = { y: Math.min(...ys) - BESIDE, step: -STEP };
  const below = { y: Math.max(...ys) + BESIDE, step: STEP };
  const sides = rightX > right - BESIDE ? [leftX] : leftX < BESIDE ? [rightX] : [rightX, leftX];
  const length = near.length * STEP;
  const heights = above.y <= length ? [below] : below.y > bottom - length ? [above] : [above, below];
  const columns = heights.flatMap((height) => sides.map((x): Column => ({ x, ...height })));
  const [first = { x: rightX, ...below }] = columns;
  const covers = ({ x, y, step }: Column): boolean => {
    const end = y + (near.length - 1) * step;
    return labels.some(
      ({ left, right: labelRight, top, bottom: labelBottom }) =>
        x + DISC > left &&
        x - DISC < labelRight &&
        Math.max(y, end) + DISC > top &&
        Math.min(y, end) - DISC < labelBottom,
    );
  };
  return columns.find((column) => !covers(column)) ?? first;
}

/** Places so near to each other that their numbers need one column. */
function neighbourhoods<P extends { readonly x: number; readonly y: number }>(places: readonly P[]): P[][] {
  const groups: P[][] = [];
  for (const place of places) {
    const near = groups.find((group) =>
      group.some((other) => Math.hypot(other.x - place.x, other.y - place.y) < 2 * BESIDE),
    );
    if (near) near.push(place);
    else groups.push([place]);
  }
  return groups;
}

/** A ring with a rim of paper, and its number on a disc beside it. */
function ringElement(
  { id, number }: Ring,
  at: { readonly x: number; readonly y: number },
  disc: { readonly x: number; readonly y: number },
): Element {
  const circle = { cx: at.x, cy: at.y, r: RADIUS, fill: 'none' };
  return element(
    'g',
    { class: 'ring', id },
    element('circle', { class: 'halo', ...circle, stroke: 'white', 'stroke-width': 5 }),
    element('circle', { class: 'hoop', ...circle, stroke: 'currentColor', 'stroke-width': 2 }),
    element('circle', {
      class: 'disc',
      cx: disc.x,
      cy: disc.y,
      r: DISC,
      fill: 'currentColor',
      stroke: 'white',
      'stroke-width': 1.2,
    }),
    element(
      'text',
      {
        class: 'number',
        x: disc.x,
        y: disc.y,
        dy: '0.36em',
        'font-size': 12,
        'font-weight': 700,
        fill: 'white',
      },
      String(number),
    ),
  );
}
