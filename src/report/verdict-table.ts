/** The verdicts of a result: each claim with what was measured, what was expected and how the control did. */
import type { Expectation, LogScale, Measurement, VerdictStatus } from '../result/verdict.ts';
import type { Language, Text } from '../text.ts';
import type { PlacedClaim } from './claims.ts';
import { markup, type Markup, type Part } from './markup.ts';
import { measureText } from './measure-text.ts';
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
  const hasFactors = claims.some(({ verdict }) => verdict.scale !== undefined);
  return markup`${table(
    columns,
    claims.map((claim) => row(claim, language)),
    { className: 'verdicts', labelled: true },
  )}
<p class="note">${WORDS.legendOfStrips[language]}${hasFactors ? ` ${WORDS.legendOfFactors[language]}` : undefined}</p>
<details><summary>${WORDS.perSeed[language]}</summary>
${table(
  [
    { heading: WORDS.claim[language] },
    { heading: WORDS.seed[language], numeric: true },
    { heading: WORDS.measured[language], numeric: true },
    { heading: WORDS.control[language], numeric: true },
  ],
  claims.flatMap(({ verdict: { claim, values, control, scale } }) => {
    const cell = (value: number | undefined): Part =>
      value === undefined || scale === undefined ? value : measureText(value, scale);
    return values.map((value, index) => [
      claim,
      String(seeds[index] ?? ''),
      cell(value),
      cell(control.values[index]),
    ]);
  }),
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

/** A threshold as words: `at least 0.5`, of a logarithm `at least ×1.65`. */
export function expectationText(expectation: Expectation, language: Language, scale?: LogScale): string {
  const valueText = (value: number): string => measureText(value, scale);
  switch (expectation.kind) {
    case 'at least':
      return fill(WORDS.atLeast, language, { value: valueText(expectation.value) });
    case 'at most':
      return fill(WORDS.atMost, language, { value: valueText(expectation.value) });
    case 'between':
      return fill(WORDS.between, language, {
        low: valueText(expectation.low),
        high: valueText(expectation.high),
      });
    default:
      return expectation satisfies never;
  }
}

function row({ verdict, id, clock, place }: PlacedClaim, language: Language): Markup[] {
  const { text, arm, against, statistic, values, control, threshold, reason, scale } = verdict;
  const seeds = fill(WORDS[scale === undefined ? statistic : 'geometricMean'], language, {
    count: values.length,
  });
  const arms = against === undefined ? arm : fill(WORDS.armAgainst, language, { arm, against });
  const expected = expectationText(threshold, language, scale);
  const strip = verdictStrip(
    verdict,
    `${measurementText(verdict, scale)}; ${expected}; ${WORDS.control[language]}: ${measurementText(control, scale)}`,
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
    markup`${measurementMarkup(verdict, scale)}<p class="detail">${seeds}</p>${strip}`,
    markup`${expected}`,
    markup`<p class="${control.status === 'held' ? 'warning' : ''}">${CONTROL[control.status][language]}</p><p class="detail">${control.arm}: ${measurementText(control, scale)}</p>`,
  ];
}

function measurementMarkup(measurement: Measurement, scale: LogScale | undefined): Markup {
  return markup`<p class="measured"><strong>${measureText(measurement.measured, scale)}</strong> ${intervalText(measurement, scale)}</p>`;
}

function measurementText(measurement: Measurement, scale: LogScale | undefined): string {
  return `${measureText(measurement.measured, scale)} ${intervalText(measurement, scale)}`;
}

function intervalText({ interval: [low, high] }: Measurement, scale: LogScale | undefined): string {
  return `[${measureText(low, scale, 3)},\u00a0${measureText(high, scale, 3)}]`;
}
