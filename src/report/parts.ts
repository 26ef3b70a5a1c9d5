/** The plots that a figure consists of, itself or its panels, and the limits of their axes. */
import type { Figure, Panel, Row, SurfaceFigure } from '../result/figure.ts';
import { scaleAxis, type ScaledAxis } from './axes.ts';

/** One plot of a figure. */
export type Part = Panel | SurfaceFigure;

/** Both axes of a plot. */
export interface Axes {
  readonly x: ScaledAxis;
  readonly y: ScaledAxis;
}

/** The panels of small multiples; any other figure is its own only part. */
export function partsOf(figure: Figure): readonly Part[] {
  return figure.kind === 'multiples' ? figure.panels : [figure];
}

/** The rows of a plot: of a surface those of its paths. */
export function rowsOfPart(part: Part): readonly Row[] {
  return part.kind === 'surface' ? part.paths : part.rows;
}

/** The ranges of a plot: the bands of curves, the intervals of a scatter. */
export function rangesOfPart(part: Part): NonNullable<Extract<Part, { kind: 'curves' }>['bands']> {
  if (part.kind === 'surface') return [];
  return (part.kind === 'curves' ? part.bands : part.intervals) ?? [];
}

/** The limits within which a plot is drawn. */
export function axesOf(part: Part): Axes {
  if (part.kind === 'surface')
    return {
      x: scaleAxis({ domain: part.grid.x, ...part.x }, []),
      y: scaleAxis({ domain: part.grid.y, ...part.y }, []),
    };
  const xs = valuesAlong(part, 'x');
  const y = (margin: number): ScaledAxis => scaleAxis(part.y, valuesAlong(part, 'y'), margin);
  if (part.kind === 'curves') return { x: scaleAxis(part.x, xs), y: y(0.05) };
  const { categories } = part.x;
  const slots = categories && { log: false, low: -0.5, high: Math.max(1, categories.length) - 0.5 };
  return { x: slots ?? scaleAxis(part.x, xs, 0.06), y: y(0.06) };
}

/** Everything that the limits of an axis must hold. */
function valuesAlong(part: Panel, axis: 'x' | 'y'): number[] {
  const rows = part.rows.filter((row) => Number.isFinite(row.x + row.y));
  const ranges = rangesOfPart(part);
  return [
    ...rows.map((row) => row[axis]),
    ...ranges.flatMap(({ x, low, high }) => (axis === 'x' ? [x] : [low, high])),
    ...(part.references ?? []).filter((reference) => reference.axis === axis).map(({ value }) => value),
  ];
}
