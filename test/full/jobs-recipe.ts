/** A recipe of six short runs, of which one fails as FAULT says; each tells its process in the file PIDS. For `jobs.test.ts`. */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { atLeast, defineRecipe, OptionError, sgd } from 'tfjs-recipes';
import { z } from 'zod';

const same = (en: string) => ({ en, zh: en });
const { FAULT, PIDS } = process.env;

async function fail(): Promise<void> {
  // The others are on their way.
  await sleep(300);
  if (FAULT === 'throw') throw new RangeError('a word too much');
  if (FAULT === 'option')
    throw new OptionError('here', [{ path: 'rate', rule: 'is never right', received: 1 }]);
  if (FAULT === 'allocation') throw new RangeError('Array buffer allocation failed');
  if (FAULT === 'exit') process.exit(3);
  if (FAULT === 'rejection') void Promise.reject(new TypeError('nobody waits for this'));
  if (FAULT === 'memory') for (const all: string[][] = []; ;) all.push(Array.from({ length: 1e5 }, String));
  if (FAULT?.startsWith('SIG')) process.kill(process.pid, FAULT);
  await sleep(60_000);
}

export const jobs = defineRecipe({
  id: 'jobs',
  lecture: '0.1',
  text: {
    title: same('Jobs'),
    summary: same('Six runs.'),
    arms: { slow: same('slow'), fast: same('fast') },
    claims: { arrives: same('It arrives') },
    measures: { end: same('where it ends') },
  },
  options: z.object({ steps: z.int().default(20).describe('updates') }),
  arms: () => ({ slow: 0.001, fast: 0.3 }),
  seeds: { full: 3, quick: 2 },
  async runArm({ options, arm, armName, seed, rng, minimize }) {
    if (PIDS !== undefined) appendFileSync(PIDS, `${process.pid}\n`);
    if (FAULT !== undefined && armName === 'fast' && seed === 1001) await fail();
    const start = [...rng.uniform(2, 1, 2)];
    const optimizer = sgd({ learningRate: arm });
    const { steps } = options;
    const path = await minimize('bowl', { objective: (w) => w.square().sum(), start, optimizer, steps });
    return { end: path.last('x'), path: path.series('loss'), lost: Number.NaN, absent: undefined };
  },
  claims: [
    {
      id: 'arrives',
      arm: 'fast',
      control: 'slow',
      measure: ({ arm }) => -Math.abs(arm.end),
      expect: atLeast(-0.01),
    },
  ],
  figures: () => [],
});
