import { describe, expect, it } from 'vitest';
import { categoryLabels, ticksThatFit } from '../../src/report/tick-labels.ts';
import { textWidth } from '../../src/report/text-width.ts';
import { curves, type Axis } from '../../src/result/figure.ts';
import { both, drawn, texts, xy } from './dom.ts';

describe('ticksThatFit', () => {
  const linear = { log: false, low: 0, high: 100_000 };

  it('gives as many round numbers as have room', () => {
    expect(ticksThatFit(linear, 600)).toEqual([0, 20_000, 40_000, 60_000, 80_000, 100_000]);
    expect(ticksThatFit(linear, 200)).toEqual([0, 50_000, 100_000]);
    expect(ticksThatFit(linear, 70)).toEqual([0, 100_000]);
    expect(ticksThatFit(linear, 10)).toEqual([0]);
  });

  it('keeps the powers of ten where those between have no room', () => {
    const axis = { log: true, low: 2000, high: 120_000 };
    expect(ticksThatFit(axis, 600)).toEqual([2000, 5000, 10_000, 20_000, 50_000, 100_000]);
    expect(ticksThatFit(axis, 190)).toEqual([10_000, 100_000]);
  });
});

describe('categoryLabels', () => {
  it('breaks words apart where there is room, and turns them where there is not', () => {
    const categories = ['gradient descent', 'Adam'];
    expect(categoryLabels(categories, 200)).toEqual({
      words: ['gradient\ndescent', 'Adam'],
      turn: 0,
      height: 34,
    });
    // A place of 30 pixels holds two characters of 13, and a place of 20 one.
    expect(categoryLabels(['批量 10', '批量 64'], 80)).toMatchObject({
      words: ['批量\n10', '批量\n64'],
      turn: 0,
    });
    expect(categoryLabels(['批量 10', '批量 64'], 60)).toMatchObject({
      words: ['批\n量\n10', '批\n量\n64'],
      turn: 0,
      height: 51,
    });
    const turned = categoryLabels(categories, 80);
    expect(turned).toMatchObject({ words: categories, turn: -90 });
    expect(turned.height).toBeGreaterThan(textWidth('gradient descent', 13));
  });
});

describe('labels of axes', () => {
  const drawnWith = (x: Axis): Document =>
    drawn(
      curves({ ...xy, x, id: 'a', title: both('a'), names: {}, rows: [{ series: 'a', x: 1, y: 1 }, { series: 'a', x: 30, y: 2 }] }), // prettier-ignore
    );

  it('break into lines where they are long', () => {
    const long =
      'a label that says in very many words what is measured along this axis, and how, and in which unit, as no one should';
    const label = [...drawnWith({ label: both(long) }).querySelectorAll('text')].find((text) =>
      text.textContent?.startsWith('a label'),
    );
    expect(label?.querySelectorAll('tspan').length).toBe(2);
  });

  it('stand at every tick of a logarithmic axis', () => {
    const words = texts(
      drawnWith({ label: both('x'), scale: 'log' }),
      '[aria-label="x-axis tick label"] text',
    );
    expect(words).toEqual(['1', '2', '5', '10', '20']);
  });
});
