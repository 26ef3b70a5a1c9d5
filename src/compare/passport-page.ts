/** The passport as one HTML page, and as lines for a terminal. */
import { figureSection } from '../report/figure-section.ts';
import { formatNumber } from '../report/format-number.ts';
import { renderPage } from '../report/frame.ts';
import { markup, type Markup } from '../report/markup.ts';
import { pairs, table } from '../report/table.ts';
import { fill } from '../report/words.ts';
import { multiples, type MultiplesFigure } from '../result/figure.ts';
import type { Environment } from '../result/recipe-result.ts';
import type { Language, Text } from '../text.ts';
import { type Difference, TOLERANCES } from './align.ts';
import type { MetricComparison, Passport, TrainingComparison } from './passport.ts';
import { causeText, countText, STATUS, word, WORDS } from './passport-words.ts';

/** The losses of one training on both sides, for a figure. */
export interface LossCurves {
  readonly title: string;
  readonly ours: ArrayLike<number>;
  readonly twin: ArrayLike<number>;
  /** The tolerance of the loss. */
  readonly limit: number;
}

/** A recipe with what was found. */
export interface PassportChapter {
  readonly title: Text;
  readonly passport: Passport;
  readonly curves: readonly LossCurves[];
}

export function renderPassports(chapters: readonly PassportChapter[], language: Language): string {
  return renderPage({
    title: word('title', language),
    language,
    body: markup`<header><h1>${word('title', language)}</h1></header>
<main>${chapters.map((each) => chapter(each, language))}</main>`,
  });
}

function chapter({ title, passport, curves }: PassportChapter, language: Language): Markup {
  const say = (name: keyof typeof WORDS): string => word(name, language);
  const { agrees, trainings, metrics, environment, timings } = passport;
  const { median, least, greatest } = timings.speed;
  return markup`<article>
<p class="overline"><code>${passport.recipe}</code></p>
<h2>${title[language]}</h2>
<p class="summary">${say(agrees ? 'agreesAll' : 'differsSome')}</p>
<h3>${say('trainings')}</h3>
${trainingTable(trainings, language)}
<details><summary>${say('parameters')}</summary>${parameterTable(trainings, language)}</details>
<h3>${say('metrics')}</h3>
${metricTable(metrics, language)}
${curves.map((each, index) => figureSection(curvesFigure(each, index), language))}
<h3>${say('speed')}</h3>
<p><strong>${formatNumber(median, 3)}</strong> [${formatNumber(least, 3)}, ${formatNumber(greatest, 3)}]</p>
<p class="note">${say('speedText')}</p>
<h3>${say('sides')}</h3>
${pairs([
  [say('ours'), sideText(environment.ours)],
  [say('twin'), sideText(environment.twin)],
])}
</article>`;
}

function trainingTable(trainings: readonly TrainingComparison[], language: Language): Markup {
  const headings = (['training', 'status', 'updates', 'loss', 'weights', 'allowed'] as const).map((name) => ({
    heading: word(name, language),
    numeric: name === 'updates' || name === 'loss' || name === 'weights',
  }));
  return table(
    headings,
    trainings.map((training) => {
      const { status, cause, updates, tolerance } = training;
      const { loss, weights } = largestOf(training);
      const { [tolerance]: limits } = TOLERANCES;
      return [
        markup`<p>${placeText(training)}</p>`,
        markup`<p><strong>${STATUS[status][language]}</strong></p>${cause === null ? undefined : markup`<p class="detail">${causeText(cause)[language]}</p>`}`,
        updates,
        formatNumber(loss, 2),
        formatNumber(weights, 2),
        `${formatNumber(limits.loss)}, ${formatNumber(limits.weights)}`,
      ];
    }),
  );
}

function parameterTable(trainings: readonly TrainingComparison[], language: Language): Markup {
  return table(
    (['training', 'parameter', 'largest', 'firstBeyond'] as const).map((name) => ({
      heading: word(name, language),
    })),
    trainings.flatMap((training) =>
      training.differences.map(({ name, largest, firstBeyond }) => [
        placeText(training),
        markup`<code>${name}</code>`,
        formatNumber(largest, 2),
        firstBeyond === null ? '–' : String(firstBeyond),
      ]),
    ),
  );
}

const list = (values: readonly number[]): string => values.map((value) => formatNumber(value)).join(', ');

