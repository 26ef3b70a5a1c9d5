/** One result on a page: its verdicts, measures, figures and setup. */
import type { RecipeResult } from '../result/recipe-result.ts';
import type { Language } from '../text.ts';
import { figureId, figuresOf, placeClaims } from './claims.ts';
import { figureSection } from './figure-section.ts';
import { markup, type Markup } from './markup.ts';
import { measureSection } from './measure-section.ts';
import { setupSection } from './setup-section.ts';
import { verdictTable } from './verdict-table.ts';
import { WORDS } from './words.ts';

/** The identifier of the article of a result, by its place. */
export const chapterId = (index: number): string => `result-${index + 1}`;

/** The article; `turn` stands at its end. */
export function chapter(result: RecipeResult, index: number, language: Language, turn?: Markup): Markup {
  const { recipe, mode, seeds } = result;
  const id = chapterId(index);
  const claims = placeClaims(result, id);
  const figures = figuresOf(result).map((figure, place) =>
    figureSection(figure, language, {
      id: figureId(id, place),
      claims: claims.filter((claim) => claim.place?.figure === figure),
    }),
  );
  return markup`<article id="${id}">
<p class="overline">${WORDS.lecture[language]} ${recipe.lecture} · <code>${recipe.id}</code></p>
<h2>${recipe.title[language]}</h2>
<p class="summary">${recipe.summary[language]}</p>
${mode === 'quick' ? markup`<p class="quick">${WORDS.quick[language]}</p>` : undefined}
<h3>${WORDS.verdicts[language]}</h3>
${verdictTable(claims, seeds, language)}
${measureSection(result, language)}
${figures}
${setupSection(result, language)}${turn}
</article>
`;
}
