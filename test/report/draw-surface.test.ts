import { describe, expect, it } from 'vitest';
import { STYLE } from '../../src/report/css.ts';
import { drawFigure } from '../../src/report/figure.ts';
import { RUNNER_STYLE } from '../../src/report/runner.ts';
import { surface, type Figure, type Row, type SurfaceFigure } from '../../src/result/figure.ts';
import { PIXEL_DIGITS, attributes, both, drawn, pathPoints, read, texts, tickPosition, xy } from './dom.ts';
import { sampleSurface } from './sample.ts';

/** A surface over the unit square without paths. */
function plane(of: (x: number, y: number) => number): SurfaceFigure {
  return surface({
    ...xy,
    z: { label: both('z') },
    id: 'a',
    title: both('a'),
    of,
    over: { x: [0, 1], y: [0, 1] },
    resolution: 11,
    paths: [],
    names: {},
  });
}

/** The middle of the region of the highest level, as shares of the frame from the lower left. */
function middleOfTop(figure: Figure): { x: number; y: number } {
  const document = drawn(figure);
  const points = pathPoints(attributes(document, 'g.level path', 'd').at(-1) ?? '');
  const share = (axis: 'x' | 'y', pixels: readonly number[]) => {
    const [zero, one] = [tickPosition(document, axis, '0'), tickPosition(document, axis, '1')];
    return ((Math.min(...pixels) + Math.max(...pixels)) / 2 - zero) / (one - zero);
  };
  return { x: share('x', points.map(([x]) => x)), y: share('y', points.map(([, y]) => y)) }; // prettier-ignore
}

