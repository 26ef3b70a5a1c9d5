/** The tables of verdicts in a recipe's chapters, made from its committed result and, for the clock's part, from a run. */
import { readFileSync } from 'node:fs';
import type { RecipeResult, Text, Verdict } from 'tfjs-recipes';
import { measureText } from '../src/report/measure-text.ts';
import { parseJson } from '../src/result/json.ts';
import { recipeFile } from './chapters.ts';
import { markdownTable } from './markdown-table.ts';

/** A committed result: everything but the clock. */
export type ConfirmedResult = Omit<RecipeResult, 'timings'>;

const HEADINGS = {
  en: ['claim', 'verdict', 'measured [95 %]', 'expected', 'control', 'measured there [95 %]'],
  zh: ['论断', '裁定', '测量值 [95 %]', '预期', '对照', '对照测量值 [95 %]'],
} as const;

const STATUS = {
  en: { held: 'held', 'not held': 'not held', undecided: 'undecided' },
  zh: { held: '成立', 'not held': '不成立', undecided: '未定' },
} as const;

const marks = (name: string): RegExp =>
  new RegExp(`(<!-- ${name}: npm run confirm -->)[\\s\\S]*?(<!-- /${name} -->)`);

export const readConfirmed = (id: string): ConfirmedResult =>
  parseJson(readFileSync(recipeFile(id, 'result.json'), 'utf8')) as unknown as ConfirmedResult;

/** The chapter with its table of verdicts written anew between the two marks. */
export function withTable(chapter: string, result: ConfirmedResult, language: keyof Text): string {
  if (!marks('verdicts').test(chapter))
    throw new Error(`a chapter of ${result.recipe.id} has no place for its verdicts`);
  return replaced(
    chapter,
    'verdicts',
    `${verdictTable(result.verdicts, language)}\n\n${whereText(result, language)}`,
  );
}

/** The chapter with the verdicts about clock values, which belong to one machine and one day; unchanged without their marks. */
export function withClockTable(chapter: string, result: RecipeResult, language: keyof Text): string {
  const { timings, environment } = result;
  const where = `${environment.backend.device}, ${environment.platform}, ${timings.startedAt.slice(0, 10)}`;
  return replaced(chapter, 'clock', `${verdictTable(timings.verdicts ?? [], language)}\n\n${where}.`);
}

const replaced = (chapter: string, name: string, table: string): string =>
  chapter.replace(marks(name), (_all, open: string, close: string) => `${open}\n\n${table}\n\n${close}`);

function verdictTable(verdicts: readonly Verdict[], language: keyof Text): string {
  return markdownTable([
    HEADINGS[language],
    ...verdicts.map((verdict) => [
      verdict.text[language],
      STATUS[language][verdict.status],
      measured(verdict, verdict.scale),
      threshold(verdict),
      `\`${verdict.control.arm}\`: ${STATUS[language][verdict.control.status]}`,
      measured(verdict.control, verdict.scale),
    ]),
  ]);
}

function whereText(
  { seeds, environment: { backend, versions, platform } }: ConfirmedResult,
  language: keyof Text,
): string {
  const where = `${backend.device}, tfjs ${versions['tfjs'] ?? '?'}, ${platform}`;
  const first = seeds[0] ?? '?';
  return language === 'zh'
    ? `种子 ${first} 起共 ${seeds.length} 个;${where}。`
    : `${seeds.length} seeds from ${first} on; ${where}.`;
}

const measured = (
  { measured: value, interval: [low, high] }: Pick<Verdict, 'measured' | 'interval'>,
  scale: Verdict['scale'],
): string => `${measureText(value, scale)} [${measureText(low, scale)}, ${measureText(high, scale)}]`;

function threshold({ threshold: expectation, scale }: Verdict): string {
  switch (expectation.kind) {
    case 'at least':
      return `≥ ${measureText(expectation.value, scale)}`;
    case 'at most':
      return `≤ ${measureText(expectation.value, scale)}`;
    case 'between':
      return `${measureText(expectation.low, scale)} … ${measureText(expectation.high, scale)}`;
    default:
      return expectation satisfies never;
  }
}
