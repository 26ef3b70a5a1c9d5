import { describe, expect, it } from 'vitest';
import { scatter } from '../../src/result/figure.ts';
import { PIXEL_DIGITS, attributes, both, drawn, texts, tickPosition, xy } from './dom.ts';
import { sampleScatter } from './sample.ts';

describe('scatter', () => {
  it('draws a dot a row, an interval and a mean a place', () => {
    const document = drawn(sampleScatter);
    expect(document.querySelectorAll('g.dot circle').length).toBe(sampleScatter.rows.length);
    expect(document.querySelectorAll('g.interval line').length).toBe(8);
    expect(document.querySelectorAll('g.mean path').length).toBe(8);
    expect(texts(document, '[aria-label="x-axis tick label"] text').join('')).toContain('1024');
  });

  it('keeps the dots of a category near its tick and of a series together', () => {
    const document = drawn(sampleScatter);
    const [plain = [], momentum = []] = [...document.querySelectorAll('g.dot')].map((group) =>
      attributes(group, 'circle', 'cx').map(Number),
    );
    const tick = tickPosition(document, 'x', '128');
    const distances = (xs: readonly number[]) => xs.slice(10, 20).map((x) => x - tick);
    for (const distance of distances(plain)) expect(distance).toBeLessThan(0);
    for (const distance of distances(momentum)) expect(distance).toBeGreaterThan(0);
    for (const distance of [...distances(plain), ...distances(momentum)])
      expect(Math.abs(distance)).toBeLessThan(60);
  });

  it('puts a series that has a category to itself at its tick', () => {
    const categories = ['a', 'b'].map(both);
    const rows = ['a', 'b'].map((series, x) => ({ series, x, y: 1 }));
    const x = { label: both('x'), categories };
    const document = drawn(scatter({ ...xy, x, id: 'a', title: both('a'), names: {}, rows }));
    const places = attributes(document, 'g.dot circle', 'cx').map(Number);
    for (const [index, place] of places.entries()) {
      const tick = tickPosition(document, 'x', ['a', 'b'][index] ?? '');
      // A dot stands in the first of three columns, 5 pixels apart.
      expect(tick - place).toBeCloseTo(5, PIXEL_DIGITS);
    }
  });

  it('leaves dots over numbers where they are, and what an axis cannot show out', () => {
    const rows = [1, 2, Number.NaN].map((y, x) => ({ series: 'a', x, y }));
    const document = drawn(scatter({ ...xy, id: 'a', title: both('a'), names: {}, rows }));
    const places = attributes(document, 'g.dot circle', 'cx').map(Number);
    expect(places).toHaveLength(2);
    expect(places[0]).toBeCloseTo(tickPosition(document, 'x', '0'), PIXEL_DIGITS);
    expect(places[1]).toBeCloseTo(tickPosition(document, 'x', '1'), PIXEL_DIGITS);
  });

  it('ends an infinite interval at the limit of the axis and leaves a NaN out', () => {
    const document = drawn(
      scatter({
        ...xy,
        id: 'a',
        title: both('a'),
        names: {},
        rows: [0, 1].map((y) => ({ series: 'a', x: 0, y })),
        intervals: [
          { series: 'a', x: 0, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
          { series: 'a', x: 0, low: Number.NaN, high: 1 },
        ],
      }),
    );
    expect(document.querySelectorAll('g.interval line').length).toBe(1);
    for (const end of ['y1', 'y2'])
      for (const y of attributes(document, 'g.interval line', end)) expect(Number(y)).toBeGreaterThan(0);
  });
});