function metricTable(metrics: readonly MetricComparison[], language: Language): Markup {
  return table(
    (['arm', 'metric', 'status', 'ours', 'twin', 'difference', 'margin'] as const).map((name) => ({
      heading: word(name, language),
    })),
    metrics.map(({ arm, metric, status, ours, twin, difference: { estimate, low, high }, margin }) => [
      markup`<code>${arm}</code>`,
      markup`<code>${metric}</code>`,
      word(status, language),
      list(ours),
      list(twin),
      `${formatNumber(estimate, 2)} [${formatNumber(low, 2)}, ${formatNumber(high, 2)}]`,
      formatNumber(margin, 2),
    ]),
  );
}

const at =
  (values: ArrayLike<number>) =>
  (step: number): number =>
    values[step] ?? Number.NaN;

/** At most this many points of a curve are drawn. */
const POINTS = 300;

function curvesFigure({ title, ours, twin, limit }: LossCurves, index: number): MultiplesFigure {
  const count = Math.min(ours.length, twin.length);
  const stride = Math.max(1, Math.ceil(count / POINTS));
  const steps = Array.from({ length: Math.ceil(count / stride) }, (_, i) => i * stride);
  const rows = (series: string, of: (step: number) => number) => steps.map((x) => ({ series, x, y: of(x) }));
  const x = { label: WORDS.updatesAxis };
  return multiples({
    id: `losses-${index + 1}`,
    title: { en: `${title}: ${WORDS.figure.en}`, zh: `${title}:${WORDS.figure.zh}` },
    panels: [
      {
        kind: 'curves',
        title: WORDS.both,
        x,
        y: { label: WORDS.lossAxis, scale: steps.every((step) => at(ours)(step) > 0) ? 'log' : 'linear' },
        rows: [...rows('ours', at(ours)), ...rows('twin', at(twin))],
      },
      {
        kind: 'curves',
        title: WORDS.apart,
        x,
        y: { label: WORDS.differenceAxis, scale: 'log' },
        rows: rows('difference', (step) => Math.abs(at(ours)(step) - at(twin)(step))).filter(
          ({ y }) => y > 0,
        ),
        references: [{ axis: 'y', value: limit, label: WORDS.tolerance }],
      },
    ],
    names: { ours: WORDS.ours, twin: WORDS.twin, difference: WORDS.differenceAxis },
  });
}

/** The passport in a few lines. */
export function passportText({ recipe, agrees, trainings, timings }: Passport, language: Language): string {
  const { median, least, greatest } = timings.speed;
  const counts = (['agrees', 'rounding', 'differs'] as const)
    .map((status) => ({ status, count: trainings.filter((training) => training.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => countText(status, count)[language]);
  const worst = trainings.map(largestOf);
  const largest = (name: 'loss' | 'weights'): string =>
    formatNumber(Math.max(...worst.map((each) => each[name])), 2);
  const causes = trainings.flatMap((training) =>
    training.status === 'differs' && training.cause
      ? [`  ${placeText(training)}: ${causeText(training.cause)[language]}`]
      : [],
  );
  const ratio = `${formatNumber(median, 2)} [${formatNumber(least, 2)}, ${formatNumber(greatest, 2)}]`;
  return [
    `${recipe}: ${word(agrees ? 'agreesAll' : 'differsSome', language)}`,
    `  ${word('trainings', language)}: ${counts.join(', ')}`,
    `  ${word('loss', language)} ${largest('loss')}; ${word('weights', language)} ${largest('weights')}`,
    `  ${word('speed', language)}: ${fill(WORDS.speedLine, language, { ratio })}`,
    ...causes,
  ].join('\n');
}

const placeText = ({ arm, seed, name }: TrainingComparison): string => `${arm} · ${seed} · ${name}`;

export function largestOf({ differences }: { readonly differences: readonly Difference[] }): {
  readonly loss: number;
  readonly weights: number;
} {
  const of = (isLoss: boolean): number =>
    Math.max(
      0,
      ...differences
        .filter(({ name }) => name !== 'learningRate' && (name === 'loss') === isLoss)
        .map(({ largest }) => largest),
    );
  return { loss: of(true), weights: of(false) };
}

function sideText({ backend, versions, platform }: Environment): string {
  const parts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${backend.name}, ${backend.device}, ${backend.threads ?? '?'} threads; ${parts.join(', ')}; ${platform}`;
}
