/** What a figure shows, in words: the description that a screen reader reads instead of the picture. */
import type { Figure } from '../result/figure.ts';
import type { Language } from '../text.ts';
import type { ScaledAxis } from './axes.ts';
import { formatNumber } from './format-number.ts';
import { WORDS, fill } from './words.ts';

/** The caption, the series and the axes with their limits. */
export function describeFigure(
  figure: Figure,
  axes: { readonly x: ScaledAxis; readonly y: ScaledAxis },
  language: Language,
): string {
  const axis = (label: string, { low, high, log }: ScaledAxis): string =>
    fill(WORDS.axisDescription, language, {
      label,
      low: formatNumber(low),
      high: formatNumber(high),
      scale: WORDS[log ? 'logarithmic' : 'linear'][language],
    });
  return [
    figure.caption?.[language],
    Object.values(figure.names)
      .map((name) => name[language])
      .join(', '),
    axis(figure.x.label[language], axes.x),
    axis(figure.y.label[language], axes.y),
  ]
    .filter((part) => part !== undefined && part !== '')
    .join('. ');
}
