import { describe, expect, it } from 'vitest';
import { TABLE_ROWS } from '../../src/report/figure-section.ts';
import { renderReport } from '../../src/report/page.ts';
import { WORDS, fill } from '../../src/report/words.ts';
import type { RecipeResult } from '../../src/result/recipe-result.ts';
import { attributes, read, texts } from './dom.ts';
import { sampleResult } from './sample.ts';

const page = (result: RecipeResult, language: 'en' | 'zh' = 'en'): Document =>
  read(renderReport([result], { language }));

/** A result with one field changed, the figures left out to keep it quick. */
const changed = (changes: Partial<RecipeResult>): RecipeResult => ({
  ...sampleResult,
  figures: [],
  ...changes,
});

describe('the page', () => {
  it('allows no script and loads nothing', () => {
    const source = renderReport([sampleResult]);
    const document = read(source);
    const [policy = ''] = attributes(document, 'meta[http-equiv="Content-Security-Policy"]', 'content');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('script-src');
    expect(document.querySelectorAll('script, link, img, image, iframe, [src], [style]').length).toBe(0);
    expect(source.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import/);
  });

  it('is the same for the same results', () => {
    expect(renderReport([sampleResult], { language: 'zh' })).toBe(
      renderReport([structuredClone(sampleResult)], { language: 'zh' }),
    );
  });

  it.each([
    ['en', 'en'],
    ['zh', 'zh-Hans'],
  ] as const)('speaks %s', (language, tag) => {
    const document = page(changed({}), language);
    expect(document.documentElement.getAttribute('lang')).toBe(tag);
    expect(texts(document, 'h2')).toEqual([sampleResult.recipe.title[language]]);
    expect(texts(document, 'h3')).toContain(WORDS.environment[language]);
    expect(texts(document, '.status').map((status) => status.slice(2))).toEqual([
      WORDS.held[language],
      WORDS.notHeld[language],
      WORDS.undecided[language],
    ]);
  });

  it('says when a run was quick', () => {
    expect(texts(page(changed({ mode: 'quick' })), '.quick')).toEqual([WORDS.quick.en]);
    expect(texts(page(changed({ mode: 'full' })), '.quick')).toEqual([]);
  });
});

describe('figures on the page', () => {
  const document = page(sampleResult);
  const sections = [...document.querySelectorAll('section.figure')];

  it('have a title, a drawing, a caption and a table of their data', () => {
    expect(sections).toHaveLength(4);
    for (const [index, section] of sections.entries()) {
      const figure = sampleResult.figures[index];
      expect(texts(section, 'h3')).toEqual([figure?.title.en]);
      expect(section.querySelectorAll('svg.drawing').length).toBe(index === 3 ? 5 : 1);
      expect(texts(section, 'figcaption')).toEqual([figure?.caption?.en]);
      expect(section.querySelectorAll('details table').length).toBeGreaterThan(0);
    }
  });

  it('cut long tables and say how many rows are left out', () => {
    const [curves, scatter] = sections;
    expect(curves?.querySelectorAll('tbody tr').length).toBe(TABLE_ROWS);
    const hidden = 2 * 3 * 401 - TABLE_ROWS;
    expect(texts(document, '.note')).toContain(fill(WORDS.rowsLeftOut, 'en', { shown: TABLE_ROWS, hidden }));
    // 80 dots and 8 intervals.
    expect(scatter?.querySelectorAll('tbody tr').length).toBe(88);
  });

  it('have columns named as the axes, categories as words and the group only where there is one', () => {
    const [, scatter, surface] = sections;
    const heads = scatter === undefined ? [] : texts(scatter, 'table:first-of-type th').slice(0, 4);
    expect(heads).toEqual(['Series', 'Line', 'batch size', 'test accuracy (%)']);
    expect(texts(document, 'section.figure td')).toContain('full batch (all 4,000 examples)');
    const surfaceHeads = surface === undefined ? [] : texts(surface, 'th').slice(0, 3);
    expect(surfaceHeads).toEqual(['Series', 'θ₁', 'θ₂']);
  });

  it('say what could not be drawn', () => {
    const [curves] = sampleResult.figures;
    if (curves?.kind !== 'curves') throw new Error('the first figure of the sample is one of curves');
    const rows = [Number.NaN, 0, -1, 1, 2].map((y, x) => ({ series: 'plain', x, y }));
    const notes = texts(page(changed({ figures: [{ ...curves, rows }] })), '.figure .note');
    expect(notes).toEqual([
      'Not drawn: rows with a value that is not finite: 1; rows with a value that a logarithmic axis cannot show: 2.',
    ]);
    const cells = texts(page(changed({ figures: [{ ...curves, rows }] })), '.figure td');
    expect(cells).toContain('NaN');
  });
});

describe('the setup', () => {
  it('shows options exactly, with their descriptions', () => {
    const options = {
      rate: 0.123456789,
      big: 4_000_000_000,
      sizes: [16, Number.POSITIVE_INFINITY],
      none: null,
    };
    const document = page(
      changed({ options, recipe: { ...sampleResult.recipe, options: { rate: 'per step' } } }),
    );
    expect(texts(document, '.setup td')).toEqual(
      ['rate', '0.123456789', 'per step', 'big', '4000000000', ''].concat([
        'sizes',
        '[16,"Infinity"]',
        '',
        'none',
        'null',
        '',
      ]),
    );
  });

  it('shows the machine, the backends that were not used, and the clock apart', () => {
    const values = texts(page(changed({})), '.setup dd');
    for (const value of ['tfjs-recipes 0.1.0', 'wasm', '4', '4.22.0', 'linux x64', '1 min 23 s', '8.3 s'])
      expect(values).toContain(value);
    expect(values.join(' ')).toContain('npx tfjs-recipes native');
    const { environment } = sampleResult;
    const unknown = { ...environment, backend: { ...environment.backend, threads: null } };
    expect(texts(page(changed({ environment: unknown })), '.setup dd')).toContain(WORDS.unknown.en);
  });

  it('writes many consecutive seeds as a range', () => {
    const seeds = Array.from({ length: 20 }, (_, index) => 1000 + index);
    expect(texts(page(changed({ seeds })), '.setup p')).toContain('1000 … 1019 (20)');
    expect(texts(page(changed({ seeds: [1000, 1001, 1002, 1009] })), '.setup p')).toContain(
      '1000, 1001, 1002, 1009',
    );
  });
});

describe('the measures', () => {
  it('show the median and the range of the seeds of every arm', () => {
    const [head, plain, momentum] = texts(page(changed({})), '.compact tr');
    expect(head).toContain('past the bump');
    expect(plain).toContain('0.046 [0.023, 0.069]');
    expect(momentum).toContain('1 [1, 1]');
  });

  it('count what is not finite', () => {
    const runs = [1, Number.NaN, 3].map((loss, index) => ({ arm: 'plain', seed: index, data: { loss } }));
    const [, plain] = texts(page(changed({ runs })), '.compact tr');
    expect(plain).toContain('2 [1, 3], 1 not finite');
  });
});
