/** What a result was made with: options, arms and seeds, the machine, and apart from them the clock. */
import type { RecipeResult } from '../result/recipe-result.ts';
import { stringifyJson } from '../result/json.ts';
import type { Language } from '../text.ts';
import { formatSeconds } from './format-number.ts';
import { median } from './lines.ts';
import { markup, type Markup, type Part } from './markup.ts';
import { pairs, table } from './table.ts';
import { WORDS } from './words.ts';

/** The last part of a result. */
export function setupSection(result: RecipeResult, language: Language): Markup {
  const { recipe, options, seeds } = result;
  const word = (name: keyof typeof WORDS): string => WORDS[name][language];
  return markup`<section class="setup">
<h3>${word('options')}</h3>
${table(
  [{ heading: word('option') }, { heading: word('value'), numeric: true }, { heading: word('meaning') }],
  Object.entries(options).map(([name, value]) => [
    markup`<code>${name}</code>`,
    optionText(value),
    recipe.options[name],
  ]),
)}
<h3>${word('arms')}</h3>
${pairs(Object.entries(recipe.arms).map(([name, text]) => [markup`<code>${name}</code>`, text[language]]))}
<h3>${word('seeds')}</h3>
<p>${seedText(seeds)}</p>
<h3>${word('environment')}</h3>
${pairs(environmentPairs(result, language))}
<h3>${word('timings')}</h3>
<p class="note">${word('timingsNote')}</p>
${pairs([
  [word('startedAt'), result.timings.startedAt],
  [word('totalTime'), formatSeconds(result.timings.totalSeconds)],
  [word('perRun'), formatSeconds(median(result.timings.runs))],
])}
</section>
`;
}

/** An option exactly as it was, words and numbers as they are written in JSON. */
function optionText(value: RecipeResult['options'][string]): string {
  if (typeof value === 'number') return Number.isNaN(value) ? 'NaN' : String(value).replace('Infinity', '∞');
  return typeof value === 'string' ? value : stringifyJson(value);
}

/** Consecutive seeds as a range. */
function seedText(seeds: readonly number[]): string {
  const [first = 0] = seeds;
  const consecutive = seeds.length > 3 && seeds.every((seed, index) => seed === first + index);
  return consecutive ? `${first} … ${first + seeds.length - 1} (${seeds.length})` : seeds.join(', ');
}

function environmentPairs(result: RecipeResult, language: Language): (readonly [string, Part])[] {
  const { package: name, backend, versions, platform } = result.environment;
  return [
    [WORDS.package[language], `${name.name} ${name.version}`],
    [WORDS.backend[language], backend.name],
    [WORDS.device[language], backend.isGpu ? `${backend.device} (${WORDS.gpu[language]})` : backend.device],
    [WORDS.threads[language], backend.threads ?? WORDS.unknown[language]],
    ...Object.entries(versions),
    [WORDS.platform[language], platform],
    ...backend.others.map(
      ({ name: other, reason, cure }) =>
        [WORDS.notUsed[language], markup`${other}: ${reason}<br>${cure}`] as const,
    ),
  ];
}
