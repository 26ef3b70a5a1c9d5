import { describe, expect, it } from 'vitest';
import { FIGURE_STYLE } from '../../src/report/figure-css.ts';
import { figureSection } from '../../src/report/figure-section.ts';
import { drawFigure } from '../../src/report/figure.ts';
import { legendOf } from '../../src/report/legend.ts';
import { partsOf } from '../../src/report/parts.ts';
import type { Figure } from '../../src/result/figure.ts';
import { attributes, both, drawn, read, texts } from './dom.ts';
import { sampleCurves, sampleResult } from './sample.ts';

describe.each(['en', 'zh'] as const)('every figure in %s', (language) => {
  it.each(sampleResult.figures.map((figure) => [figure.id, figure] as const))('%s', (_, figure) => {
    const document = read(drawFigure(figure, language));
    const svg = document.querySelector('svg');
    expect(svg?.getAttribute('role')).toBe('img');
    expect(texts(document, 'svg.drawing > title')).toEqual([figure.title[language]]);
    expect(texts(document, 'svg.drawing > desc')[0]).toContain(figure.caption?.[language]);
    const words = texts(document, 'text');
    for (const { [language]: name } of Object.values(figure.names)) expect(words).toContain(name);
    for (const part of partsOf(figure))
      for (const { label } of [part.x, part.y]) expect(words).toContain(label[language]);
    expect(texts(document, 'svg.drawing > text').join('').replaceAll(' ', '')).toBe(
      figure.title[language].replaceAll(' ', ''),
    );
  });
});

describe('a drawing', () => {
  it('is the same for the same figure', () => {
    for (const figure of sampleResult.figures)
      expect(drawFigure(figure, 'zh')).toBe(drawFigure(structuredClone(figure), 'zh'));
  });

  it('has no identifier, style or script that could meet another in a page', () => {
    for (const figure of sampleResult.figures) {
      const document = read(drawFigure(figure, 'en', { heading: false }));
      expect(document.querySelectorAll('[id], style, [style], script, a, image, use').length).toBe(0);
    }
  });

  it('has no heading where the page has one', () => {
    const document = read(drawFigure(sampleCurves, 'en', { heading: false }));
    expect(document.querySelectorAll('svg.drawing > text').length).toBe(0);
    expect(texts(document, 'title')).toEqual([sampleCurves.title.en]);
  });

  it('is narrower in a page, where its legend is text: on a phone its words are readable without scrolling', () => {
    const [width = Number.NaN] = attributes(
      read(drawFigure(sampleCurves, 'en', { heading: false })),
      'svg.drawing',
      'width',
    ).map(Number);
    // 358 pixels are left on a phone of 390: words of 13 pixels stay above 9.
    expect((13 * 358) / width).toBeGreaterThan(9);
    const section = read(figureSection(sampleCurves, 'en').source);
    expect(section.querySelectorAll('.drawing .legend').length).toBe(0);
    expect(texts(section, '.entries li').map((text) => text.trim())).toEqual(
      legendOf(sampleCurves, 'en').map(({ text }) => text),
    );
    expect(FIGURE_STYLE).not.toMatch(/min-width: \d+rem/);
  });

  it('writes no text below 12 pixels', () => {
    for (const figure of sampleResult.figures)
      for (const size of attributes(drawn(figure), '[font-size]', 'font-size'))
        expect(Number.parseFloat(size)).toBeGreaterThanOrEqual(12);
  });

  it('shows hostile words as text', () => {
    const payload = '</text></title></svg><script>alert(1)</script><b a="\'">&\u0000\u2028';
    for (const figure of sampleResult.figures) {
      const hostile: Figure = Object.assign(structuredClone(figure), {
        title: both(payload),
        caption: both(payload),
        ...('x' in figure && {
          x: { ...figure.x, label: both(payload) },
          y: { ...figure.y, label: both(payload) },
        }),
        ...('panels' in figure && {
          panels: figure.panels.map((panel) => ({ ...panel, title: both(payload) })),
        }),
        names: Object.fromEntries(Object.keys(figure.names).map((key) => [key, both(payload)])),
      });
      expect(drawFigure(hostile, 'en')).not.toContain('\u0000');
      const document = drawn(hostile);
      expect(document.querySelectorAll('script, b').length).toBe(0);
      expect(texts(document, 'title')).toEqual([payload.replace('\u0000', '\ufffd')]);
    }
  });
});
