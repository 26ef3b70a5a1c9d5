/** What a figure shows, in words: the description that a screen reader reads instead of the picture. */
import type { Figure } from '../result/figure.ts';
import type { Language, Text } from '../text.ts';
import type { ScaledAxis } from './axes.ts';
import { formatNumber } from './format-number.ts';
import { axesOf, partsOf, type Part } from './parts.ts';
import { WORDS, fill } from './words.ts';

/** The caption, the series and the axes of every plot with their limits. */
export function describeFigure(figure: Figure, language: Language): string {
  const parts = partsOf(figure).map((part) => {
    const words = describePart(part, figure.names, language);
    return figure.kind === 'multiples' ? `${part.title[language]}: ${words}` : words;
  });
  return [figure.caption?.[language], ...parts].filter((words) => words !== undefined).join('. ');
}

/** The series and the axes of one plot. */
export function describePart(part: Part, names: Readonly<Record<string, Text>>, language: Language): string {
  const axes = axesOf(part);
  const axis = (label: string, { low, high, log }: ScaledAxis): string =>
    fill(WORDS.axisDescription, language, {
      label,
      low: formatNumber(low),
      high: formatNumber(high),
      scale: WORDS[log ? 'logarithmic' : 'linear'][language],
    });
  const series = Object.values(names).map((name) => name[language]);
  return [series.join(', '), axis(part.x.label[language], axes.x), axis(part.y.label[language], axes.y)]
    .filter((words) => words !== '')
    .join('. ');
}
