/** What the arms reached: the measures that a recipe names, over its seeds. */
import type { RecipeResult } from '../result/recipe-result.ts';
import type { Language } from '../text.ts';
import { formatNumber } from './format-number.ts';
import { median } from './lines.ts';
import { markup, type Markup } from './markup.ts';
import { table } from './table.ts';
import { WORDS, fill } from './words.ts';

/** A table with a line an arm and a column a measure; nothing when the recipe names no measure. */
export function measureSection({ recipe, runs }: RecipeResult, language: Language): Markup | undefined {
  const measures = Object.entries(recipe.measures);
  if (measures.length === 0) return undefined;
  const rows = Object.keys(recipe.arms).map((arm) => {
    const data = runs.filter((run) => run.arm === arm).map((run) => run.data);
    const cells = measures.map(([field]) =>
      summaryOf(
        data.map((fields) => fields[field]).filter((value) => typeof value === 'number'),
        language,
      ),
    );
    return [markup`<code>${arm}</code>`].concat(cells);
  });
  return markup`<h3>${WORDS.measures[language]}</h3>
${table(
  [
    { heading: WORDS.arm[language] },
    ...measures.map(([, text]) => ({ heading: text[language], numeric: true })),
  ],
  rows,
  { className: 'compact' },
)}
<p class="note">${WORDS.measuresNote[language]}</p>`;
}

/** The median and the range of the finite values; how many are not finite. */
function summaryOf(values: readonly number[], language: Language): Markup {
  if (values.length === 0) return markup`–`;
  const finite = values.filter(Number.isFinite);
  const lost = values.length - finite.length;
  const note = lost === 0 ? undefined : fill(WORDS.countNotFinite, language, { count: lost });
  if (finite.length === 0) return markup`${note}`;
  const range = `[${formatNumber(Math.min(...finite), 3)}, ${formatNumber(Math.max(...finite), 3)}]`;
  return markup`<strong>${formatNumber(median(finite))}</strong> ${range}${note === undefined ? undefined : `, ${note}`}`;
}
