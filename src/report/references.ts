/** Straight lines at values that theory gives, with their words beside them. */
import * as Plot from '@observablehq/plot';
import type { Reference } from '../result/figure.ts';
import type { Language } from '../text.ts';
import { positionOf } from './axes.ts';
import { LABEL, dressed } from './marks.ts';
import type { Axes } from './parts.ts';
import { FONT_SIZE, LINE_HEIGHT } from './svg.ts';
import { textWidth, wrapText } from './text-width.ts';

/** A part of a plot, in pixels. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A reference inside the frame, and where its words stand. */
interface Placed {
  readonly axis: 'x' | 'y';
  readonly value: number;
  /** From 0 to 1 along its axis. */
  readonly at: number;
  readonly lines: readonly string[];
  /** Of a reference along x: the words stand at its right, else at its left. */
  readonly toTheRight: boolean;
  /** How far the words stand from the line or, along x, from the top of the frame; negative is above the line. */
  readonly dy: number;
}

/** References as dashed lines, all below their labels, which are placed so that two neighbours do not cover each other. */
export function referenceMarks(
  references: readonly Reference[],
  axes: Axes,
  language: Language,
  frameWidth: number,
): Plot.Markish[] {
  const placed = placeLabels(references, axes, language, frameWidth);
  const rules = placed.map(({ axis, value }) =>
    axis === 'x' ? Plot.ruleX([value], REFERENCE) : Plot.ruleY([value], REFERENCE),
  );
  const labels = placed.map(({ axis, value, lines, toTheRight, dy }) =>
    Plot.text([lines.join('\n')], {
      ...LABEL,
      ...(axis === 'x'
        ? { x: [value], frameAnchor: toTheRight ? 'top-left' : 'top-right', dx: toTheRight ? 6 : -6 }
        : { y: [value], frameAnchor: 'right', lineAnchor: dy > 0 ? 'top' : 'bottom', dx: -6 }),
      dy,
    }),
  );
  return [...rules, ...labels];
}

/** What the labels of the references cover. */
export function referenceBoxes(
  references: readonly Reference[],
  axes: Axes,
  language: Language,
  frame: Box,
): Box[] {
  const width = frame.right - frame.left;
  return placeLabels(references, axes, language, width).map(({ axis, at, lines, toTheRight, dy }) => {
    const wide = Math.max(...lines.map((line) => textWidth(line, FONT_SIZE)));
    const high = lines.length * LINE_HEIGHT;
    if (axis === 'x') {
      const x = frame.left + at * width;
      const left = toTheRight ? x + 6 : x - 6 - wide;
      return { left, right: left + wide, top: frame.top + dy, bottom: frame.top + dy + high };
    }
    const y = frame.bottom - at * (frame.bottom - frame.top) + dy;
    const top = dy > 0 ? y : y - high;
    return { left: frame.right - 6 - wide, right: frame.right - 6, top, bottom: top + high };
  });
}

function placeLabels(
  references: readonly Reference[],
  axes: Axes,
  language: Language,
  frameWidth: number,
): Placed[] {
  const inside = references
    .map(({ axis, value, label }) => ({
      axis,
      value,
      label: label[language],
      at: positionOf(axes[axis], value),
    }))
    .filter(({ at }) => at >= 0 && at <= 1)
    .map(({ axis, value, label, at }) => {
      const toTheRight = (1 - at) * frameWidth - 10 > textWidth(label, FONT_SIZE) || at < 0.5;
      const room = axis === 'y' ? frameWidth : (toTheRight ? 1 - at : at) * frameWidth;
      return { axis, value, at, toTheRight, lines: wrapText(label, room - 10, FONT_SIZE) };
    });
  return inside.map((own) => {
    const before = inside.filter((other) => other.axis === own.axis && other.at > own.at);
    if (own.axis === 'x')
      return { ...own, dy: 6 + before.reduce((sum, other) => sum + other.lines.length, 0) * 18 };
    const below = own.at > 0.95 || before.some((other) => other.at - own.at < NEAR);
    return { ...own, dy: below ? 4 : -4 };
  });
}

/** Two lines nearer than this share of the frame cannot both have their label above. */
const NEAR = 0.07;

const REFERENCE = {
  stroke: 'currentColor',
  strokeOpacity: 0.75,
  strokeDasharray: '5 4',
  render: dressed('reference'),
} as const;
