/** A result on stdout: what the arms reached, and which claims held. */
import type { ChalkInstance } from 'chalk';
import { formatNumber } from '../report/format-number.ts';
import { median } from '../report/lines.ts';
import { measureText } from '../report/measure-text.ts';
import { expectationText } from '../report/verdict-table.ts';
import { fill, WORDS } from '../report/words.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import type { LogScale, Measurement, Verdict, VerdictStatus } from '../result/verdict.ts';
import type { Language } from '../text.ts';
import { displayWidth } from '../tracking/columns.ts';
import { tableLines } from './layout.ts';

const STATUS = {
  held: { symbol: '✓', word: WORDS.held, control: WORDS.controlHeld, colour: 'green' },
  'not held': { symbol: '✗', word: WORDS.notHeld, control: WORDS.controlNotHeld, colour: 'red' },
  undecided: { symbol: '?', word: WORDS.undecided, control: WORDS.controlUndecided, colour: 'yellow' },
} as const satisfies Record<VerdictStatus, unknown>;

/** The lines of a result, with a line break behind each. */
export function summaryText(result: RecipeResult, language: Language, colours: ChalkInstance): string {
  const { recipe, verdicts, mode } = result;
  const measures = measureRows(result, language);
  const [heading = '', ...rows] = tableLines(measures);
  return [
    colours.bold(recipe.title[language]),
    ...(mode === 'quick' ? [colours.dim(WORDS.quick[language])] : []),
    '',
    ...(Object.keys(recipe.measures).length === 0
      ? []
      : [colours.bold(heading), ...rows, colours.dim(WORDS.measuresNote[language]), '']),
    ...[...verdicts, ...(result.timings.verdicts ?? [])].flatMap((verdict) =>
      verdictLines(verdict, language, colours),
    ),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function measureRows({ recipe, runs }: RecipeResult, language: Language): string[][] {
  const measures = Object.entries(recipe.measures);
  const cell = (arm: string, field: string): string => {
    const values = runs.filter((run) => run.arm === arm).map(({ data }) => data[field]);
    return rangeText(
      values.filter((value) => typeof value === 'number'),
      language,
    );
  };
  const heading = [WORDS.arm[language], ...measures.map(([, text]) => text[language])];
  const rows = Object.keys(recipe.arms).map((arm) =>
    [arm].concat(measures.map(([field]) => cell(arm, field))),
  );
  return [heading, ...rows];
}

/** Median and range of the finite values; how many are not finite. */
function rangeText(values: readonly number[], language: Language): string {
  const finite = values.filter(Number.isFinite);
  const lost = values.length - finite.length;
  const range =
    finite.length === 0
      ? []
      : [`${formatNumber(median(finite))} ${intervalText([Math.min(...finite), Math.max(...finite)])}`];
  const note = lost === 0 ? [] : [fill(WORDS.countNotFinite, language, { count: lost })];
  return [...range, ...note].join(', ') || '–';
}

function verdictLines(verdict: Verdict, language: Language, colours: ChalkInstance): string[] {
  const { text, status, against, arm, threshold, control, reason, scale } = verdict;
  const { symbol, word, colour } = STATUS[status];
  const width = Math.max(...Object.values(STATUS).map((entry) => displayWidth(entry.word[language])));
  const head = `${symbol} ${word[language]}`;
  const indent = ' '.repeat(width + 4);
  const padding = ' '.repeat(indent.length - displayWidth(head));
  const arms = against === undefined ? arm : fill(WORDS.armAgainst, language, { arm, against });
  return [
    `${colours[colour](head)}${padding}${text[language]}`,
    `${indent}${measurementText(arms, verdict, scale)} · ${WORDS.expected[language]}: ${expectationText(threshold, language, scale)}`,
    `${indent}${WORDS.control[language]} ${measurementText(control.arm, control, scale)} · ${STATUS[control.status].control[language]}`,
    ...(reason === undefined ? [] : [`${indent}${colours.yellow(WORDS.spoiledByControl[language])}`]),
  ];
}

function measurementText(
  arms: string,
  { measured, interval }: Measurement,
  scale: LogScale | undefined,
): string {
  return `${arms}: ${measureText(measured, scale)} ${intervalText(interval, scale)}`;
}

function intervalText([low, high]: readonly [number, number], scale?: LogScale): string {
  return `[${measureText(low, scale, 3)}, ${measureText(high, scale, 3)}]`;
}
