import { describe, expect, it } from 'vitest';
import { placeClaims } from '../../src/report/claims.ts';
import { renderReport } from '../../src/report/page.ts';
import { plotElement } from '../../src/report/plot-element.ts';
import { curves, multiples, type Figure, type Reference } from '../../src/result/figure.ts';
import type { ClaimFigure, Verdict } from '../../src/result/verdict.ts';
import { attributes, both, read, texts, tickPosition, xy } from './dom.ts';
import { sampleResult, sampleVerdicts } from './sample.ts';

const [sample] = sampleVerdicts;
if (sample === undefined) throw new Error('the sample has verdicts');
const { figure: _place, ...verdict } = sample;

const rows = [0, 1, 2, 3, 4].map((x) => ({ series: 'a', x, y: x * 10 }));
const plain = curves({ ...xy, id: 'plain', title: both('plain'), names: { a: both('a') }, rows });
const panel = { kind: 'curves', title: both('panel'), ...xy, rows } as const;
const panels = multiples({ id: 'panels', title: both('panels'), names: plain.names, panels: [panel, panel] });

/** A result with claims shown at these places. */
function resultOf(
  places: readonly (ClaimFigure | undefined)[],
  figures: readonly Figure[] = [plain, panels],
) {
  const verdicts = places.map((figure): Verdict => (figure === undefined ? verdict : { ...verdict, figure }));
  return { ...sampleResult, verdicts, figures };
}

/** The page of such a result. */
const pageOf = (...places: (ClaimFigure | undefined)[]): Document => read(renderReport([resultOf(places)]));

describe('placeClaims', () => {
  it.each<[string, ClaimFigure | undefined, string | undefined]>([
    ['a point in the figure: its ring', { id: 'plain', at: { x: 2, y: 20 } }, 'result-1-claim-1-point'],
    ['a point on the limit', { id: 'plain', at: { x: 4, y: 40 } }, 'result-1-claim-1-point'],
    ['a point outside: the figure', { id: 'plain', at: { x: 5, y: 20 } }, 'result-1-figure-1'],
    ['a point that is no number', { id: 'plain', at: { x: 2, y: Number.NaN } }, 'result-1-figure-1'],
    ['no point', { id: 'plain' }, 'result-1-figure-1'],
    ['a point in a panel', { id: 'panels', at: { panel: 1, x: 2, y: 20 } }, 'result-1-claim-1-point'],
    ['a panel that does not exist', { id: 'panels', at: { panel: 2, x: 2, y: 20 } }, 'result-1-figure-2'],
    ['a point without a panel', { id: 'panels', at: { x: 2, y: 20 } }, 'result-1-figure-2'],
    ['an unknown figure: nothing', { id: 'missing', at: { x: 2, y: 20 } }, undefined],
    ['no figure', undefined, undefined],
  ])('%s', (_, place, target) => {
    const [claim] = placeClaims(resultOf([place]), 'result-1');
    expect(claim?.place?.target).toBe(target);
    expect(claim?.place?.ring !== undefined).toBe(target?.endsWith('point') ?? false);
  });
});

