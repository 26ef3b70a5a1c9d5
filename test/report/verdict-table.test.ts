import { describe, expect, it } from 'vitest';
import { renderReport } from '../../src/report/page.ts';
import { expectationText } from '../../src/report/verdict-table.ts';
import { WORDS } from '../../src/report/words.ts';
import type { RecipeResult } from '../../src/result/recipe-result.ts';
import { attributes, read, texts } from './dom.ts';
import { sampleResult, sampleVerdicts } from './sample.ts';

/** The document of a report that has verdicts and no figures. */
const page = (verdicts: RecipeResult['verdicts']): Document =>
  read(renderReport([{ ...sampleResult, figures: [], verdicts }]));

describe('verdicts', () => {
  const document = page(sampleVerdicts);
  const cells = (row: number): string[] => texts(document, `.verdicts tbody tr:nth-child(${row}) td`);

  it('say status, claim, measure with interval, threshold and control', () => {
    const [status, claim, measured, expected, control] = cells(1);
    expect(status).toBe('✓ held');
    expect(claim).toContain(sampleVerdicts[0]?.text.en);
    expect(claim).toContain('momentum against plain');
    expect(measured).toContain('1 [0.74,\u00a01]');
    expect(measured).toContain('share of 3 seeds');
    expect(expected).toBe('at least 0.5');
    expect(control).toContain('fails, as it must');
    expect(control).toContain('again: 0 [0,\u00a00.26]');
  });

  it('say why a claim is undecided when its control shows the effect', () => {
    expect(cells(3)[1]).toContain(WORDS.spoiledByControl.en);
    expect(cells(3)[4]).toContain('shows the effect too');
    expect(cells(2)[1]).not.toContain(WORDS.spoiledByControl.en);
  });

  it('list the value of each seed', () => {
    const rows = texts(document, 'details tbody tr');
    expect(rows).toHaveLength(9);
    expect(rows[3]).toContain('lower-loss');
    expect(rows[3]).toContain('1000');
    expect(rows[3]).toContain('0.79');
    expect(rows[3]).toContain('0.99');
  });

  it('put thresholds into words', () => {
    expect(expectationText({ kind: 'at least', value: 0.5 }, 'zh')).toBe('至少 0.5');
    expect(expectationText({ kind: 'at most', value: -1e-5 }, 'en')).toBe('at most −10⁻⁵');
    expect(expectationText({ kind: 'between', low: -1, high: 2 }, 'en')).toBe('between −1 and 2');
  });

  it('shade the side of the threshold where the claim holds, and draw every seed', () => {
    const strips = [...document.querySelectorAll('.strip')];
    const regions = strips.map((strip) => {
      const [x = Number.NaN, width = Number.NaN] = ['x', 'width'].map((name) =>
        Number(attributes(strip, '.region', name)[0]),
      );
      const thresholds = attributes(strip, '.threshold', 'd').map((path) => Number.parseFloat(path.slice(1)));
      return { left: x, right: x + width, thresholds };
    });
    const width = Number(strips[0]?.getAttribute('width'));
    expect(regions[0]).toEqual({
      left: regions[0]?.thresholds[0],
      right: width,
      thresholds: [expect.any(Number)],
    });
    expect(regions[1]?.left).toBe(0);
    expect(regions[1]?.right).toBeCloseTo(regions[1]?.thresholds[0] ?? Number.NaN, 1);
    expect(regions[2]?.left).toBeCloseTo(regions[2]?.thresholds[0] ?? Number.NaN, 1);
    for (const strip of strips) expect(strip.querySelectorAll('.seed').length).toBe(6);
  });

  it('survive measures that are not finite', () => {
    const [first] = sampleVerdicts;
    const broken = {
      ...first,
      measured: Number.NaN,
      interval: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const,
      values: [Number.NaN, 1, Number.POSITIVE_INFINITY],
    };
    const strange = page(first === undefined ? [] : [{ ...first, ...broken }]);
    const [measured] = texts(strange, '.measured');
    expect(measured).toBe('NaN [−∞,\u00a0∞]');
    expect(attributes(strange, '.strip *', 'd').join(' ')).not.toMatch(/NaN|Infinity/);
  });

  it('show a logarithm of a ratio as the factor', () => {
    const ln = Math.log;
    const factors = page(
      sampleVerdicts.slice(1, 2).map((verdict) => ({
        ...verdict,
        scale: 'ln',
        threshold: { kind: 'at most', value: ln(0.67) },
        measured: ln(0.19),
        interval: [ln(0.17), ln(0.21)],
        values: [ln(0.18), ln(0.19), ln(0.2)],
        control: { ...verdict.control, measured: ln(0.9), interval: [ln(0.8), ln(1.1)], values: [ln(0.9)] },
      })),
    );
    const [, , measured, expected, control] = texts(factors, '.verdicts tbody td');
    expect(measured).toContain('×0.19 [×0.17,\u00a0×0.21]');
    expect(measured).toContain('geometric mean of 3 seeds');
    expect(expected).toBe('at most ×0.67');
    expect(control).toContain('×0.9 [×0.8,\u00a0×1.1]');
    expect(texts(factors, 'details tbody tr:first-child td').slice(2)).toEqual(['×0.18', '×0.9']);
    expect(texts(factors, '.strip text')).toEqual(['×0.67']);
    expect(texts(factors, '.note').join(' ')).toContain(WORDS.legendOfFactors.en);
    expect(texts(document, '.note').join(' ')).not.toContain(WORDS.legendOfFactors.en);
    expect(expectationText({ kind: 'between', low: -1, high: 1 }, 'zh', 'log10')).toBe(
      '介于 ×0.1 与 ×10 之间',
    );
  });

  it('may be none', () => {
    expect(texts(page([]), '.note')).toContain(WORDS.noVerdicts.en);
  });
});
