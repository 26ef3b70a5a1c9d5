/** Results as one HTML page that opens offline: no script, no request, nothing from outside. */
import type { RecipeResult } from '../result/recipe-result.ts';
import type { Verdict } from '../result/verdict.ts';
import type { Language } from '../text.ts';
import { STYLE } from './css.ts';
import { figureSection } from './figure-section.ts';
import { Markup, markup } from './markup.ts';
import { measureSection } from './measure-section.ts';
import { setupSection } from './setup-section.ts';
import { statusChip, verdictTable } from './verdict-table.ts';
import { WORDS } from './words.ts';

/** How a report is written. */
export interface ReportOptions {
  /** @default 'en' */
  readonly language?: Language;
}

/** Nothing may be loaded and nothing may run; the one style sheet stands in the page. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-Hans' };

/** The page of one or more results. */
export function renderReport(
  results: readonly RecipeResult[],
  { language = 'en' }: ReportOptions = {},
): string {
  const title = results.length === 1 ? results[0]?.recipe.title[language] : WORDS.report[language];
  return markup`${new Markup('<!doctype html>')}
<html lang="${LANGUAGE_TAGS[language]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – tfjs-recipes</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<h1>${WORDS.report[language]}</h1>
${results.length > 1 ? contents(results, language) : undefined}
</header>
<main>
${results.map((result, index) => resultArticle(result, index, language))}
</main>
</body>
</html>
`.source;
}

/** The list of results with the statuses of their claims. */
function contents(results: readonly RecipeResult[], language: Language): Markup {
  const chips = (verdicts: readonly Verdict[]): Markup[] =>
    verdicts.map(({ status }) => markup` ${statusChip(status, language)}`);
  return markup`<nav aria-label="${WORDS.contents[language]}"><ol>
${results.map(
  ({ recipe, verdicts }, index) =>
    markup`<li><a href="#result-${index + 1}">${recipe.title[language]}</a>${chips(verdicts)}</li>\n`,
)}</ol></nav>`;
}

function resultArticle(result: RecipeResult, index: number, language: Language): Markup {
  const { recipe, mode, verdicts, figures } = result;
  return markup`<article id="result-${index + 1}">
<p class="overline">${WORDS.lecture[language]} ${recipe.lecture} · <code>${recipe.id}</code></p>
<h2>${recipe.title[language]}</h2>
<p class="summary">${recipe.summary[language]}</p>
${mode === 'quick' ? markup`<p class="quick">${WORDS.quick[language]}</p>` : undefined}
<h3>${WORDS.verdicts[language]}</h3>
${verdictTable(verdicts, result.seeds, language)}
${measureSection(result, language)}
${figures.map((figure) => figureSection(figure, language))}
${setupSection(result, language)}
</article>
`;
}
