/** Straight lines at values that theory gives, with their words beside them. */
import * as Plot from '@observablehq/plot';
import type { Reference } from '../result/figure.ts';
import type { Language } from '../text.ts';
import { positionOf, type ScaledAxis } from './axes.ts';
import { FIGURE_WIDTH, FONT_SIZE, LABEL, dressed } from './marks.ts';
import { textWidth } from './text-width.ts';

/** References as dashed lines with their labels, placed so that two neighbours do not cover each other. */
export function referenceMarks(
  references: readonly Reference[],
  axes: { readonly x: ScaledAxis; readonly y: ScaledAxis },
  language: Language,
): Plot.Markish[] {
  const placed = references
    .map(({ axis, value, label }) => ({
      axis,
      value,
      text: label[language],
      at: positionOf(axes[axis], value),
    }))
    .filter(({ at }) => at >= 0 && at <= 1);
  return placed.flatMap(({ axis, value, text, at }): Plot.Markish[] => {
    const before = placed.filter((other) => other.axis === axis && other.at > at);
    if (axis === 'x') {
      const toTheRight = (1 - at) * FIGURE_WIDTH * 0.85 > textWidth(text, FONT_SIZE);
      return [
        Plot.ruleX([value], REFERENCE),
        Plot.text([text], {
          ...LABEL,
          x: [value],
          frameAnchor: toTheRight ? 'top-left' : 'top-right',
          dx: toTheRight ? 6 : -6,
          dy: 6 + before.length * 18,
        }),
      ];
    }
    const below = at > 0.95 || before.some((other) => other.at - at < NEAR);
    return [
      Plot.ruleY([value], REFERENCE),
      Plot.text([text], { ...LABEL, y: [value], frameAnchor: 'right', dx: -6, dy: below ? 10 : -9 }),
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
