/** Reads drawings and pages back, as a browser would. */
import { parseHTML } from 'linkedom/worker';
import { drawFigure } from '../../src/report/figure.ts';
import type { Figure } from '../../src/result/figure.ts';
import type { Text } from '../../src/text.ts';

/** The document of a page or of a single drawing. */
export function read(source: string): Document {
  const page = source.startsWith('<svg') ? `<!doctype html><html><body>${source}</body></html>` : source;
  return parseHTML(page).document;
}

/** The texts of all elements that a selector finds. */
export function texts(root: ParentNode, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map((found) => found.textContent ?? '');
}

/** One attribute of all elements that a selector finds. */
export function attributes(root: ParentNode, selector: string, name: string): string[] {
  return [...root.querySelectorAll(selector)].map((found) => found.getAttribute(name) ?? '');
}

/** The points of an SVG path, as pairs. */
export function pathPoints(path: string): (readonly [number, number])[] {
  return [...path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
}

/** Coordinates are written with three decimals. */
export const PIXEL_DIGITS = 2;

/** The same words in both languages. */
export function both(text: string): Text {
  return { en: text, zh: text };
}

/** Two plain axes. */
export const xy = { x: { label: both('x') }, y: { label: both('y') } };

/** The document of a drawn figure. */
export function drawn(figure: Figure): Document {
  return read(drawFigure(figure, 'en'));
}

/** Where a tick of an axis stands, by its text. */
export function tickPosition(document: Document, axis: 'x' | 'y', text: string): number {
  const tick = [...document.querySelectorAll(`[aria-label="${axis}-axis tick label"] text`)].find(
    (found) => found.textContent === text,
  );
  const [x = Number.NaN, y = Number.NaN] = pathPoints(tick?.getAttribute('transform') ?? '')[0] ?? [];
  return axis === 'x' ? x : y;
}
