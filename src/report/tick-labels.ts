/** The words below an x axis: numbers or categories, none of which touches its neighbour. */
import { positionOf, ticksOf, type ScaledAxis } from './axes.ts';
import { formatNumber } from './format-number.ts';
import { FONT_SIZE, LINE_HEIGHT } from './svg.ts';
import { piecesOf, textWidth, wrapText } from './text-width.ts';

/** Categories on several lines; where a single word, or Chinese character, is too wide for its place, all are turned. */
export function categoryLabels(
  categories: readonly string[],
  frameWidth: number,
): { readonly words: readonly string[]; readonly turn: number; readonly height: number } {
  const place = frameWidth / Math.max(1, categories.length) - 10;
  if (widest(categories.flatMap(piecesOf).map((piece) => piece.trim())) > place)
    return { words: categories, turn: -90, height: widest(categories) + 4 };
  const lines = categories.map((category) => wrapText(category, place, FONT_SIZE));
  const height = Math.max(1, ...lines.map(({ length }) => length)) * LINE_HEIGHT;
  return { words: lines.map((words) => words.join('\n')), turn: 0, height };
}

function widest(words: readonly string[]): number {
  return Math.max(0, ...words.map((word) => textWidth(word, FONT_SIZE)));
}

/** As many round numbers, at most seven, as have their labels apart. */
export function ticksThatFit(axis: ScaledAxis, frameWidth: number): number[] {
  const choices = [7, 6, 5, 4, 3, 2].map((count) => ticksOf(axis, count));
  const all = choices[0] ?? [];
  // On a logarithmic axis the powers of ten alone.
  const powers = all.filter((tick) => Number.isInteger(Math.log10(tick)));
  const ends = all.filter((_, index) => index === 0 || index === all.length - 1);
  const fits = [...choices, ...(powers.length > 1 ? [powers] : []), ends];
  return fits.find((ticks) => areApart(ticks, axis, frameWidth)) ?? all.slice(0, 1);
}

function areApart(ticks: readonly number[], axis: ScaledAxis, frameWidth: number): boolean {
  const ends = ticks.map((tick) => {
    const half = textWidth(tickLabel(tick), FONT_SIZE) / 2;
    const middle = positionOf(axis, tick) * frameWidth;
    return { from: middle - half, to: middle + half };
  });
  return ends.every(({ from }, index) => from > (ends[index - 1]?.to ?? Number.NEGATIVE_INFINITY) + 8);
}

/** A tick as a number without noise. */
export function tickLabel(value: number): string {
  return formatNumber(value, 6);
}
