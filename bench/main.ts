/** `npm run bench:quick [-- --json] [-- id …]`: how fast this package is beside its opponents, measured in one run. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { COMPARISONS, type SideName } from './comparisons.ts';
import { runSide } from './run-side.ts';
import type { Measurement } from './side.ts';
import { isMet, summarise } from './summary.ts';
import { markdownTable } from './table.ts';

const ROUNDS = 5;
const NOTES = `
Speeds are medians, ratios medians (least–greatest) over the rounds; every side has a process of its own.
The loop with stock tfjs neither shuffles nor records: it reads its loss every tenth step. train() does both each step.
`;

const { values: options, positionals: ids } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = ids.find((id) => !COMPARISONS.some((comparison) => comparison.id === id));
if (unknown !== undefined) {
  console.error(`no comparison "${unknown}"; there are: ${COMPARISONS.map(({ id }) => id).join(', ')}`);
  process.exit(2);
}
const comparisons = COMPARISONS.filter(({ id }) => ids.length === 0 || ids.includes(id));

const loadBefore = loadavg();
const measured = await measureSides(new Set(comparisons.flatMap(({ ours, opponent }) => [ours, opponent])));
const rows = comparisons.map(({ id, what, unit, wanted, ours, opponent }) => {
  const summary = summarise(measured.get(ours) ?? [], measured.get(opponent) ?? []);
  return { id, what, unit, wanted, met: isMet(wanted, summary), summary };
});
const environment = {
  ...Object.fromEntries(
    [...measured.values()].flat().flatMap((measurement) => Object.entries(measurement.environment)),
  ),
  processor: cpus()[0]?.model ?? 'unknown',
  'processors usable': availableParallelism(),
  'load average (1 min) before': loadBefore[0]?.toFixed(1),
  'load average (1 min) after': loadavg()[0]?.toFixed(1),
  rounds: ROUNDS,
};

if (options.json) {
  console.log(JSON.stringify({ environment, comparisons: rows }, null, 2));
} else {
  console.log(markdownTable(rows));
  console.log(NOTES);
  for (const [name, value] of Object.entries(environment)) console.log(`${name}: ${String(value)}`);
}

/** Each round measures every side once, forwards and backwards in turn: a slow drift of the machine cancels. */
async function measureSides(sides: ReadonlySet<SideName>): Promise<Map<SideName, Measurement[]>> {
  const measurements = new Map([...sides].map((side): [SideName, Measurement[]] => [side, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of round % 2 === 0 ? sides : [...sides].toReversed()) {
      console.error(`round ${round + 1} of ${ROUNDS}: ${side}`);
      measurements.get(side)?.push(await runSide(side));
    }
  }
  return measurements;
}