describe('surface', () => {
  it('is the right way round: high values where they are high', () => {
    const right = middleOfTop(plane((x) => x));
    expect(right.x).toBeGreaterThan(0.8);
    expect(right.y).toBeCloseTo(0.5, 1);
    const top = middleOfTop(plane((_, y) => y));
    expect(top.y).toBeGreaterThan(0.8);
    expect(top.x).toBeCloseTo(0.5, 1);
  });

  it('puts a contour where the function has its value', () => {
    const document = drawn(plane((x) => x));
    const [, second = ''] = attributes(document, 'g.level path', 'd');
    const left = Math.min(...pathPoints(second).map(([x]) => x));
    // Twelve levels of 0 … 1 are 0, 0.1, 0.2 …; the second region starts at x = 0.1.
    const [zero, one] = [tickPosition(document, 'x', '0'), tickPosition(document, 'x', '1')];
    expect((left - zero) / (one - zero)).toBeCloseTo(0.1, PIXEL_DIGITS);
  });

  it('gives every decade of a logarithmic scale one height in the bar and one width in the plane', () => {
    const decades = plane((x) => 10 ** (3 * x));
    const document = drawn({ ...decades, z: { label: both('z'), scale: 'log', domain: [1, 1000] } });
    const ticks = [...document.querySelectorAll('.color-bar text')].slice(0, 4);
    expect(ticks.map((tick) => tick.textContent)).toEqual(['1', '10', '100', '1000']);
    const [a = 0, b = 0, c = 0, d = 0] = ticks.map((tick) => Number(tick.getAttribute('y')));
    expect(a - b).toBeCloseTo(b - c, 1);
    expect(b - c).toBeCloseTo(c - d, 1);
    // Exponents 0 to 3 in steps of 0.2: the sixth region begins at 10, where x is a third.
    const path = attributes(document, 'g.level path', 'd')[5] ?? '';
    const left = Math.min(...pathPoints(path).map(([x]) => x));
    const [zero, one] = [tickPosition(document, 'x', '0'), tickPosition(document, 'x', '1')];
    expect((left - zero) / (one - zero)).toBeCloseTo(1 / 3, PIXEL_DIGITS);
  });

  it('draws every path with its ends, and marked points with their labels', () => {
    const document = drawn(sampleSurface);
    for (const mark of ['path', 'start', 'end'])
      expect(document.querySelectorAll(`g.${mark}`).length).toBe(3);
    expect(texts(document, 'g.label')).toEqual(['minimum']);
    expect(texts(document, '.color-bar text')).toContain('loss');
  });

  it('draws the shortest path last, on top of the others', () => {
    const along = (series: string, to: number): Row[] =>
      [0, 1].map((t) => ({ series, x: t * to, y: t * to }));
    const figure = plane((x) => x + 1);
    const names = { short: both('short'), long: both('long') };
    const paths = [...along('short', 0.2), ...along('long', 0.9)];
    const document = read(drawFigure({ ...figure, names, paths }, 'en'));
    expect(attributes(document, 'g.path', 'class')).toEqual(['path series-1', 'path series-0']);
  });

  it('cuts a diverging path at the frame', () => {
    const document = drawn(sampleSurface);
    expect(document.querySelectorAll('svg svg > g.path').length).toBe(3);
    for (const path of attributes(document, 'g.path path', 'd'))
      for (const [x, y] of pathPoints(path)) expect(Math.abs(x) + Math.abs(y)).toBeLessThan(1e7);
  });

  it('takes zeros and holes on a logarithmic scale', () => {
    const holed = plane((x, y) => (x === 0 ? 0 : y === 0 ? Number.NaN : x * y * 100));
    const source = drawFigure({ ...holed, z: { label: both('z'), scale: 'log' } }, 'en');
    expect(source).not.toContain('NaN');
    expect(read(source).querySelectorAll('g.level path').length).toBeGreaterThan(3);
  });

  it('lets a dot run along every path, at equal times from row to row, and is complete without', () => {
    const document = drawn(sampleSurface);
    expect(attributes(document, '.runner', 'display')).toEqual(['none', 'none', 'none']);
    expect(attributes(document, 'animateMotion', 'dur')).toEqual(['6s', '6s', '6s']);
    expect(attributes(document, 'animateMotion', 'repeatCount')[0]).toBe('indefinite');
    const { animation: _, ...figure } = sampleSurface;
    const still = drawn(figure);
    expect(still.querySelectorAll('.runner, style').length).toBe(0);
    expect(attributes(still, 'g.path path', 'd')).toEqual(attributes(document, 'g.path path', 'd'));
  });

  it('runs from the first row to the last, the slow half of a path as long as the quick half', () => {
    const xs = [0, 0.1, 0.2, 0.6, 1];
    const paths = xs.map((x) => ({ series: 'a', x, y: 0.5 }));
    const document = drawn({ ...plane((x) => x), paths, animation: { seconds: 2 } });
    const [values = ''] = attributes(document, 'animateMotion', 'values');
    const [zero, one] = [tickPosition(document, 'x', '0'), tickPosition(document, 'x', '1')];
    const shares = values.split(';').map((pair) => (Number(pair.split(',')[0]) - zero) / (one - zero));
    // The pixels have one decimal: a share of 1e-4.
    for (const [index, share] of shares.entries()) expect(share).toBeCloseTo(xs[index] ?? Number.NaN, 3);
  });

  it('tells a long path in few places and lets one that leaves the picture wait outside', () => {
    const long = Array.from({ length: 5000 }, (_, step) => ({ series: 'a', x: step / 5000, y: 0.5 }));
    const lost = [0, 0.5, 1e9, 1e9].map((x) => ({ series: 'b', x, y: 0.2 }));
    const figure = { ...plane((x) => x), paths: [...long, ...lost], animation: { seconds: 2 } };
    const places = attributes(drawn(figure), 'animateMotion', 'values').map((values) => values.split(';'));
    const lengths = places.map(({ length }) => length).toSorted((a, b) => a - b);
    expect(lengths).toEqual([4, 150]);
    const last = places.find(({ length }) => length === 4)?.at(-1) ?? '';
    expect(Number(last.split(',')[0])).toBeGreaterThan(680);
  });

  it('moves alone only where nobody asked for less motion', () => {
    const [style] = texts(drawn(sampleSurface), 'style');
    expect(style).toBe(RUNNER_STYLE);
    expect(STYLE).toContain(RUNNER_STYLE);
    expect(RUNNER_STYLE).toContain('@media screen and (prefers-reduced-motion: no-preference)');
  });
});
