import { describe, expect, it } from 'vitest';
import { inLectureOrder } from '../../src/report/cover.ts';
import { renderReport } from '../../src/report/page.ts';
import { WORDS, fill } from '../../src/report/words.ts';
import type { RecipeResult } from '../../src/result/recipe-result.ts';
import { attributes, read, texts } from './dom.ts';
import { sampleMultiples } from './sample-multiples.ts';
import { sampleResult, sampleScatter, sampleVerdicts } from './sample.ts';

/** A result of another lecture, the figures left out to keep it quick. */
function lecture(number: string, changes: Partial<RecipeResult> = {}): RecipeResult {
  const title = { en: `Chapter ${number}`, zh: `第 ${number} 章` };
  return {
    ...sampleResult,
    figures: [],
    recipe: { ...sampleResult.recipe, lecture: number, title },
    ...changes,
  };
}

const [held, notHeld] = sampleVerdicts;
if (held === undefined || notHeld === undefined) throw new Error('the sample has verdicts');

const book = read(
  renderReport([
    lecture('2.5', { verdicts: [held, notHeld] }),
    lecture('1.4', { verdicts: [held], mode: 'quick' }),
    lecture('2.10'),
  ]),
);

describe('a book', () => {
  it('has its chapters in lecture order, and a cover that leads to them', () => {
    expect(texts(book, 'article h2')).toEqual(['Chapter 1.4', 'Chapter 2.5', 'Chapter 2.10']);
    const links = attributes(book, '.cover .book td:nth-child(2) a', 'href');
    expect(links).toEqual(['#result-1', '#result-2', '#result-3']);
    for (const link of links) expect(book.querySelector(link)?.tagName).toBe('ARTICLE');
    expect(texts(book, '.cover h2')).toEqual([fill(WORDS.bookTitle, 'en', { recipes: 3, claims: 6 })]);
    expect(texts(book, '.cover .quick')).toEqual([fill(WORDS.quickRuns, 'en', { quick: 1, recipes: 3 })]);
  });

  it('counts the statuses a recipe and in all', () => {
    const rows = [...book.querySelectorAll('.book tbody tr')].map((row) => texts(row, '.number'));
    expect(rows).toEqual([
      ['1', '0', '0'],
      ['1', '1', '0'],
      ['1', '1', '1'],
      ['3', '2', '1'],
    ]);
    expect(attributes(book, '.tally rect', 'width')).toEqual(['3', '2', '1']);
    expect(attributes(book, '.tally rect', 'x')).toEqual(['0', '3', '5']);
    expect(texts(book, '.tally .status')).toEqual(['✓ 3 held', '✗ 2 not held', '? 1 undecided']);
  });

  it('has a cell a claim and a list of those that did not hold, each leading to its claim', () => {
    expect(texts(book, '.cell')).toEqual(['✓', '✓', '✗', '✓', '✗', '?']);
    for (const link of attributes(book, '.cell', 'href'))
      expect(book.querySelector(link)?.className).toBe('claim');
    expect(attributes(book, '.open a', 'href')).toEqual([
      '#result-2-claim-2',
      '#result-3-claim-2',
      '#result-3-claim-3',
    ]);
    expect(texts(book, '.open .detail')).toEqual(['Chapter 2.5', 'Chapter 2.10', 'Chapter 2.10']);
    const fine = read(renderReport([lecture('1', { verdicts: [held] }), lecture('2', { verdicts: [held] })]));
    expect(fine.querySelector('.open')).toBeNull();
    expect(texts(fine, '.cover .note')).toEqual([WORDS.allHeld.en]);
  });

  it('turns from chapter to chapter', () => {
    const turns = [...book.querySelectorAll('article .turn')].map((turn) => attributes(turn, 'a', 'href'));
    expect(turns).toEqual([
      ['#contents', '#result-2'],
      ['#result-1', '#contents', '#result-3'],
      ['#result-2', '#contents'],
    ]);
    expect(book.querySelector('#contents')?.className).toBe('cover');
  });

  it('has every identifier once', () => {
    const result = { ...sampleResult, figures: [sampleScatter, sampleMultiples] };
    const page = read(renderReport([result, result]));
    const ids = attributes(page, '[id]', 'id');
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of attributes(page, 'a', 'href')) expect(ids).toContain(link.slice(1));
  });

  it('is no book when there is one result', () => {
    const single = read(renderReport([lecture('1')]));
    expect(single.querySelector('.cover, .turn')).toBeNull();
  });

  it('counts claims about clock values', () => {
    const { timings } = sampleResult;
    const clock = lecture('3', { verdicts: [held], timings: { ...timings, verdicts: [notHeld] } });
    const page = read(renderReport([clock, lecture('4', { verdicts: [] })]));
    expect(texts(page, '.tally .status')).toEqual(['✓ 1 held', '✗ 1 not held', '? 0 undecided']);
    expect(
      texts(page, '#result-1 .verdicts .detail').filter((text) => text === WORDS.byClock.en),
    ).toHaveLength(1);
  });
});

describe('inLectureOrder', () => {
  const order = (...lectures: string[]): string[] =>
    inLectureOrder(lectures.map((number) => lecture(number))).map(({ recipe }) => recipe.lecture);

  it('compares numbers, not letters', () => {
    expect(order('2.10', '2.9', '10', '2')).toEqual(['2', '2.9', '2.10', '10']);
  });

  it('leaves those without a number at the end, as they were', () => {
    expect(order('mine', '2.1', 'yours', '1.9-2.0')).toEqual(['1.9-2.0', '2.1', 'mine', 'yours']);
  });
});
