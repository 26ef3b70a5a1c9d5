import { describe, expect, it } from 'vitest';
import { renderReport } from '../../src/report/page.ts';
import type { Figure } from '../../src/result/figure.ts';
import type { RecipeResult } from '../../src/result/recipe-result.ts';
import { attributes, both, read, texts } from './dom.ts';
import { sampleResult, sampleVerdicts } from './sample.ts';

/** The document of the report of one result. */
const page = (result: RecipeResult): Document => read(renderReport([result]));

/** The document of a book of two. */
const book = (result: RecipeResult): Document => read(renderReport([result, { ...result, figures: [] }]));

const PAYLOADS = [
  '<script>alert(1)</script>',
  '</script><b>x',
  '</style><b>x',
  '</title><b>x',
  '--><b>x<!--',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '" onclick="alert(1)',
  "' onclick='alert(1)",
  'javascript:alert(1)',
  '${alert(1)} &amp; \u2028 \u2029',
];

/** The figures of the sample with few points: what is hostile here is their words. */
const smallFigures = sampleResult.figures.map((figure): Figure => {
  if (figure.kind === 'multiples')
    return {
      ...figure,
      panels: figure.panels.map((panel) => ({ ...panel, rows: panel.rows.slice(0, 20) })),
    };
  if (figure.kind !== 'surface') return { ...figure, rows: figure.rows.slice(0, 20) };
  const grid = { ...figure.grid, columns: 2, rows: 2, values: [1, 2, 3, 4] };
  return { ...figure, grid, paths: figure.paths.slice(0, 20) };
});

/** The sample with a payload wherever a result carries free text. */
function hostile(payload: string): RecipeResult {
  const { recipe, environment } = sampleResult;
  return {
    ...sampleResult,
    recipe: {
      ...recipe,
      id: payload,
      lecture: payload,
      title: both(payload),
      summary: both(payload),
      arms: Object.fromEntries(Object.keys(recipe.arms).map((arm) => [`${arm}${payload}`, both(payload)])),
      options: { [payload]: payload },
      measures: { loss: both(payload) },
    },
    options: { [payload]: payload },
    environment: {
      ...environment,
      backend: {
        ...environment.backend,
        device: payload,
        others: [{ name: payload, reason: payload, cure: payload }],
      },
      versions: { [payload]: payload },
      platform: payload,
    },
    verdicts: sampleVerdicts.map((verdict) =>
      Object.assign(structuredClone(verdict), {
        claim: payload,
        text: both(payload),
        figure: { id: payload, at: { x: 1, y: 1 } },
      }),
    ),
    figures: smallFigures.map((figure) =>
      Object.assign(structuredClone(figure), {
        title: both(payload),
        caption: both(payload),
        ...('x' in figure && { x: { ...figure.x, label: both(payload) } }),
        ...('panels' in figure && {
          panels: figure.panels.map((panel) => ({
            ...panel,
            title: both(payload),
            references: [{ axis: 'y', value: 1, label: both(payload) }],
          })),
        }),
        id: payload,
        names: { plain: both(payload), [payload]: both(payload) },
      }),
    ),
  };
}

/** The tags of a page with how often each occurs; the number of text lines depends on the words. */
function countTags(document: Document): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tagName } of document.querySelectorAll('*:not(text)'))
    counts.set(tagName.toLowerCase(), (counts.get(tagName.toLowerCase()) ?? 0) + 1);
  return counts;
}

describe('hostile text', () => {
  const clean = countTags(page(hostile('word')));

  it.each(PAYLOADS)('%s is shown and adds no element and no attribute', (payload) => {
    const document = page(hostile(payload));
    expect(countTags(document)).toEqual(clean);
    expect(document.querySelectorAll('[onclick], [onload], [onerror]').length).toBe(0);
    expect(texts(document, 'h2')).toEqual([payload]);
    expect(texts(document, '.claim')).toEqual([payload, payload, payload]);
    expect(texts(document, '.setup td')).toEqual([payload, payload, payload]);
    expect(texts(document, 'figcaption')).toEqual([payload, payload, payload, payload]);
    expect(texts(document, '.panel h4')).toEqual(Array.from({ length: 5 }, () => payload));
    expect(attributes(document, '.verdicts a', 'title')).toEqual([payload, payload, payload]);
    expect(texts(document, 'dd')).toContain(payload);
    expect(texts(document, 'desc')[0]).toContain(payload);
  });

  const cleanBook = countTags(book(hostile('word')));

  it.each(PAYLOADS)('%s does no harm in a book', (payload) => {
    const document = book(hostile(payload));
    expect(countTags(document)).toEqual(cleanBook);
    expect(document.querySelectorAll('[onclick], [onload], [onerror]').length).toBe(0);
    expect(attributes(document, '.cell', 'title')).toHaveLength(6);
    for (const title of attributes(document, '.cell', 'title')) expect(title).toContain(payload);
    for (const target of attributes(document, 'a', 'href')) expect(target).toMatch(/^#[a-z0-9-]+$/);
  });
});
