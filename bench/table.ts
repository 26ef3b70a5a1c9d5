/** The result for readers: a Markdown table. */
import type { Comparison } from './comparisons.ts';
import { isMet, type Spread, type Summary } from './summary.ts';

export type Row = Pick<Comparison, 'id' | 'what' | 'unit' | 'wanted'> & { readonly summary: Summary };

const HEADINGS = [
  'id',
  'what',
  'ours',
  'opponent',
  'ratio',
  'by processor time',
  'wanted',
  'final: ours, opponent',
];

export function markdownTable(rows: readonly Row[]): string {
  const lines = [HEADINGS, HEADINGS.map(() => '---'), ...rows.map(cells)];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function cells({ id, what, unit, wanted, summary }: Row): string[] {
  const { ours, opponent, ratio, cpuRatio, final } = summary;
  const verdict = isMet(wanted, summary) === true ? 'met' : 'missed';
  return [
    id,
    what,
    `${threeDigits(ours)} ${unit}`,
    `${threeDigits(opponent)} ${unit}`,
    spread(ratio),
    spread(cpuRatio),
    wanted === null ? 'none' : `≥ ${wanted}: ${verdict}`,
    `${threeDigits(final.ours)}, ${threeDigits(final.opponent)}`,
  ];
}

/** `2.10 (1.95–2.30)`: the median, then the least and the greatest. */
function spread({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
