/** Straight lines at values that theory gives, with their words beside them. */
import * as Plot from '@observablehq/plot';
import type { Reference } from '../result/figure.ts';
import { positionOf } from './axes.ts';
import { LABEL, dressed } from './marks.ts';
import type { Axes } from './parts.ts';
import { usualFrameWidth, type PlotContext } from './plot-element.ts';
import { FONT_SIZE } from './svg.ts';
import { textWidth, wrapText } from './text-width.ts';

/** References as dashed lines with their labels, placed so that two neighbours do not cover each other. */
export function referenceMarks(
  references: readonly Reference[],
  axes: Axes,
  { language, width }: PlotContext,
): Plot.Markish[] {
  const frameWidth = usualFrameWidth(width);
  const placed = references
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
  return placed.flatMap(({ axis, value, lines, at, toTheRight }): Plot.Markish[] => {
    const before = placed.filter((other) => other.axis === axis && other.at > at);
    if (axis === 'x') {
      const linesAbove = before.reduce((sum, other) => sum + other.lines.length, 0);
      return [
        Plot.ruleX([value], REFERENCE),
        Plot.text([lines.join('\n')], {
          ...LABEL,
          x: [value],
          frameAnchor: toTheRight ? 'top-left' : 'top-right',
          dx: toTheRight ? 6 : -6,
          dy: 6 + linesAbove * 18,
        }),
      ];
    }
    const below = at > 0.95 || before.some((other) => other.at - at < NEAR);
    return [
      Plot.ruleY([value], REFERENCE),
      Plot.text([lines.join('\n')], {
        ...LABEL,
        y: [value],
        frameAnchor: 'right',
        lineAnchor: below ? 'top' : 'bottom',
        dx: -6,
        dy: below ? 4 : -4,
      }),
    ];
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
