import { describe, expect, it } from 'vitest';
import { cut, linesOf, median, medianLine, thin, type Line } from '../../src/report/lines.ts';

const axis = { label: { en: '', zh: '' } };
const log = { ...axis, scale: 'log' } as const;
const unit = { log: false, low: 0, high: 1 };

/** One line with the values at x = 0, 1, 2 … */
function line(group: string, ...ys: number[]): Line {
  return { series: 'a', group, points: ys.map((y, x) => ({ x, y })) };
}

describe('linesOf', () => {
  it('keeps series and groups apart, in their order', () => {
    const lines = linesOf(
      [
        { series: 'a', group: 1, x: 0, y: 1 },
        { series: 'a', group: 2, x: 0, y: 2 },
        { series: 'a', group: 1, x: 1, y: 3 },
        { series: 'b', x: 0, y: 4 },
      ],
      axis,
      axis,
    );
    expect(lines.map(({ series, group, points }) => [series, group, points.map(({ y }) => y)])).toEqual([
      ['a', '1', [1, 3]],
      ['a', '2', [2]],
      ['b', '', [4]],
    ]);
  });

  it('makes a gap of what the axis cannot show', () => {
    const rows = [1, 0, -1, Number.POSITIVE_INFINITY, 2].map((y, x) => ({ series: 'a', x: x + 1, y }));
    expect(linesOf(rows, axis, log)[0]?.points.map(({ y }) => y)).toEqual([
      1,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      2,
    ]);
    expect(linesOf(rows, axis, axis)[0]?.points.map(({ y }) => y)).toEqual([1, 0, -1, Number.NaN, 2]);
  });
});

describe('medianLine', () => {
  it('is the middle of the lines at every x', () => {
    const lines = [line('1', 1, 5), line('2', 9, 7), line('3', 2, 6)];
    expect(medianLine(lines)).toEqual([
      { x: 0, y: 2 },
      { x: 1, y: 6 },
    ]);
  });

  it('ends where half of the lines have ended', () => {
    expect(medianLine([line('1', 1, 1), line('2', 3)]).map(({ x }) => x)).toEqual([0]);
    expect(medianLine([line('1', 1, Number.NaN), line('2', 3, 4)]).map(({ x }) => x)).toEqual([0]);
    expect(medianLine([line('1', 1, 1), line('2', 3), line('3', 3, 3)]).map(({ y }) => y)).toEqual([3, 2]);
  });

  it('takes the mean of the two middle values', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

/** The most points that a line of these tests may keep. */
const LIMIT = 2000;

describe('thin', () => {
  const points = Array.from({ length: 100_000 }, (_, x) => ({ x, y: Math.sin(x / 50) }));

  it('leaves a short line alone', () => {
    const short = points.slice(0, LIMIT);
    expect(thin(short, LIMIT)).toBe(short);
  });

  it('keeps the ends, a spike of one point and the order, within the limit', () => {
    const spiked = points.map((point) => (point.x === 54_321 ? { x: point.x, y: 99 } : point));
    const kept = thin(spiked, LIMIT);
    expect(kept.length).toBeLessThanOrEqual(LIMIT);
    expect(kept.length).toBeGreaterThan(LIMIT / 10);
    expect(kept.at(0)?.x).toBe(0);
    expect(kept.at(-1)?.x).toBe(99_999);
    expect(kept.find(({ y }) => y === 99)?.x).toBe(54_321);
    expect(kept.map(({ x }) => x)).toEqual(kept.map(({ x }) => x).toSorted((a, b) => a - b));
  });

  it('keeps a gap', () => {
    const broken = points.map((point) => (point.x === 777 ? { x: point.x, y: Number.NaN } : point));
    expect(thin(broken, LIMIT).filter(({ y }) => Number.isNaN(y)).length).toBe(1);
  });
});

describe('cut', () => {
  it('keeps what is near as it is', () => {
    const near = [
      { x: 0, y: 0.5 },
      { x: 3, y: -2 },
    ];
    expect(cut(near, unit, unit)).toEqual(near);
  });

  it('shortens the segment to a far point without turning it', () => {
    const [start, end] = cut([{ x: 0.5, y: 0.5 }, { x: 1e30 + 0.5, y: 3e30 }], unit, unit); // prettier-ignore
    expect(start).toEqual({ x: 0.5, y: 0.5 });
    // Slope 3, up to rounding; 999 spans away along y.
    expect(end?.y).toBeCloseTo(999.5, 6);
    expect(end?.x).toBeCloseTo(333.5, 6);
  });

  it('comes back from a far point as a line of its own', () => {
    const result = cut([{ x: 0, y: 0 }, { x: 0, y: 1e9 }, { x: 0, y: 0.2 }], unit, unit); // prettier-ignore
    expect(result.map(({ y }) => (Number.isNaN(y) ? 'gap' : y < 2 ? 'near' : 'edge'))).toEqual([
      'near',
      'edge',
      'gap',
      'edge',
      'near',
    ]);
  });

  it('keeps gaps', () => {
    const result = cut([{ x: 0, y: 0 }, { x: 1, y: Number.NaN }, { x: 2, y: 0 }], unit, unit); // prettier-ignore
    expect(result.filter(({ y }) => Number.isNaN(y)).length).toBeGreaterThan(0);
    expect(result.filter(({ y }) => y === 0)).toHaveLength(2);
  });
});
