import { describe, expect, it } from 'vitest';
import { positionOf, scaleAxis, ticksOf, valueAt } from '../../src/report/axes.ts';

const label = { en: '', zh: '' };
/** The transforms lose a few units in the last place. */
const DIGITS = 12;

describe('scaleAxis', () => {
  it('takes the limits of the data, without what cannot be shown', () => {
    expect(scaleAxis({ label }, [3, Number.NaN, -1, Number.POSITIVE_INFINITY])).toEqual({
      log: false,
      low: -1,
      high: 3,
    });
    expect(scaleAxis({ label, scale: 'log' }, [0, -5, 10, 1000])).toEqual({ log: true, low: 10, high: 1000 });
  });

  it('adds the margin on both sides, but no room below zero for what is never negative', () => {
    expect(scaleAxis({ label }, [10, 20], 0.1)).toEqual({ log: false, low: 9, high: 21 });
    expect(scaleAxis({ label }, [0, 20], 0.1)).toEqual({ log: false, low: 0, high: 22 });
    const { low, high } = scaleAxis({ label, scale: 'log' }, [1, 100], 0.5);
    expect(low).toBeCloseTo(0.1, DIGITS);
    expect(high).toBeCloseTo(1000, DIGITS - 3);
  });

  it('follows the domain that the figure asks for, unless it is empty or cannot be shown', () => {
    expect(scaleAxis({ label, domain: [5, 1] }, [100])).toEqual({ log: false, low: 1, high: 5 });
    expect(scaleAxis({ label, domain: [2, 2] }, [0, 9])).toEqual({ log: false, low: 0, high: 9 });
    expect(scaleAxis({ label, scale: 'log', domain: [0, 1] }, [2, 8])).toEqual({
      log: true,
      low: 2,
      high: 8,
    });
  });

  it('has some width for one value and for none', () => {
    for (const values of [[], [0], [7], [-7], [Number.NaN]]) {
      for (const scale of ['linear', 'log'] as const) {
        const { low, high } = scaleAxis({ label, scale }, values);
        expect(high).toBeGreaterThan(low);
      }
    }
  });
});

describe('positions', () => {
  it('are 0 and 1 at the limits, and valueAt is the inverse', () => {
    for (const axis of [
      { log: false, low: -2, high: 6 },
      { log: true, low: 0.01, high: 100 },
    ]) {
      expect(positionOf(axis, axis.low)).toBe(0);
      expect(positionOf(axis, axis.high)).toBe(1);
      expect(positionOf(axis, valueAt(axis, 0.3))).toBeCloseTo(0.3, DIGITS);
    }
    expect(positionOf({ log: true, low: 0.01, high: 100 }, 1)).toBeCloseTo(0.5, DIGITS);
  });
});

describe('ticksOf', () => {
  it('are round numbers between the limits', () => {
    expect(ticksOf({ log: false, low: 0, high: 1 }, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticksOf({ log: false, low: -37, high: 412 }, 5)).toEqual([0, 100, 200, 300, 400]);
  });

  it('are powers of ten on a logarithmic axis, and stay few', () => {
    expect(ticksOf({ log: true, low: 0.005, high: 200 })).toEqual([0.01, 0.1, 1, 10, 100]);
    const many = ticksOf({ log: true, low: 1e-30, high: 1e30 });
    expect(many.length).toBeLessThanOrEqual(9);
    expect(many.every((tick) => Number.isInteger(Math.log10(tick)))).toBe(true);
  });

  it('are finer where there are few powers of ten', () => {
    expect(ticksOf({ log: true, low: 0.9, high: 60 })).toEqual([1, 2, 5, 10, 20, 50]);
    expect(ticksOf({ log: true, low: 3, high: 4.1 }, 5)).toEqual([3, 3.2, 3.4, 3.6, 3.8, 4]);
  });
});
