/** Figures as plain data: tidy rows, axes, a caption. `report/` draws them; nothing here does. */
import type { Text } from '../text.ts';
import type { Series } from './history.ts';

/** One axis: what it shows, with its unit in the words, and its scale. */
export interface Axis {
  readonly label: Text;
  /** @default 'linear' */
  readonly scale?: 'linear' | 'log';
  /** Fixed limits; by default those of the data. */
  readonly domain?: readonly [number, number];
}

/** What every figure has. */
interface FigureBase {
  /** Unique in its recipe; the file name of the drawn figure. */
  readonly id: string;
  /** The claim as a sentence. */
  readonly title: Text;
  readonly caption?: Text;
  /** Drawn from clock values: it then stands under the result's `timings`. @default false */
  readonly clock?: boolean;
}

/** A point of a curve, a path or a scatter. `series` is the key in `names`; `group` separates lines of one series (a seed). */
export interface Row {
  readonly series: string;
  readonly group?: string | number;
  readonly x: number;
  readonly y: number;
}

/** A straight line across the figure at a value that theory gives. */
export interface Reference {
  readonly axis: 'x' | 'y';
  readonly value: number;
  readonly label: Text;
}

/** Lines over x, one colour a series, one line a group. */
export interface CurvesFigure extends FigureBase {
  readonly kind: 'curves';
  readonly x: Axis;
  readonly y: Axis;
  readonly rows: readonly Row[];
  /** The legend's words by series, in legend order. */
  readonly names: Readonly<Record<string, Text>>;
  readonly references?: readonly Reference[];
  /** A range around a series: an interval over seeds along x. */
  readonly bands?: readonly Band[];
}

/** The range of a series at one x; the points of one series are joined in the order of x. */
export interface Band {
  readonly series: string;
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** Dots: `x` a number, or the index of a category in `categories`. */
export interface ScatterFigure extends FigureBase {
  readonly kind: 'scatter';
  readonly x: Axis & { readonly categories?: readonly Text[] };
  readonly y: Axis;
  readonly rows: readonly Row[];
  readonly names: Readonly<Record<string, Text>>;
  readonly references?: readonly Reference[];
  /** Intervals drawn beside the dots of a series at `x`. */
  readonly intervals?: readonly {
    readonly series: string;
    readonly x: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** A function on a grid as contours, with paths on it. */
export interface SurfaceFigure extends FigureBase {
  readonly kind: 'surface';
  /** The grid is even, so x and y are linear. */
  readonly x: Omit<Axis, 'scale'>;
  readonly y: Omit<Axis, 'scale'>;
  readonly z: Axis;
  /** Row-major, from the lowest y up: `values[j * columns + i]` is z at (x_i, y_j), both ends of the domains included. */
  readonly grid: {
    readonly columns: number;
    readonly rows: number;
    readonly x: readonly [number, number];
    readonly y: readonly [number, number];
    readonly values: readonly number[];
  };
  readonly paths: readonly Row[];
  readonly names: Readonly<Record<string, Text>>;
  /** Marked points, such as a minimum. */
  readonly points?: readonly { readonly x: number; readonly y: number; readonly label: Text }[];
  /** Lets a dot run along each path, again and again, all from start to end in this many seconds; the paths stay drawn. */
  readonly animation?: { readonly seconds: number };
}

/** One of several small figures: curves or dots with a short title. */
export type Panel =
  | Omit<CurvesFigure, 'id' | 'caption' | 'clock' | 'names'>
  | Omit<ScatterFigure, 'id' | 'caption' | 'clock' | 'names'>;

/** Small multiples: panels side by side under one title, with one legend. */
export interface MultiplesFigure extends FigureBase {
  readonly kind: 'multiples';
  /** Two to nine; each has axes of its own. */
  readonly panels: readonly Panel[];
  /** The legend's words by series, in legend order, for all panels. */
  readonly names: Readonly<Record<string, Text>>;
}

/** A figure of a recipe. */
export type Figure = CurvesFigure | ScatterFigure | SurfaceFigure | MultiplesFigure;

/** A series of one arm and seed, as `runs.byArm(key)` gives it. */
export interface ArmSeries {
  readonly arm: string;
  readonly seed: number;
  readonly value: Series;
}

/** The rows of many series: x is the step, y the value, a line per seed. */
export function rowsOf(series: readonly ArmSeries[]): Row[] {
  return series.flatMap(({ arm, seed, value }) =>
    value.steps.map((step, index) => ({
      series: arm,
      group: seed,
      x: step,
      y: value.values[index] ?? Number.NaN,
    })),
  );
}

/** Lines over x; see {@link CurvesFigure}. */
export const curves = (figure: Omit<CurvesFigure, 'kind'>): CurvesFigure => ({ kind: 'curves', ...figure });
/** Dots over x; see {@link ScatterFigure}. */
export const scatter = (figure: Omit<ScatterFigure, 'kind'>): ScatterFigure => ({
  kind: 'scatter',
  ...figure,
});
/** Panels under one title; see {@link MultiplesFigure}. A panel is `{ kind: 'curves' | 'scatter', title, x, y, rows, … }`. */
export const multiples = (figure: Omit<MultiplesFigure, 'kind'>): MultiplesFigure => ({
  kind: 'multiples',
  ...figure,
});
/** Contours of a function of two numbers; see {@link SurfaceFigure}. */
export function surface(
  figure: Omit<SurfaceFigure, 'kind' | 'grid'> & {
    readonly of: (x: number, y: number) => number;
    readonly over: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
    /** Points along each side. @default 61 */
    readonly resolution?: number;
  },
): SurfaceFigure {
  const { of, over, resolution = 61, ...rest } = figure;
  const along = ([low, high]: readonly [number, number], i: number): number =>
    low + ((high - low) * i) / (resolution - 1);
  const values = Array.from({ length: resolution * resolution }, (_, k) =>
    of(along(over.x, k % resolution), along(over.y, Math.floor(k / resolution))),
  );
  return { kind: 'surface', ...rest, grid: { columns: resolution, rows: resolution, ...over, values } };
}