describe('a claim with a point', () => {
  it('links to its ring, and the figure links back', () => {
    const document = pageOf(undefined, { id: 'plain', at: { x: 2, y: 20 } });
    const [link = ''] = attributes(document, '.verdicts a', 'href');
    const ring = document.querySelector(link);
    expect(ring?.getAttribute('class')).toBe('ring');
    expect(ring?.textContent).toBe('2');
    expect(texts(document, '.verdicts .claim-number')).toEqual(['2']);
    expect(attributes(document, '.shown a', 'href')).toEqual(['#result-1-claim-2']);
    expect(document.querySelector('#result-1-claim-2')?.className).toBe('claim');
    expect(document.querySelector('#result-1-figure-1 .shown')).not.toBeNull();
    expect(document.querySelector('#result-1-figure-2 .shown')).toBeNull();
  });

  it('has its ring where the ticks say', () => {
    const document = pageOf({ id: 'plain', at: { x: 2, y: 20 } });
    const [x] = attributes(document, '.hoop', 'cx').map(Number);
    const [y] = attributes(document, '.hoop', 'cy').map(Number);
    // Attributes have two decimals.
    expect(x).toBeCloseTo(tickPosition(document, 'x', '2'), 1);
    expect(y).toBeCloseTo(tickPosition(document, 'y', '20'), 1);
  });

  it('has its ring in the panel that it names', () => {
    const document = pageOf({ id: 'panels', at: { panel: 1, x: 2, y: 20 } });
    const drawings = [...document.querySelectorAll('.panel')];
    expect(drawings.map((drawing) => drawing.querySelectorAll('.ring').length)).toEqual([0, 1]);
  });

  it('keeps its number apart from those of its neighbours', () => {
    const at = { x: 2, y: 20 };
    const document = pageOf(
      { id: 'plain', at },
      { id: 'plain', at },
      { id: 'plain', at: { x: 2.02, y: 20 } },
    );
    const discs = [...document.querySelectorAll('circle.disc')].map((disc) =>
      ['cx', 'cy'].map((name) => Number(disc.getAttribute(name))),
    );
    expect(texts(document, '.ring .number')).toEqual(['1', '2', '3']);
    for (const [index, [x = 0, y = 0]] of discs.entries())
      for (const [otherX = 0, otherY = 0] of discs.slice(0, index))
        expect(Math.hypot(x - otherX, y - otherY)).toBeGreaterThan(17);
  });

  it('has its number inside the drawing in every corner', () => {
    for (const at of [
      { x: 0, y: 0 },
      { x: 4, y: 40 },
      { x: 0, y: 40 },
      { x: 4, y: 0 },
    ]) {
      // prettier-ignore
      const document = pageOf({ id: 'plain', at });
      const drawing = document.querySelector('svg.drawing');
      const [x = 0] = attributes(document, 'circle.disc', 'cx').map(Number);
      const [y = 0] = attributes(document, 'circle.disc', 'cy').map(Number);
      expect(x).toBeGreaterThan(9);
      expect(x).toBeLessThan(Number(drawing?.getAttribute('width')) - 9);
      expect(y).toBeGreaterThan(9);
    }
  });
});

describe('the number of a claim', () => {
  const axes = { x: { log: false, low: 0, high: 1 }, y: { log: false, low: 0, high: 1 } };
  const label = both('a label of some length');
  const discOf = (references: readonly Reference[]): number[] => {
    const { element } = plotElement(
      { axes, xLabel: 'x', yLabel: 'y', marks: [], references },
      {
        language: 'en',
        names: {},
        width: 560,
        frameHeight: 250,
        rings: [{ id: 'r', number: 1, x: 0.66, y: 0.5 }],
      },
    );
    const disc = element.querySelector('circle.disc');
    const hoop = element.querySelector('circle.hoop');
    return [disc, hoop].flatMap((circle) => [
      Number(circle?.getAttribute('cx')),
      Number(circle?.getAttribute('cy')),
    ]);
  };

  it('stands above its ring, and below where the words of a reference are above', () => {
    const [, free = 0, , ring = 0] = discOf([]);
    expect(free).toBeLessThan(ring);
    const [, moved = 0] = discOf([
      {
        axis: 'y',
        value: 0.5,
        label: both('a label that is so long that it ends at both sides of the ring'),
      },
    ]);
    expect(moved).toBeGreaterThan(ring);
  });

  it('stands at the left of its ring where the words of a reference are at the right', () => {
    const [free = 0, , ring = 0] = discOf([]);
    expect(free).toBeGreaterThan(ring);
    const [moved = 0, height = 0, , middle = 0] = discOf([{ axis: 'y', value: 0.5, label }]);
    expect(moved).toBeLessThan(ring);
    expect(height).toBeLessThan(middle);
  });
});

describe('a claim without a point', () => {
  it('links to the figure and has no ring', () => {
    const document = pageOf({ id: 'panels' });
    expect(attributes(document, '.verdicts a', 'href')).toEqual(['#result-1-figure-2']);
    expect(document.querySelectorAll('.ring, .claim-number').length).toBe(0);
    expect(texts(document, '#result-1-figure-2 .shown li')[0]).toContain(verdict.text.en);
  });

  it('has no link when there is no such figure', () => {
    const document = pageOf({ id: 'missing' }, undefined);
    expect(document.querySelectorAll('.verdicts a, .shown').length).toBe(0);
  });
});
