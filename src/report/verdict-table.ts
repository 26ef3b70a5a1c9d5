/** The verdicts of a result: each claim with what was measured, what was expected and how the control did. */
import type { Expectation, Interval, Measurement, Verdict, VerdictStatus } from '../result/verdict.ts';
import type { Language, Text } from '../text.ts';
import { formatNumber } from './format-number.ts';
import { markup, type Markup } from './markup.ts';
import { table } from './table.ts';
import { verdictStrip } from './verdict-strip.ts';
import { WORDS, fill } from './words.ts';

const STATUS: Readonly<
  Record<VerdictStatus, { readonly className: string; readonly symbol: string; readonly text: Text }>
> = {
  held: { className: 'held', symbol: '✓', text: WORDS.held },
  'not held': { className: 'not-held', symbol: '✗', text: WORDS.notHeld },
  undecided: { className: 'undecided', symbol: '?', text: WORDS.undecided },
};

/** What the status of a control means: there the claim must not hold. */
const CONTROL: Readonly<Record<VerdictStatus, Text>> = {
  held: WORDS.controlHeld,
  'not held': WORDS.controlNotHeld,
  undecided: WORDS.controlUndecided,
};

/** The table, with a line that explains its small pictures. */
export function verdictTable(
  verdicts: readonly Verdict[],
  seeds: readonly number[],
  language: Language,
): Markup {
  if (verdicts.length === 0) return markup`<p class="note">${WORDS.noVerdicts[language]}</p>`;
  const columns = (['verdict', 'claim', 'measured', 'expected', 'control'] as const).map((name) => ({
    heading: WORDS[name][language],
  }));
  return markup`${table(
    columns,
    verdicts.map((verdict) => row(verdict, language)),
    { className: 'verdicts' },
  )}
<p class="note">${WORDS.legendOfStrips[language]}</p>
<details><summary>${WORDS.perSeed[language]}</summary>
${table(
  [
    { heading: WORDS.claim[language] },
    { heading: WORDS.seed[language], numeric: true },
    { heading: WORDS.measured[language], numeric: true },
    { heading: WORDS.control[language], numeric: true },
  ],
  verdicts.flatMap(({ claim, values, control }) =>
    values.map((value, index) => [claim, String(seeds[index] ?? ''), value, control.values[index]]),
  ),
)}</details>`;
}

/** A status as a coloured word with its symbol. */
export function statusChip(status: VerdictStatus, language: Language): Markup {
  const { className, symbol, text } = STATUS[status];
  return markup`<span class="status ${className}"><span aria-hidden="true">${symbol}</span> ${text[language]}</span>`;
}

/** A threshold as words: `at least 0.5`. */
export function expectationText(expectation: Expectation, language: Language): string {
  switch (expectation.kind) {
    case 'at least':
      return fill(WORDS.atLeast, language, { value: formatNumber(expectation.value) });
    case 'at most':
      return fill(WORDS.atMost, language, { value: formatNumber(expectation.value) });
    case 'between':
      return fill(WORDS.between, language, {
        low: formatNumber(expectation.low),
        high: formatNumber(expectation.high),
      });
    default:
      return expectation satisfies never;
  }
}

function row(verdict: Verdict, language: Language): Markup[] {
  const { text, arm, against, statistic, values, control, threshold, reason } = verdict;
  const seeds = fill(WORDS[statistic], language, { count: values.length });
  const arms = against === undefined ? arm : fill(WORDS.armAgainst, language, { arm, against });
  const expected = expectationText(threshold, language);
  const strip = verdictStrip(
    verdict,
    `${measurementText(verdict)}; ${expected}; ${WORDS.control[language]}: ${measurementText(control)}`,
  );
  return [
    statusChip(verdict.status, language),
    markup`<p class="claim">${text[language]}</p><p class="detail">${arms}</p>${
      reason === undefined
        ? undefined
        : markup`<p class="detail warning">${WORDS.spoiledByControl[language]}</p>`
    }`,
    markup`${measurementMarkup(verdict)}<p class="detail">${seeds}</p>${strip}`,
    markup`${expected}`,
    markup`<p class="${control.status === 'held' ? 'warning' : ''}">${CONTROL[control.status][language]}</p><p class="detail">${control.arm}: ${measurementText(control)}</p>`,
  ];
}

function measurementMarkup({ measured, interval }: Measurement): Markup {
  return markup`<p class="measured"><strong>${formatNumber(measured)}</strong> ${intervalText(interval)}</p>`;
}

function measurementText({ measured, interval }: Measurement): string {
  return `${formatNumber(measured)} ${intervalText(interval)}`;
}

function intervalText([low, high]: Interval): string {
  return `[${formatNumber(low, 3)},\u00a0${formatNumber(high, 3)}]`;
}
