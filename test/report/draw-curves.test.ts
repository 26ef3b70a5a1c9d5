import { describe, expect, it } from 'vitest';
import { drawFigure } from '../../src/report/figure.ts';
import { textWidth } from '../../src/report/text-width.ts';
import { WORDS } from '../../src/report/words.ts';
import { curves, type Figure, type Row } from '../../src/result/figure.ts';
import { PIXEL_DIGITS, attributes, both, drawn, pathPoints, texts, tickPosition, xy } from './dom.ts';
import { sampleCurves } from './sample.ts';

/** The rows of one line. */
function line(series: string, group: number, ...ys: number[]): Row[] {
  return ys.map((y, x) => ({ series, group, x, y }));
}

/** A line with values that no logarithmic axis can show. */
function brokenLine(scale: 'linear' | 'log'): Figure {
  return curves({
    id: 'a',
    title: both('a'),
    names: {},
    x: xy.x,
    y: { label: both('y'), scale },
    rows: line('a', 1, 1, 10, 0, -5, Number.NaN, 100, 1000),
  });
}

describe('curves', () => {
  it('draws a line a group and, over several groups, their median', () => {
    const document = drawn(sampleCurves);
    // 2 series × (3 seeds + 1 median).
    expect(document.querySelectorAll('g.line').length).toBe(8);
    expect(texts(document, '.legend')).toEqual([
      'plain gradient descent',
      'with momentum 0.9',
      'bold: median of the thin lines',
    ]);
    const one = drawn(curves({ ...xy, id: 'a', title: both('a'), names: {}, rows: line('a', 1, 1, 2) }));
    expect(one.querySelectorAll('g.line').length).toBe(1);
    expect(texts(one, '.legend')).toEqual(['a']);
  });

  it('puts a value where the ticks say it is', () => {
    const document = drawn(
      curves({ ...xy, id: 'a', title: both('a'), names: {}, rows: line('a', 1, 0, 10, 20, 40) }),
    );
    const [path = ''] = attributes(document, 'g.line path', 'd');
    const [first, , , last] = pathPoints(path);
    expect(first?.[0]).toBeCloseTo(tickPosition(document, 'x', '0'), PIXEL_DIGITS);
    expect(first?.[1]).toBeCloseTo(tickPosition(document, 'y', '0'), PIXEL_DIGITS);
    expect(last?.[0]).toBeCloseTo(tickPosition(document, 'x', '3'), PIXEL_DIGITS);
    expect(last?.[1]).toBeCloseTo(tickPosition(document, 'y', '40'), PIXEL_DIGITS);
  });

  it('drops what a logarithmic axis cannot show and breaks the line there', () => {
    const [log = ''] = attributes(drawn(brokenLine('log')), 'g.line path', 'd');
    expect(pathPoints(log)).toHaveLength(4);
    expect(log.match(/M/g)).toHaveLength(2);
    const [linear = ''] = attributes(drawn(brokenLine('linear')), 'g.line path', 'd');
    expect(pathPoints(linear)).toHaveLength(6);
    // Decades have one height.
    const [a, b, c, d] = pathPoints(log).map(([, y]) => y);
    expect((a ?? 0) - (b ?? 0)).toBeCloseTo((c ?? 0) - (d ?? 0), PIXEL_DIGITS);
  });

  it('draws references inside the frame only, with their words', () => {
    const document = drawn(
      curves({
        ...xy,
        y: { label: both('y'), domain: [0, 1] },
        id: 'a',
        title: both('a'),
        names: {},
        rows: line('a', 1, 0, 1),
        references: [
          { axis: 'y', value: 0.5, label: both('half') },
          { axis: 'x', value: 0.25, label: both('start') },
          { axis: 'y', value: 7, label: both('beyond') },
        ],
      }),
    );
    expect(document.querySelectorAll('g.reference').length).toBe(2);
    expect(texts(document, 'g.label')).toEqual(['half', 'start']);
    // Words over lines, with a rim of paper.
    const order = [...document.querySelectorAll('g.reference, g.label')].map((mark) =>
      mark.getAttribute('class'),
    );
    expect(order).toEqual(['reference', 'reference', 'label', 'label']);
    expect(attributes(document, 'g.label', 'paint-order')).toEqual(['stroke', 'stroke']);
    expect(attributes(document, 'g.label', 'stroke')).toEqual(['white', 'white']);
  });

  it('has no coordinate that a renderer cannot hold', () => {
    const document = drawn(
      curves({
        ...xy,
        y: { label: both('y'), domain: [0, 1] },
        id: 'a',
        title: both('a'),
        names: {},
        rows: line('a', 1, 0, 0.5, 1e30, Number.POSITIVE_INFINITY),
      }),
    );
    const [path = ''] = attributes(document, 'g.line path', 'd');
    expect(path).not.toMatch(/NaN|Infinity|e\+/);
    for (const [, y] of pathPoints(path)) expect(Math.abs(y)).toBeLessThan(1e6);
  });

  it('makes room for long tick labels', () => {
    const rows = [0, 1, 2].map((step) => ({
      series: 'a',
      x: 1e-7 * (1 + step / 8),
      y: -1e-9 * (1 + step / 8),
    }));
    const document = drawn(curves({ ...xy, id: 'a', title: both('a'), names: {}, rows }));
    const labels = texts(document, '[aria-label="y-axis tick label"] text');
    const widest = Math.max(...labels.map((label) => textWidth(label, 13)));
    const [path = ''] = attributes(document, 'g.line path', 'd');
    expect(labels.join(' ')).toContain('−1.25×10⁻⁹');
    expect(pathPoints(path)[0]?.[0]).toBeGreaterThan(widest);
    expect(pathPoints(path).at(-1)?.[0]).toBeLessThan(680 - textWidth('1.25×10⁻⁷', 13) / 2);
  });

  it('shades bands below the lines, with their series named in the legend', () => {
    const bands = [
      { series: 'b', x: 2, low: 1, high: 3 },
      { series: 'b', x: 0, low: 0, high: 2 },
      { series: 'b', x: 1, low: Number.NaN, high: 2 },
      { series: 'b', x: 3, low: 2, high: Number.POSITIVE_INFINITY },
    ];
    const rows = line('a', 1, 0, 4);
    const document = drawn(curves({ ...xy, id: 'a', title: both('a'), names: {}, rows, bands }));
    expect(texts(document, '.legend')).toEqual(['a', 'b', WORDS.bandOfLine.en]);
    const [band, mark] = attributes(document, 'g.band, g.line', 'class');
    expect([band, mark]).toEqual(['band series-1', 'line series-0']);
    const [path = ''] = attributes(document, 'g.band path', 'd');
    expect(path).not.toMatch(/NaN|Infinity/);
    // In the order of x, in two pieces: before the gap and behind it, where the band leaves the frame upwards.
    expect(path.match(/M/g)).toHaveLength(2);
    const [[left, top] = []] = pathPoints(path);
    expect(left).toBeCloseTo(tickPosition(document, 'x', '0'), PIXEL_DIGITS);
    expect(top).toBeCloseTo(tickPosition(document, 'y', '2'), PIXEL_DIGITS);
    expect(Math.min(...pathPoints(path).map(([, y]) => y))).toBeLessThan(0);
  });

  it('lets a band that reaches below zero go down to the frame of a logarithmic axis', () => {
    const bands = [0, 1].map((x) => ({ series: 'a', x, low: -1, high: 10 }));
    const y = { label: both('y'), scale: 'log' } as const;
    const rows = line('a', 1, 1, 10);
    const document = drawn(curves({ x: xy.x, y, id: 'a', title: both('a'), names: {}, rows, bands }));
    const [path = ''] = attributes(document, 'g.band path', 'd');
    expect(path).not.toMatch(/NaN|Infinity/);
    const lowest = Math.max(...pathPoints(path).map(([, pixel]) => pixel));
    expect(lowest).toBeGreaterThan(tickPosition(document, 'y', '1'));
  });

  it('can be empty', () => {
    expect(() =>
      drawFigure(curves({ ...xy, id: 'a', title: both(''), names: {}, rows: [] }), 'en'),
    ).not.toThrow();
  });
});
