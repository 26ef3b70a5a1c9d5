/** The README's table of what `compare --all` found, from its compare.json. `npm run compare:table`. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Passport } from '../src/compare/passport.ts';
import { largestOf } from '../src/compare/passport-page.ts';
import { formatNumber } from '../src/report/format-number.ts';
import { parseJson } from '../src/result/json.ts';
import { markdownTable } from './markdown-table.ts';

const MARKS = /(<!-- compare: npm run compare:table -->)[\s\S]*(<!-- \/compare -->)/;
const [folder = 'runs/compare'] = process.argv.slice(2);

const passports = parseJson(readFileSync(`${folder}/compare.json`, 'utf8')) as unknown as readonly Passport[];
const readme = readFileSync('README.md', 'utf8');
writeFileSync(
  'README.md',
  readme.replace(
    MARKS,
    (_all, open: string, close: string) => `${open}\n\n${tableOf(passports)}\n\n${close}`,
  ),
);

function tableOf(all: readonly Passport[]): string {
  const rows = all.map(({ recipe, trainings, metrics, timings }) => {
    const count = (status: string): string =>
      String(trainings.filter((training) => training.status === status).length);
    const agreeing = trainings.filter(({ status }) => status === 'agrees').map(largestOf);
    const largest = (name: 'loss' | 'weights'): string =>
      formatNumber(Math.max(...agreeing.map((each) => each[name])), 2);
    const same = metrics.filter(({ status }) => status === 'equivalent').length;
    const { median, least, greatest } = timings.speed;
    return [
      `\`${recipe}\``,
      count('agrees'),
      count('rounding'),
      count('differs'),
      largest('loss'),
      largest('weights'),
      `${same} of ${metrics.length}`,
      `${formatNumber(median, 2)} [${formatNumber(least, 2)}, ${formatNumber(greatest, 2)}]`,
    ];
  });
  const head = [
    'recipe',
    'trainings that agree',
    'but for rounding',
    'differ',
    'largest difference of a loss',
    'of a weight',
    'metrics equivalent',
    'PyTorch’s time by ours',
  ];
  const [first] = all;
  const versions = first && { ...first.environment.ours.versions, ...first.environment.twin.versions };
  const named = Object.entries(versions ?? {}).map(([name, version]) => `${name} ${version}`);
  return `${markdownTable([head, ...rows])}\n\n${named.join(', ')}; quick runs, ${first?.environment.ours.backend.threads ?? '?'} thread on each side.`;
}
