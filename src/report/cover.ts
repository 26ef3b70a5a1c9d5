/** The cover of a book of results: how many claims held, the chapters in lecture order, and the claims that did not hold. */
import type { RecipeResult } from '../result/recipe-result.ts';
import type { VerdictStatus } from '../result/verdict.ts';
import type { Language } from '../text.ts';
import { chapterId } from './chapter.ts';
import { placeClaims, type PlacedClaim } from './claims.ts';
import { Markup, markup } from './markup.ts';
import { element, svgSource } from './svg.ts';
import { table } from './table.ts';
import { STATUS, STATUSES, statusChip } from './verdict-table.ts';
import { WORDS, fill } from './words.ts';

/** The identifier of the cover. */
export const COVER_ID = 'contents';

/** The results by the numbers of their lectures; those of one lecture, and those without a number, keep their order. */
export function inLectureOrder(results: readonly RecipeResult[]): RecipeResult[] {
  return results.toSorted((a, b) => compare(numbersOf(a), numbersOf(b)));
}

function numbersOf({ recipe }: RecipeResult): number[] {
  return (recipe.lecture.match(/\d+/g) ?? ['Infinity']).map(Number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left = -1, right = -1] = [a[index], b[index]];
    if (left !== right) return left - right;
  }
  return 0;
}

/** The cover of more than one result, which stand in the order of their chapters. */
export function cover(results: readonly RecipeResult[], language: Language): Markup {
  const claims = results.map((result, index) => placeClaims(result, chapterId(index)));
  const all = claims.flat();
  const quick = results.filter(({ mode }) => mode === 'quick').length;
  const title = fill(WORDS.bookTitle, language, { recipes: results.length, claims: all.length });
  return markup`<section class="cover" id="${COVER_ID}">
<h2>${title}</h2>
${tally(all, language)}
${quick > 0 ? markup`<p class="quick">${fill(WORDS.quickRuns, language, { quick, recipes: results.length })}</p>` : undefined}
<nav aria-label="${WORDS.contents[language]}">
${contents(results, claims, language)}
</nav>
${openClaims(results, claims, language)}
</section>
`;
}

/** Links from a chapter to its neighbours and to the cover. */
export function turnLinks(results: readonly RecipeResult[], index: number, language: Language): Markup {
  const link = (place: number, className: string, word: string): Markup => {
    const result = results[place];
    if (result === undefined) return markup`<span></span>`;
    return markup`<a class="${className}" rel="${className}" href="#${chapterId(place)}"><span>${word}</span> ${result.recipe.title[language]}</a>`;
  };
  return markup`<nav class="turn" aria-label="${WORDS.chapters[language]}">
${link(index - 1, 'prev', WORDS.previous[language])}
<a href="#${COVER_ID}">${WORDS.contents[language]}</a>
${link(index + 1, 'next', WORDS.next[language])}
</nav>`;
}

/** How many claims have which status, as a bar and as words. */
function tally(claims: readonly PlacedClaim[], language: Language): Markup {
  let left = 0;
  const bars = STATUSES.map((status) => {
    const width = count(claims, status);
    const bar = element('rect', {
      class: `bar ${STATUS[status].className}`,
      x: left,
      y: 0,
      width,
      height: 1,
    });
    left += width;
    return bar;
  });
  const box = { viewBox: `0 0 ${Math.max(1, left)} 1`, preserveAspectRatio: 'none', 'aria-hidden': 'true' };
  return markup`<div class="tally">${new Markup(svgSource(element('svg', box, ...bars)))}
<p>${STATUSES.map((status) => markup`${statusChip(status, language, count(claims, status))} `)}</p></div>`;
}

/** A line a recipe: a cell a claim, and the counts. */
function contents(
  results: readonly RecipeResult[],
  claims: readonly (readonly PlacedClaim[])[],
  language: Language,
): Markup {
  const rows = results.map(({ recipe }, index) => [
    recipe.lecture,
    markup`<a href="#${chapterId(index)}">${recipe.title[language]}</a>`,
    markup`<span class="cells">${claims[index]?.map((claim) => cell(claim, language))}</span>`,
    ...countAll(claims[index] ?? []),
  ]);
  return table(
    [
      { heading: WORDS.lecture[language] },
      { heading: WORDS.recipe[language] },
      { heading: WORDS.claims[language] },
      ...STATUSES.map((status) => ({ heading: STATUS[status].text[language], numeric: true })),
    ],
    [...rows, ['', markup`<strong>${WORDS.all[language]}</strong>`, '', ...countAll(claims.flat())]],
    { className: 'book' },
  );
}

/** A status as a small square that leads to its claim. */
function cell({ verdict, id }: PlacedClaim, language: Language): Markup {
  const { className, symbol, text } = STATUS[verdict.status];
  const words = `${text[language]}: ${verdict.text[language]}`;
  return markup`<a class="cell ${className}" href="#${id}" title="${words}" aria-label="${words}">${symbol}</a>`;
}

/** Every claim that did not hold, then every undecided one. */
function openClaims(
  results: readonly RecipeResult[],
  claims: readonly (readonly PlacedClaim[])[],
  language: Language,
): Markup {
  const items = STATUSES.filter((status) => status !== 'held').flatMap((status) =>
    claims.flatMap((own, index) =>
      own
        .filter(({ verdict }) => verdict.status === status)
        .map(
          ({ verdict, id }) =>
            markup`<li>${statusChip(status, language)} <a href="#${id}">${verdict.text[language]}</a> <span class="detail">${results[index]?.recipe.title[language]}</span></li>\n`,
        ),
    ),
  );
  if (items.length === 0) return markup`<p class="note">${WORDS.allHeld[language]}</p>`;
  return markup`<h3>${WORDS.openClaims[language]}</h3>
<ul class="open">
${items}</ul>`;
}

function count(claims: readonly PlacedClaim[], status: VerdictStatus): number {
  return claims.filter(({ verdict }) => verdict.status === status).length;
}

function countAll(claims: readonly PlacedClaim[]): number[] {
  return STATUSES.map((status) => count(claims, status));
}
