/** What the figures share of Observable Plot: its options, and marks that carry a class, a colour and a viewport. */
import * as Plot from '@observablehq/plot';
import type { Reference } from '../result/figure.ts';
import type { Language } from '../text.ts';
import { canShow, ticksOf, type ScaledAxis } from './axes.ts';
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
  const { x, y, margins, height, framed = false, categories } = parts;
  const yTicks = ticksOf(y, height > 300 ? 6 : 4);
  const xTicks = categories?.map((_, index) => index) ?? ticksOf(x, 7);
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

/** References as dashed lines with their labels, placed so that neighbours do not cover each other. */
export function referenceMarks(
  references: readonly Reference[],
  axes: { readonly x: ScaledAxis; readonly y: ScaledAxis },
  language: Language,
): Plot.Markish[] {
  const line = { stroke: 'currentColor', strokeOpacity: 0.75, strokeDasharray: '5 4' } as const;
  const seen = { x: 0, y: 0 };
  return references
    .filter(({ axis, value }) => isInside(axes[axis], value))
    .flatMap(({ axis, value, label }): Plot.Markish[] => {
      const order = seen[axis]++;
      const text = label[language];
      if (axis === 'y')
        return [
          Plot.ruleY([value], { ...line, render: dressed('reference') }),
          // The second label goes below its line, so that two near lines keep theirs apart.
          Plot.text([text], {
            ...LABEL,
            y: [value],
            frameAnchor: 'right',
            dx: -6,
            dy: order % 2 === 0 ? -9 : 10,
            render: dressed('label'),
          }),
        ];
      const room = FIGURE_WIDTH * 0.8 * (1 - (value - axes.x.low) / (axes.x.high - axes.x.low));
      const toTheRight = axes.x.log || room > textWidth(text, FONT_SIZE);
      return [
        Plot.ruleX([value], { ...line, render: dressed('reference') }),
        Plot.text([text], {
          ...LABEL,
          x: [value],
          frameAnchor: toTheRight ? 'top-left' : 'top-right',
          dx: toTheRight ? 6 : -6,
          dy: 6 + order * 18,
          render: dressed('label'),
        }),
      ];
    });
}

/** Text on top of lines: ink with a rim of paper. */
export const LABEL = {
  fontSize: FONT_SIZE,
  fill: 'currentColor',
  stroke: 'white',
  strokeWidth: 4,
} as const;

function isInside(axis: ScaledAxis, value: number): boolean {
  const scale = axis.log ? 'log' : 'linear';
  return canShow({ label: { en: '', zh: '' }, scale }, value) && value >= axis.low && value <= axis.high;
}

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
