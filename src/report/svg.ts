/** SVG elements, built by DOM calls on a document without a browser: text can never become markup. */
import { parseHTML } from 'linkedom/worker';
import { cleanText } from './markup.ts';

const NAMESPACE = 'http://www.w3.org/2000/svg';

/** The document that owns every drawing. */
export const svgDocument: Document = parseHTML('<!doctype html><html><body></body></html>').document;

/** What a figure is written with; the last names are for Chinese. */
export const FONT_FAMILY =
  "'DejaVu Sans', Helvetica, Arial, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";

/** The size of tick labels, legends and labels, in pixels. */
export const FONT_SIZE = 13;
/** From line to line of them. */
export const LINE_HEIGHT = 17;

/** Ink on white paper, for a drawing that stands alone. */
export const INK = '#1f2429';

/** One SVG element. Text belongs into children: attributes are for numbers and constants. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly (Node | string)[]
): Element {
  const created = svgDocument.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) created.setAttribute(key, typeof value === 'number' ? coordinate(value) : value);
  for (const child of children)
    created.append(typeof child === 'string' ? svgDocument.createTextNode(child) : child);
  return created;
}

/** An element as source that XML readers accept as well as HTML readers. */
export function svgSource(svg: Element): string {
  return cleanText(svg.outerHTML);
}

/** A number with at most two decimals: a hundredth of a pixel. */
function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
