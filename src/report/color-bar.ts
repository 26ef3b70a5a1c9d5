/** The levels of a surface and the bar beside it that says which ink means which value. */
import type { SurfaceFigure } from '../result/figure.ts';
import { canShow, scaleAxis, ticksOf, type ScaledAxis } from './axes.ts';
import { formatNumber } from './format-number.ts';
import type { PlotElement } from './plot-element.ts';
import { FONT_SIZE, element } from './svg.ts';
import { textWidth } from './text-width.ts';

/** Every level lays this share of ink over those below it. */
export const LEVEL_INK = { fill: '#2b4a7d', opacity: 0.075 } as const;

const LEVELS = 12;
const BAR_WIDTH = 16;

/** The values between which a surface changes its ink. On a logarithmic axis they are exponents of ten. */
export interface Levels {
  readonly axis: ScaledAxis;
  readonly thresholds: readonly number[];
  /** A value on the scale of the thresholds. */
  readonly toLevel: (value: number) => number;
}

/**
 * Levels for the values of the grid. A logarithmic scale starts at the value that one point in a hundred lies below: a
 * minimum that happens to be hit exactly would take up all of it.
 */
export function levelsOf({ z, grid }: SurfaceFigure): Levels {
  const shown = grid.values.filter((value) => canShow(z, value)).toSorted((a, b) => a - b);
  const log = z.scale === 'log';
  const axis = scaleAxis(z, log ? shown.slice(Math.floor(shown.length / 100)) : shown);
  const toLevel = log ? Math.log10 : (value: number): number => value;
  const thresholds = ticksOf({ log: false, low: toLevel(axis.low), high: toLevel(axis.high) }, LEVELS);
  return { axis, thresholds, toLevel };
}

/** The bar, its ticks and its label, at the right of the frame. */
export function colorBar(
  { axis, thresholds, toLevel }: Levels,
  label: string,
  place: PlotElement['frame'] & { readonly width: number },
): Element {
  const { right, top, bottom, width } = place;
  const left = right + 20;
  const low = toLevel(axis.low);
  const share = (level: number): number => (level - low) / (toLevel(axis.high) - low);
  const at = (level: number): number => bottom - share(level) * (bottom - top);
  const inks = thresholds.map((level) =>
    element('rect', {
      class: 'level',
      x: left,
      y: top,
      width: BAR_WIDTH,
      height: Math.max(0, at(level) - top),
      fill: LEVEL_INK.fill,
      'fill-opacity': String(LEVEL_INK.opacity),
    }),
  );
  const ticks = ticksOf(axis).map((value) =>
    element(
      'text',
      { x: left + BAR_WIDTH + 7, y: at(toLevel(value)), dy: '0.35em', 'text-anchor': 'start' },
      formatNumber(value, 6),
    ),
  );
  const rim = element('rect', {
    x: left,
    y: top,
    width: BAR_WIDTH,
    height: bottom - top,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-opacity': '0.5',
  });
  const fits = textWidth(label, FONT_SIZE) < width - left;
  const words = element(
    'text',
    { x: fits ? left : width - 4, y: 2, dy: '0.71em', 'text-anchor': fits ? 'start' : 'end' },
    label,
  );
  return element('g', { class: 'color-bar' }, ...inks, rim, ...ticks, words);
}
