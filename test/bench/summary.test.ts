/** The benchmark's arithmetic and its table, on numbers given by hand; nothing here measures time. */
import { describe, expect, it } from 'vitest';
import { COMPARISONS, SIDES } from '../../bench/comparisons.ts';
import type { Measurement } from '../../bench/side.ts';
import { isMet, summarise } from '../../bench/summary.ts';
import { markdownTable } from '../../bench/table.ts';

const measured = (stepsPerSecond: number, cpuStepsPerSecond: number, final = 0.5): Measurement => ({
  stepsPerSecond,
  cpuStepsPerSecond,
  final,
  environment: {},
});

/** Ratios by the clock 4, 2, 1; by processor time 3, 3, 6. The machine was slow in the first round. */
const OURS = [measured(40, 30), measured(200, 300), measured(110, 600, 0.25)];
const OPPONENT = [measured(10, 10), measured(100, 100), measured(110, 100, 0.375)];

describe('summarise', () => {
  it('takes the ratio within each round, then the median over the rounds', () => {
    const { ratio, cpuRatio } = summarise(OURS, OPPONENT);
    expect(ratio).toEqual({ median: 2, min: 1, max: 4 }); // the ratio of the medians would be 1.1
    expect(cpuRatio).toEqual({ median: 3, min: 3, max: 6 });
  });

  it('gives the median speeds and the last final values', () => {
    const { ours, opponent, final } = summarise(OURS, OPPONENT);
    expect([ours, opponent]).toEqual([110, 100]);
    expect(final).toEqual({ ours: 0.25, opponent: 0.375 });
  });

  it('refuses rounds that are missing on one side or on both', () => {
    expect(() => summarise(OURS, OPPONENT.slice(1))).toThrow('3 rounds of ours, 2 of the opponent');
    expect(() => summarise([], [])).toThrow('at least 1 value');
  });
});

describe('isMet', () => {
  it('holds a promise against the median ratio, the limit included', () => {
    const summary = summarise(OURS, OPPONENT);
    expect(isMet(2, summary)).toBe(true);
    expect(isMet(2.01, summary)).toBe(false);
    expect(isMet(null, summary)).toBeNull();
  });
});

describe('markdownTable', () => {
  it('has a heading and a line for each comparison, with spreads and verdict', () => {
    const summary = summarise(OURS, OPPONENT);
    const row = (id: string, wanted: number | null) => ({
      id,
      what: 'a against b',
      unit: 'steps/s' as const,
      wanted,
      summary,
    });
    const [heading, rule, ...lines] = markdownTable([
      row('kept', 2),
      row('broken', 2.5),
      row('free', null),
    ]).split('\n');
    expect(heading).toBe(
      '| id | what | ours | opponent | ratio | by processor time | wanted | final: ours, opponent |',
    );
    expect(rule).toBe('| --- | --- | --- | --- | --- | --- | --- | --- |');
    const numbers = '110 steps/s | 100 steps/s | 2.00 (1.00–4.00) | 3.00 (3.00–6.00)';
    expect(lines).toEqual([
      `| kept | a against b | ${numbers} | ≥ 2: met | 0.25, 0.375 |`,
      `| broken | a against b | ${numbers} | ≥ 2.5: missed | 0.25, 0.375 |`,
      `| free | a against b | ${numbers} | none | 0.25, 0.375 |`,
    ]);
  });
});

describe('COMPARISONS', () => {
  it('have ids of their own, and both sides make the same number of steps where the opponent is not 40 times slower', () => {
    expect(new Set(COMPARISONS.map(({ id }) => id)).size).toBe(COMPARISONS.length);
    for (const { ours, opponent } of COMPARISONS) {
      if (['cnn-cpu', 'cnn-norm-cpu'].includes(opponent)) continue;
      const { warmUpSteps, steps } = SIDES[opponent];
      expect(SIDES[ours]).toMatchObject({ warmUpSteps, steps });
    }
  });
});
