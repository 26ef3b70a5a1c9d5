import { describe, expect, it } from 'vitest';
import { TABLE_ROWS, figureSection } from '../../src/report/figure-section.ts';
import { multiples, type MultiplesFigure, type Panel } from '../../src/result/figure.ts';
import { attributes, both, drawn, pathPoints, read, texts, xy } from './dom.ts';
import { sampleMultiples } from './sample-multiples.ts';

/** A figure of equal panels. */
function figureOf(count: number, length = 3): MultiplesFigure {
  const rows = Array.from({ length }, (_, x) => ({ series: 'a', x, y: x }));
  const panels = Array.from({ length: count }, (_, index): Panel => ({
    kind: 'curves',
    title: both(`panel ${index}`),
    ...xy,
    rows,
  }));
  return multiples({ id: 'a', title: both('a'), names: { a: both('the series') }, panels });
}

/** The section of a page. */
const section = (figure: MultiplesFigure): Document =>
  read(`<div>${figureSection(figure, 'en').source}</div>`);

describe('multiples on a page', () => {
  const document = section(sampleMultiples);

  it('are a drawing a panel, each with its title and the words of its axes', () => {
    const panels = [...document.querySelectorAll('.panel')];
    expect(panels).toHaveLength(5);
    for (const [index, { title, x, y }] of sampleMultiples.panels.entries()) {
      const panel = panels[index] ?? document;
      expect(texts(panel, 'h4')).toEqual([title.en]);
      expect(texts(panel, 'svg > title')).toEqual([title.en]);
      expect(texts(panel, 'svg > desc')[0]).toContain(x.label.en);
      expect(texts(panel, 'text')).toContain(x.label.en);
      expect(texts(panel, 'text')).toContain(y.label.en);
      expect(panel.querySelectorAll('.legend').length).toBe(0);
    }
  });

  it('share one legend, in the order of the names, with notes for all kinds of marks', () => {
    expect(texts(document, '.entries li').map((entry) => entry.trim())).toEqual([
      'plain gradient descent',
      'with momentum 0.9',
      'shaded: interval',
      'bar: interval, dash: mean of the dots',
    ]);
  });

  it('give a series one colour in every panel, named or not', () => {
    const row = (series: string) => ({ series, x: 0, y: 1 });
    const panels = [['a', 'z'], ['z']].map((series): Panel => ({
      kind: 'scatter',
      title: both('p'),
      ...xy,
      rows: series.map(row),
    }));
    const source = section(multiples({ id: 'a', title: both('a'), names: { a: both('a') }, panels }));
    const [first, second] = [...source.querySelectorAll('.panel')];
    expect(attributes(first ?? source, 'g.dot', 'class')).toEqual(['dot series-0', 'dot series-1']);
    expect(attributes(second ?? source, 'g.dot', 'class')).toEqual(['dot series-1']);
    expect(texts(source, '.entries li').map((entry) => entry.trim())).toEqual(['a', 'z']);
  });

  it.each([
    [2, 2],
    [3, 3],
    [4, 2],
    [5, 3],
    [9, 3],
  ])('%i stand in up to %i columns', (count, columns) => {
    expect(section(figureOf(count)).querySelectorAll(`.panels.columns-${columns}`).length).toBe(1);
  });

  it('have a table a panel, which share the rows that a page can hold', () => {
    expect(texts(document, 'details h4')).toEqual(
      sampleMultiples.panels.map(({ title }, index) => `${index + 1}. ${title.en}`),
    );
    const long = section(figureOf(4, 300));
    expect(long.querySelectorAll('tbody tr').length).toBe(TABLE_ROWS);
    expect(texts(long, 'summary')[0]).toContain('1200');
  });
});

describe('multiples on paper', () => {
  it('are one drawing with rows of panels that do not touch', () => {
    const document = drawn(figureOf(5));
    expect(document.querySelectorAll('svg.drawing').length).toBe(1);
    const places = attributes(document, 'svg.drawing > g > g', 'transform')
      .filter((_, index) => index % 2 === 1)
      .map((place) => pathPoints(place)[0] ?? [Number.NaN, Number.NaN]);
    expect(places.map(([x]) => x)).toEqual([0, 324, 648, 0, 324]);
    const [first, , third, fourth] = places.map(([, y]) => y);
    expect(third).toBe(first);
    expect((fourth ?? 0) - (first ?? 0)).toBeGreaterThan(200);
    expect(texts(document, '.legend')).toEqual(['the series']);
    expect(texts(document, 'svg.drawing > g > g[text-anchor="start"]')).toEqual(
      [0, 1, 2, 3, 4].map((index) => `panel ${index}`),
    );
  });
});
