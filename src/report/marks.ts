/** What the marks of all figures share: a class, a colour, a viewport that cuts them at the frame. */
import type * as Plot from '@observablehq/plot';
import type { SeriesStyle } from './palette.ts';
import { FONT_SIZE, element } from './svg.ts';

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
  lineHeight: 1.2,
  fill: 'currentColor',
  stroke: 'white',
  strokeWidth: 6,
  render: dressed('label'),
} as const;

/** A nested SVG of the frame's size: it cuts what it holds and, unlike a clip path, needs no identifier in the page. */
export function viewport(drawn: Element, dimensions: Plot.Dimensions): SVGElement {
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
