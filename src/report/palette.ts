/**
 * Colours of series: the hues of Okabe and Ito (2008), told apart with any kind of colour vision, each darkened for white
 * paper and lightened for a dark page.
 */

/** The look of one series. `color` is for white paper; the page's style sheet changes it by `className` in the dark. */
export interface SeriesStyle {
  readonly className: string;
  readonly color: string;
  /** An SVG dash pattern; set once all colours are used. */
  readonly dash?: string;
}

/** Pairs of colours: on white, in the dark. */
export const SERIES_COLORS: readonly { readonly light: string; readonly dark: string }[] = [
  { light: '#0072b2', dark: '#56b4e9' },
  { light: '#d55e00', dark: '#ff9a52' },
  { light: '#008060', dark: '#2fd1a4' },
  { light: '#b0529a', dark: '#e79bcb' },
  { light: '#a97800', dark: '#f0cf4a' },
  { light: '#4b5563', dark: '#b4bcc6' },
];

const DASHES = [undefined, '7 4', '2 4'] as const;

/** The look of the series at a place in the legend; 18 differ. */
export function seriesStyle(index: number): SeriesStyle {
  const hue = index % SERIES_COLORS.length;
  const dash = DASHES[Math.floor(index / SERIES_COLORS.length) % DASHES.length];
  const base = { className: `series-${hue}`, color: SERIES_COLORS[hue]?.light ?? '#000000' };
  return dash === undefined ? base : { ...base, dash };
}
