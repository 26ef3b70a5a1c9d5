/** The verdicts of a result: each claim with what was measured, what was expected and how the control did. */
import type { Expectation, Interval, Measurement, VerdictStatus } from '../result/verdict.ts';
import type { Language, Text } from '../text.ts';
import type { PlacedClaim } from './claims.ts';
import { formatNumber } from './format-number.ts';
import { markup, type Markup } from './markup.ts';
import { table } from './table.ts';
import { verdictStrip } from './verdict-strip.ts';
import { WORDS, fill } from './words.ts';

/** How a status looks and what it is called. */
export const STATUS: Readonly<
  Record<VerdictStatus, { readonly className: string; readonly symbol: string; readonly text: Text }>
> = {
  held: { className: 'held', symbol: '✓', text: WORDS.held },
  'not held': { className: 'not-held', symbol: '✗', text: WORDS.notHeld },
  undecided: { className: 'undecided', symbol: '?', text: WORDS.undecided },
};

/** All statuses, the best first. */
export const STATUSES: readonly VerdictStatus[] = ['held', 'not held', 'undecided'];

/** What the status of a control means: there the claim must not hold. */
const CONTROL: Readonly<Record<VerdictStatus, Text>> = {
  held: WORDS.controlHeld,
  'not held': WORDS.controlNotHeld,
  undecided: WORDS.controlUndecided,
};

/** The table, with a line that explains its small pictures. */
export function verdictTable(
  claims: readonly PlacedClaim[],
  seeds: readonly number[],
  language: Language,
): Markup {
  if (claims.length === 0) return markup`<p class="note">${WORDS.noVerdicts[language]}</p>`;
  const columns = (['verdict', 'claim', 'measured', 'expected', 'control'] as const).map((name) => ({
    heading: WORDS[name][language],
  }));
  return markup`${table(
    columns,
    claims.map((claim) => row(claim, language)),
    { className: 'verdicts', labelled: true },
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
  claims.flatMap(({ verdict: { claim, values, control } }) =>
    values.map((value, index) => [claim, String(seeds[index] ?? ''), value, control.values[index]]),
  ),
)}</details>`;
}

/** A status as a coloured word with its symbol and, if given, how many claims have it. */
export function statusChip(status: VerdictStatus, language: Language, count?: number): Markup {
  const { className, symbol, text } = STATUS[status];
  const counted = count === undefined ? undefined : `${count} `;
  return markup`<span class="status ${className}"><span aria-hidden="true">${symbol}</span> ${counted}${text[language]}</span>`;
}

/** The number of a claim as it stands in a figure. */
export function numberDisc(number: number): Markup {
  return markup`<span class="claim-number">${number}</span>`;
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

function row({ verdict, id, clock, place }: PlacedClaim, language: Language): Markup[] {
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
    markup`<p class="claim" id="${id}">${text[language]}</p><p class="detail">${arms}</p>${
      clock ? markup`<p class="detail">${WORDS.byClock[language]}</p>` : undefined
    }${
      place &&
      markup`<p class="detail"><a href="#${place.target}" title="${place.figure.title[language]}">${WORDS.figure[language]}</a> ${place.ring && numberDisc(place.ring.number)}</p>`
    }${
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
