/** Results as one page: a single result as it is, several as a book with a cover and chapters. */
import type { RecipeResult } from '../result/recipe-result.ts';
import type { Language } from '../text.ts';
import { chapter } from './chapter.ts';
import { cover, inLectureOrder, turnLinks } from './cover.ts';
import { renderPage } from './frame.ts';
import { markup } from './markup.ts';
import { WORDS } from './words.ts';

/** How a report is written. */
export interface ReportOptions {
  /** @default 'en' */
  readonly language?: Language;
}

/** The page of one or more results. */
export function renderReport(
  results: readonly RecipeResult[],
  { language = 'en' }: ReportOptions = {},
): string {
  const isBook = results.length !== 1;
  const chapters = isBook ? inLectureOrder(results) : results;
  const [first] = chapters;
  return renderPage({
    title: isBook || first === undefined ? WORDS.report[language] : first.recipe.title[language],
    language,
    body: markup`<header>
<h1>${WORDS.report[language]}</h1>
</header>
<main>
${isBook ? cover(chapters, language) : undefined}${chapters.map((result, index) =>
      chapter(result, index, language, isBook ? turnLinks(chapters, index, language) : undefined),
    )}
</main>`,
  });
}
