/** What the figures share of Observable Plot: its options, and marks that carry a class, a colour and a viewport. */
import * as Plot from '@observablehq/plot';
import { ticksOf, type ScaledAxis } from './axes.ts';
import { formatNumber } from './format-number.ts';
import type { SeriesStyle } from './palette.ts';
import { element, svgDocument } from './svg.ts';
import { textWidth } from './text-width.ts';

/** The width of every figure in pixels; its text is made for this width. */
export const FIGURE_WIDTH = 680;
/** The size of tick labels, legends and labels, in pixels. */
export const FONT_SIZE = 13;

/** Room around the frame, in pixels. */
export interface Margins {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** Two axes with their labels, and the marks on them. */
export interface PlotParts {
  readonly x: ScaledAxis;
  readonly y: ScaledAxis;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly height: number;
  readonly margins: Margins;
  readonly marks: readonly Plot.Markish[];
  /** Ticks of the x axis where they are not numbers. */
  readonly categories?: readonly string[];
  /** Draw a frame and no grid. @default false */
  readonly framed?: boolean;
}

/** The axes and marks as an SVG element. */
export function plotElement(parts: PlotParts): Element {
  const { x, y, height, framed = false, categories } = parts;
  const yTicks = ticksOf(y, height > 300 ? 6 : 4);
  const xTicks = categories?.map((_, index) => index) ?? ticksOf(x, 7);
  const margins = roomFor(parts.margins, xTicks.map(tickLabel), yTicks.map(tickLabel));
  const faint = { stroke: 'currentColor', strokeOpacity: 0.13 } as const;
  const axisOptions = { fontSize: FONT_SIZE, lineHeight: 1.25, label: null, tickFormat: tickLabel } as const;
  return Plot.plot({
    document: svgDocument,
    width: FIGURE_WIDTH,
    height,
    marginTop: margins.top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    marginLeft: margins.left,
    x: { type: x.log ? 'log' : 'linear', domain: [x.low, x.high], axis: null },
    y: { type: y.log ? 'log' : 'linear', domain: [y.low, y.high], axis: null },
    marks: [
      framed ? null : Plot.gridY(yTicks, faint),
      ...parts.marks,
      framed ? Plot.frame({ stroke: 'currentColor', strokeOpacity: 0.5 }) : Plot.frame({ anchor: 'bottom' }),
      Plot.axisY(yTicks, { ...axisOptions, tickSize: framed ? 5 : 0 }),
      Plot.axisX(xTicks, {
        ...axisOptions,
        tickSize: categories === undefined ? 5 : 0,
        tickFormat: (value: number) => categories?.[value] ?? tickLabel(value),
      }),
      Plot.text([parts.yLabel], {
        frameAnchor: 'top-left',
        dx: -margins.left + 1,
        dy: -margins.top + 2,
        fontSize: FONT_SIZE,
        fill: 'currentColor',
      }),
      Plot.text([parts.xLabel], {
        frameAnchor: 'bottom',
        dy: margins.bottom - 4,
        lineAnchor: 'bottom',
        fontSize: FONT_SIZE,
        fill: 'currentColor',
      }),
    ],
  });
}

/** The margins, wider where tick labels need it. */
function roomFor(margins: Margins, xLabels: readonly string[], yLabels: readonly string[]): Margins {
  const widths = yLabels.map((label) => textWidth(label, FONT_SIZE));
  return {
    ...margins,
    left: Math.max(margins.left, Math.max(0, ...widths) + 12),
    right: Math.max(margins.right, textWidth(xLabels.at(-1) ?? '', FONT_SIZE) / 2 + 2),
  };
}

/** A tick as a number without noise. */
function tickLabel(value: number): string {
  return formatNumber(value, 6);
}

/** A render transform: the mark gets a class, may take the colour of a series, and may be cut at the frame. */
export function dressed(
  className: string,
  { style, clip = false }: { readonly style?: SeriesStyle; readonly clip?: boolean } = {},
): Plot.RenderFunction {
  return (index, scales, values, dimensions, context, next) => {
    const drawn = next?.(index, scales, values, dimensions, context) ?? null;
    if (drawn === null) return null;
    drawn.setAttribute('class', style === undefined ? className : `${className} ${style.className}`);
    if (style !== undefined) drawn.setAttribute('color', style.color);
    return clip ? viewport(drawn, dimensions) : drawn;
  };
}

/** Text on top of lines: ink with a rim of paper. */
export const LABEL = {
  fontSize: FONT_SIZE,
  fill: 'currentColor',
  stroke: 'white',
  strokeWidth: 4,
  render: dressed('label'),
} as const;

/** A nested SVG of the frame's size: it cuts what it holds and, unlike a clip path, needs no identifier in the page. */
function viewport(drawn: SVGElement, dimensions: Plot.Dimensions): SVGElement {
  const { width, height, marginTop, marginRight, marginBottom, marginLeft } = dimensions;
  const inner = { width: width - marginLeft - marginRight, height: height - marginTop - marginBottom };
  return element(
    'svg',
    {
      x: marginLeft,
      y: marginTop,
      ...inner,
      viewBox: `${marginLeft} ${marginTop} ${inner.width} ${inner.height}`,
      overflow: 'hidden',
    },
    drawn,
  ) as SVGElement;
}
