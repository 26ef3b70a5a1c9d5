/** The built command line, killed and interrupted at many moments: with --resume it ends as if nothing had happened. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDigits } from 'tfjs-recipes';
import { describe, expect, it } from 'vitest';
import type { Ended } from '../run-process.ts';
import { emptyFolder, inPipe } from './command.ts';

const RUN = ['run', 'classification', '--quick', '--seeds', '2', '--set', 'steps=450', '--track', '--json'];
/** Trainings that are tracked: of digits and of the small tasks, two seeds each; a minimization has no history. */
const HISTORIES = 24;

/** The moments: the number of the line of progress. The first comes with the first update, then one a second. */
const LINES = [1, 2, 1, 2, 1, 3];
const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGTERM'] as const;
const CODES = { SIGKILL: null, SIGINT: 130, SIGTERM: 143 };

/** All that must be the same: the result without the clock, and each line of each training's history. */
function outcome(folder: string): unknown {
  const { timings, ...result } = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as {
    timings: unknown;
  };
  expect(timings).toBeDefined();
  const histories = readdirSync(join(folder, 'history'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted()
    .map((name) => [name, readFileSync(join(folder, 'history', name), 'utf8')]);
  expect(histories).toHaveLength(HISTORIES);
  return { result, histories };
}

/** Goes on in the folder `out` until the signal comes, or to the end. */
function goOn(cwd: string, lines: number, signal: keyof typeof CODES): Promise<Ended> {
  return inPipe([...RUN, '--out', 'out', '--resume'], {
    cwd,
    when: {
      stderr: new RegExp(`("done":[^\\n]*\\n[^]*){${lines}}`),
      act: (child) => child.kill(signal),
    },
  });
}

it('ends with the result and the histories of a run that nobody stopped', async () => {
  const cwd = emptyFolder();
  expect((await inPipe([...RUN, '--out', 'whole'], { cwd })).code).toBe(0);
  let stopped = 0;
  for (const [index, lines] of LINES.entries()) {
    const signal = SIGNALS[index % SIGNALS.length] ?? 'SIGKILL';
    const { code, stdout, stderr } = await goOn(cwd, lines, signal);
    // A fast machine may have come to the end before the last of them.
    if (code === 0) break;
    stopped++;
    expect({ code, stdout }).toEqual({ code: CODES[signal], stdout: '' });
    if (signal !== 'SIGKILL')
      expect(stderr.trimEnd()).toMatch(/\nerror: stopped by SIG\w+; \d+ runs? done; go on with --resume$/);
  }
  expect(stopped).toBeGreaterThanOrEqual(SIGNALS.length);
  expect((await inPipe([...RUN, '--out', 'out', '--resume'], { cwd })).code).toBe(0);
  expect(outcome(join(cwd, 'out'))).toEqual(outcome(join(cwd, 'whole')));
  expect(readdirSync(join(cwd, 'out')).toSorted()).toEqual([
    'config.json',
    'events',
    'figures',
    'history',
    'model',
    'report.html',
    'result.json',
  ]);
});

describe('a run that goes on', () => {
  it('leaves at once at a second signal, and can be gone on with', async () => {
    const cwd = emptyFolder();
    const { code } = await inPipe([...RUN, '--out', 'out'], {
      cwd,
      when: {
        stderr: /"done":/,
        act(child) {
          child.kill('SIGINT');
          child.kill('SIGTERM');
        },
      },
    });
    expect(code).toBe(143);
    const again = await goOn(cwd, 1, 'SIGINT');
    expect(again.code).toBe(130);
  });

  it('has its folder for itself', async () => {
    const cwd = emptyFolder();
    let second: Promise<Ended> | undefined;
    let pid: number | undefined;
    const first = await inPipe([...RUN, '--out', 'out'], {
      cwd,
      when: {
        stderr: /"done":/,
        act(child) {
          pid = child.pid;
          second = inPipe([...RUN, '--out', 'out', '--resume'], { cwd }).finally(() => child.kill('SIGTERM'));
        },
      },
    });
    expect(first.code).toBe(143);
    expect(await second).toEqual({
      code: 5,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(`^error: [^\\n]*process ${pid} runs a recipe there[^\\n]*\\n$`),
      ),
    });
  });
});

it('its model reads the digits, through predict', async () => {
  const cwd = emptyFolder();
  const short = ['run', 'classification', '--quick', '--seeds', '1', '--out', 'out'];
  expect((await inPipe(short, { cwd })).code).toBe(0);
  const { inputs, targets, featureNames } = await loadDigits();
  const rows = Array.from({ length: 100 }, (_, row) => inputs.values.slice(64 * row, 64 * row + 64).join());
  writeFileSync(join(cwd, 'digits.csv'), [featureNames?.join(), ...rows].join('\r\n'));
  const { code, stdout } = await inPipe(['predict', 'out', '--data', 'csv:digits.csv'], { cwd });
  expect(code).toBe(0);
  const [heading, ...lines] = stdout.trimEnd().split('\n');
  expect(heading).toMatch(/^class,probability_0,.*,probability_9$/);
  expect(lines).toHaveLength(100);
  const right = lines.filter((line, row) => line.startsWith(`${targets.values[row]},`));
  expect(right.length).toBeGreaterThan(90);
});
