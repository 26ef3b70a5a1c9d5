/** The table of verdicts in a recipe's README, made from its committed result. */
import { readFileSync } from 'node:fs';
import type { RecipeResult, Verdict } from 'tfjs-recipes';
import { formatNumber } from '../src/report/format-number.ts';
import { parseJson } from '../src/result/json.ts';

/** A committed result: everything but the clock. */
export type ConfirmedResult = Omit<RecipeResult, 'timings'>;

const MARKS = /(<!-- verdicts: npm run confirm -->)[\s\S]*(<!-- \/verdicts -->)/;

export const recipeFile = (id: string, name: string): URL =>
  new URL(`../recipes/${id}/${name}`, import.meta.url);

export const readConfirmed = (id: string): ConfirmedResult =>
  parseJson(readFileSync(recipeFile(id, 'result.json'), 'utf8')) as unknown as ConfirmedResult;

/** The README with its table of verdicts written anew between the two marks. */
export function withTable(readme: string, result: ConfirmedResult): string {
  if (!MARKS.test(readme)) throw new Error(`the README of ${result.recipe.id} has no place for its verdicts`);
  return readme.replace(
    MARKS,
    (_all, open: string, close: string) => `${open}\n\n${verdictTable(result)}\n\n${close}`,
  );
}

function verdictTable({ verdicts, seeds, environment }: ConfirmedResult): string {
  const rows = [
    ['claim', 'verdict', 'measured [95 %]', 'expected', 'control', 'measured there [95 %]'],
    ...verdicts.map((verdict) => [
      verdict.text.en,
      verdict.status,
      measured(verdict),
      threshold(verdict.threshold),
      `\`${verdict.control.arm}\`: ${verdict.control.status}`,
      measured(verdict.control),
    ]),
  ];
  const { backend, versions } = environment;
  const where = `${backend.device}, tfjs ${versions['tfjs'] ?? '?'}, ${environment.platform}`;
  return `${markdownTable(rows)}\n\n${seeds.length} seeds from ${seeds[0] ?? '?'} on; ${where}.`;
}

const measured = ({
  measured: value,
  interval: [low, high],
}: Pick<Verdict, 'measured' | 'interval'>): string =>
  `${formatNumber(value)} [${formatNumber(low)}, ${formatNumber(high)}]`;

function threshold(expectation: Verdict['threshold']): string {
  switch (expectation.kind) {
    case 'at least':
      return `≥ ${formatNumber(expectation.value)}`;
    case 'at most':
      return `≤ ${formatNumber(expectation.value)}`;
    case 'between':
      return `${formatNumber(expectation.low)} … ${formatNumber(expectation.high)}`;
    default:
      return expectation satisfies never;
  }
}

/** Columns as wide as their widest cell, as prettier sets them. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
