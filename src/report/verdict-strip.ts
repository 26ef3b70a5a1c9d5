/** A verdict as a small picture: seeds, intervals and the threshold on one axis, the arm above its control. */
import type { Expectation, LogScale, Measurement, Verdict } from '../result/verdict.ts';
import { Markup } from './markup.ts';
import { measureText } from './measure-text.ts';
import { element, svgSource } from './svg.ts';

const WIDTH = 190;
const EDGE = 8;
const ROWS = { arm: 13, control: 31 };
const AXIS = 43;
const HEIGHT = 60;

/** The strip as SVG, a logarithm as it is but for its words; `description` says what it shows. */
export function verdictStrip(verdict: Verdict, description: string): Markup {
  const { threshold, control, scale } = verdict;
  const limits = limitsOf(threshold);
  const finite = [numbersOf(verdict), numbersOf(control), limits].flat().filter(Number.isFinite);
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low || 1;
  const at = (value: number): number => {
    const share = (value - low) / span;
    return EDGE + Math.min(1.03, Math.max(-0.03, Number.isNaN(share) ? 0 : share)) * (WIDTH - 2 * EDGE);
  };
  const region = regionOf(threshold);
  const left = region[0] === Number.NEGATIVE_INFINITY ? 0 : at(region[0]);
  const right = region[1] === Number.POSITIVE_INFINITY ? WIDTH : at(region[1]);
  const svg = element(
    'svg',
    {
      class: 'strip',
      role: 'img',
      width: WIDTH,
      height: HEIGHT,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    },
    element('title', {}, description),
    element('rect', { class: 'region', x: left, y: 0, width: right - left, height: AXIS }),
    element('path', { class: 'axis', d: `M0,${AXIS}H${WIDTH}` }),
    ...limits.map((limit) => element('path', { class: 'threshold', d: `M${at(limit)},0V${AXIS + 3}` })),
    ...limitLabels(limits, at, scale),
    rowElement(verdict, ROWS.arm, at, 'arm'),
    rowElement(control, ROWS.control, at, 'control'),
  );
  return new Markup(svgSource(svg));
}

function numbersOf({ measured, interval, values }: Measurement): number[] {
  return [measured, ...interval, ...values];
}

/** The limits below the axis; two that are near share one text. */
function limitLabels(
  limits: readonly number[],
  at: (value: number) => number,
  scale: LogScale | undefined,
): Element[] {
  const places = limits.map((limit) => ({ x: at(limit), words: measureText(limit, scale) }));
  const [first, second] = places;
  const near = first !== undefined && second !== undefined && second.x - first.x < 70;
  const labels = near ? [{ x: (first.x + second.x) / 2, words: `${first.words} … ${second.words}` }] : places;
  return labels.map(({ x, words }) => {
    const anchor = x < 40 ? 'start' : x > WIDTH - 40 ? 'end' : 'middle';
    return element('text', { x, y: HEIGHT - 4, 'text-anchor': anchor }, words);
  });
}

function rowElement(
  { measured, interval, values }: Measurement,
  y: number,
  at: (value: number) => number,
  className: string,
): Element {
  const dots = values
    .filter(Number.isFinite)
    .map((value) => element('circle', { class: 'seed', cx: at(value), cy: y + 5, r: 2 }));
  if ([measured, ...interval].some(Number.isNaN)) return element('g', { class: className }, ...dots);
  return element(
    'g',
    { class: className },
    ...dots,
    element('path', { class: 'interval', d: `M${at(interval[0])},${y - 3}H${at(interval[1])}` }),
    element('circle', { class: 'estimate', cx: at(measured), cy: y - 3, r: 4 }),
  );
}

function limitsOf(expectation: Expectation): number[] {
  return expectation.kind === 'between' ? [expectation.low, expectation.high] : [expectation.value];
}

/** Where the claim holds. */
function regionOf(expectation: Expectation): readonly [number, number] {
  switch (expectation.kind) {
    case 'at least':
      return [expectation.value, Number.POSITIVE_INFINITY];
    case 'at most':
      return [Number.NEGATIVE_INFINITY, expectation.value];
    case 'between':
      return [expectation.low, expectation.high];
    default:
      return expectation satisfies never;
  }
}
