/** Axes, grid and marks as one SVG element by Observable Plot, with room for every label. */
import * as Plot from '@observablehq/plot';
import type { Reference } from '../result/figure.ts';
import type { Language, Text } from '../text.ts';
import { ticksOf } from './axes.ts';
import type { Axes } from './parts.ts';
import { referenceBoxes, referenceMarks } from './references.ts';
import { ringMarks, type Ring } from './rings.ts';
import { FONT_SIZE, LINE_HEIGHT, svgDocument } from './svg.ts';
import { categoryLabels, tickLabel, ticksThatFit } from './tick-labels.ts';
import { textWidth, wrapText } from './text-width.ts';

/** What a plot takes from the figure around it. */
export interface PlotContext {
  readonly language: Language;
  /** The legend's words by series, in legend order. */
  readonly names: Readonly<Record<string, Text>>;
  /** The whole width in pixels; text is made for this width. */
  readonly width: number;
  /** The height of the frame, without the labels around it, in pixels. */
  readonly frameHeight: number;
  /** Where claims are decided. */
  readonly rings: readonly Ring[];
}

/** Two axes with their labels, and the marks on them. */
export interface PlotParts {
  readonly axes: Axes;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly marks: readonly Plot.Markish[];
  /** Lines over the marks, with words that no ring's number covers. */
  readonly references?: readonly Reference[];
  /** Ticks of the x axis where they are not numbers. */
  readonly categories?: readonly string[] | undefined;
  /** Draw a frame and no grid, with this much room at its right. */
  readonly framed?: { readonly right: number };
}

/** What Observable Plot drew, and where its frame stands in it. */
export interface PlotElement {
  readonly element: Element;
  readonly width: number;
  readonly height: number;
  readonly frame: { readonly top: number; readonly bottom: number; readonly right: number };
}

/** The width of the frame, where tick labels are of common length. */
export function usualFrameWidth(width: number): number {
  return width - usualLeft(width) - RIGHT;
}

/** The axes and marks as an SVG element. */
export function plotElement(
  parts: PlotParts,
  { width, frameHeight, rings, language }: PlotContext,
): PlotElement {
  const { axes, framed, references = [] } = parts;
  const yTicks = ticksOf(axes.y, Math.min(6, Math.max(3, Math.round(frameHeight / 45))));
  const left = Math.max(
    usualLeft(width),
    ...yTicks.map((tick) => textWidth(tickLabel(tick), FONT_SIZE) + 12),
  );
  const right = Math.max(framed?.right ?? RIGHT, textWidth(tickLabel(axes.x.high), FONT_SIZE) / 2 + 2);
  const frameWidth = width - left - right;
  const xTicks = parts.categories?.map((_, index) => index) ?? ticksThatFit(axes.x, frameWidth);
  const xLabels = parts.categories
    ? categoryLabels(parts.categories, frameWidth)
    : { words: xTicks.map(tickLabel), turn: 0, height: LINE_HEIGHT };
  const yLabel = wrapText(parts.yLabel, left + frameWidth, FONT_SIZE);
  const xLabel = wrapText(parts.xLabel, frameWidth + 2 * Math.min(left, right), FONT_SIZE);
  const top = 13 + yLabel.length * LINE_HEIGHT;
  const bottom = 13 + xLabels.height + xLabel.length * LINE_HEIGHT;
  const height = top + frameHeight + bottom;
  const frame = { left, right: width - right, top, bottom: height - bottom };
  const faint = { stroke: 'currentColor', strokeOpacity: 0.13 } as const;
  const words = { fontSize: FONT_SIZE, lineHeight: LINE_HEIGHT / FONT_SIZE } as const;
  const axisOptions = { ...words, label: null } as const;
  const element = Plot.plot({
    document: svgDocument,
    width,
    height,
    marginTop: top,
    marginRight: right,
    marginBottom: bottom,
    marginLeft: left,
    x: { type: axes.x.log ? 'log' : 'linear', domain: [axes.x.low, axes.x.high], axis: null },
    y: { type: axes.y.log ? 'log' : 'linear', domain: [axes.y.low, axes.y.high], axis: null },
    marks: [
      framed ? null : Plot.gridY(yTicks, faint),
      ...parts.marks,
      ...referenceMarks(references, axes, language, frameWidth),
      framed ? Plot.frame({ stroke: 'currentColor', strokeOpacity: 0.5 }) : Plot.frame({ anchor: 'bottom' }),
      Plot.axisY(yTicks, { ...axisOptions, text: yTicks.map(tickLabel), tickSize: framed ? 5 : 0 }),
      Plot.axisX(xTicks, {
        ...axisOptions,
        text: xLabels.words,
        tickRotate: xLabels.turn,
        tickSize: parts.categories === undefined ? 5 : 0,
      }),
      Plot.text([yLabel.join('\n')], {
        ...words,
        frameAnchor: 'top-left',
        dx: -left + 1,
        dy: -top + 2,
        fill: 'currentColor',
      }),
      Plot.text([xLabel.join('\n')], {
        ...words,
        frameAnchor: 'bottom',
        dy: bottom - 4,
        lineAnchor: 'bottom',
        fill: 'currentColor',
      }),
      ...ringMarks(rings, axes, referenceBoxes(references, axes, language, frame)),
    ],
  });
  // Plot's own style sheet would meet the page.
  element.querySelector('style')?.remove();
  return { element, width, height, frame };
}

const RIGHT = 20;

/** Room for tick labels; a small plot makes room for those that it has. */
const usualLeft = (width: number): number => (width > 500 ? 66 : 40);
