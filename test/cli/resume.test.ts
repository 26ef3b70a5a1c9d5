/** An interrupted `run` goes on with --resume, and nothing of an unfinished run is lost by mistake. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { settingsDifferences, settingsOf } from '../../src/cli/run-settings.ts';
import type { AnyRecipe } from '../../src/recipe/recipe.ts';
import type { RunContext } from '../../src/recipe/run-context.ts';
import type { RunData } from '../../src/result/recipe-result.ts';
import { fixture, useFakeProcess } from './harness.ts';
import { tiny } from './fixtures/tiny.ts';

const cli = useFakeProcess();

/** Arms × seeds of the recipe below. */
const RUNS = 6;
const FINISHED = ['config.json', 'figures', 'figures/values.svg', 'report.html', 'result.json'];

type Context = RunContext<unknown, number> & { readonly options: { rate: number } };

/** What the recipe's next runs do; counts them. */
let made: string[];
let runArm: (context: Context) => Promise<RunData>;

beforeEach(() => {
  made = [];
  runArm = async ({ arm, seed, options }) => ({ value: arm * options.rate + seed, lost: Number.NaN });
  const recipe: AnyRecipe = {
    ...tiny,
    runArm: async (context: Context) => {
      made.push(`${context.armName} ${context.seed}`);
      return runArm(context);
    },
  };
  Object.assign(cli.io, { course: { ...cli.io.course, load: async () => [recipe] } });
});

/** Does something once, in the `count`-th run from here. */
function inRun(count: number, act: () => void): void {
  const before = runArm;
  made = [];
  runArm = async (context) => {
    if (made.length === count) {
      runArm = before;
      act();
    }
    return before(context);
  };
}

const read = (name: string): Promise<string> => readFile(join(cli.io.cwd, name), 'utf8');

async function resultIn(folder: string): Promise<object> {
  const { timings, ...result } = JSON.parse(await read(`${folder}/result.json`)) as { timings: unknown };
  expect(timings).toBeDefined();
  return result;
}

/** Ends a run of `tiny` in its `count`-th run, which is not kept. */
async function interrupt(count: number, ...flags: string[]): Promise<void> {
  inRun(count, () => cli.io.signals.emit('SIGINT'));
  expect(await cli.run('run', 'tiny', ...flags)).toBe(130);
  made = [];
}

test.each([2, 4, RUNS])('interrupted in run %i, the rest is made, and the result is the same', async (at) => {
  expect(await cli.run('run', 'tiny', '--out', 'whole')).toBe(0);
  made = [];
  await interrupt(at);
  expect(cli.io.stderr.lines.at(-1)).toBe(
    `error: stopped by SIGINT; ${at - 1} ${at === 2 ? 'run' : 'runs'} done; go on with --resume`,
  );
  expect(await cli.files()).toContain('runs/tiny/unfinished/runs.jsonl');
  expect(await cli.run('run', 'tiny', '--resume')).toBe(0);
  expect(made).toHaveLength(RUNS - (at - 1));
  expect(cli.io.stderr.text).toContain(`\nruns/tiny: goes on, ${at - 1} run`);
  expect(await resultIn('runs/tiny')).toEqual(await resultIn('whole'));
  expect((await cli.files()).filter((name) => name.startsWith('runs/tiny/'))).toEqual(
    FINISHED.map((name) => `runs/tiny/${name}`),
  );
});

test('where there is nothing to go on with it begins; a run that kept nothing leaves nothing', async () => {
  await interrupt(1);
  expect(cli.io.stderr.lines.at(-1)).toBe(
    'error: stopped by SIGINT; nothing was written for the unfinished recipe',
  );
  expect(await cli.files()).toEqual([]);
  expect(await cli.run('run', 'tiny', '--resume')).toBe(0);
  expect(made).toHaveLength(RUNS);
});

test('what is finished is shown again, and not made again', async () => {
  expect(await cli.run('run', 'tiny')).toBe(0);
  const [shown, written] = [cli.io.stdout.text, await stat(join(cli.io.cwd, 'runs/tiny/result.json'))];
  made = [];
  expect(await cli.run('run', 'tiny', '--resume')).toBe(0);
  expect(made).toEqual([]);
  expect(cli.io.stderr.text).toContain('runs/tiny: is finished\n');
  expect(cli.io.stdout.text).toBe(shown + shown);
  expect((await stat(join(cli.io.cwd, 'runs/tiny/result.json'))).mtimeMs).toBe(written.mtimeMs);
});

test.each(['unfinished', 'finished'])(
  'an %s run of other settings is not gone on with: every difference is said',
  async (state) => {
    if (state === 'unfinished') await interrupt(3);
    else await cli.run('run', 'tiny');
    const before = await cli.files();
    expect(
      await cli.run('run', 'tiny', '--resume', '--set', 'rate=2', '--set', 'kind=fancy', '--seed', '7'),
    ).toBe(2);
    expect(cli.io.stderr.lines.at(-1)).toBe(
      `error: run --resume: runs/tiny holds the ${state === 'unfinished' ? 'unfinished run' : 'result'} of other settings: ` +
        'options.rate is 0.5 there and 2 here; options.kind is "plain" there and "fancy" here; seed is 1000 there and 7 here ' +
        '(give those settings, choose another folder with --out, or leave out --resume to replace it)',
    );
    expect(await cli.files()).toEqual(before);
  },
);

describe('without --resume', () => {
  test('an unfinished run that could go on is not given up by mistake', async () => {
    await interrupt(3);
    const before = await cli.files();
    expect(await cli.run('run', 'tiny')).toBe(2);
    expect(cli.io.stderr.lines.at(-1)).toBe(
      'error: run: runs/tiny holds an unfinished run of these settings, 2 runs done ' +
        '(--resume goes on with it; delete runs/tiny/unfinished to begin anew)',
    );
    expect(await cli.files()).toEqual(before);
    await rm(join(cli.io.cwd, 'runs/tiny/unfinished'), { recursive: true });
    expect(await cli.run('run', 'tiny')).toBe(0);
    expect(made).toHaveLength(RUNS);
  });

  test('one of other settings is replaced, which is said', async () => {
    await interrupt(3);
    expect(await cli.run('run', 'tiny', '--set', 'rate=2')).toBe(0);
    expect(cli.io.stderr.text).toContain(
      'runs/tiny: replaces an unfinished run, 2 runs done, of other settings: options.rate is 0.5 there and 2 here\n',
    );
    expect(made).toHaveLength(RUNS);
    expect(await cli.files()).not.toContain('runs/tiny/unfinished');
  });

  test('an older result stays until the new one is whole', async () => {
    expect(await cli.run('run', 'tiny')).toBe(0);
    const older = await read('runs/tiny/result.json');
    await interrupt(3, '--set', 'rate=2');
    expect(await read('runs/tiny/result.json')).toBe(older);
    expect(await cli.run('run', 'tiny', '--set', 'rate=2', '--resume')).toBe(0);
    expect(await resultIn('runs/tiny')).toMatchObject({ options: { rate: 2 } });
  });
});

describe('what an interruption at any moment may leave', () => {
  const runs = 'runs/tiny/unfinished/runs.jsonl';
  const edit = async (name: string, change: (text: string) => string): Promise<void> =>
    writeFile(join(cli.io.cwd, name), change(await read(name)));

  test('half a line: that run is made again', async () => {
    await interrupt(4);
    await edit(runs, (text) => text.slice(0, -9));
    await interrupt(2, '--resume');
    expect((await read(runs)).split('\n').map((line) => line.slice(0, 28))).toEqual(
      [1000, 1001, 1002].map((seed) => `{"arm":"small","seed":${seed},"`).concat(''),
    );
    expect(await cli.run('run', 'tiny', '--resume')).toBe(0);
  });

  test('all runs done, and no result yet: nothing is made again', async () => {
    await mkdir(join(cli.io.cwd, 'runs/tiny/result.json'), { recursive: true });
    expect(await cli.run('run', 'tiny')).toBe(5);
    expect(cli.io.stderr.lines.at(-2)).toBe(
      '6 runs done; go on with --resume, or delete runs/tiny/unfinished to begin anew',
    );
    made = [];
    await rm(join(cli.io.cwd, 'runs/tiny/result.json'), { recursive: true });
    expect(await cli.run('run', 'tiny', '--resume')).toBe(0);
    expect(made).toEqual([]);
  });

  test('some files of a result, which is no foreign folder', async () => {
    await interrupt(4);
    await writeFile(join(cli.io.cwd, 'runs/tiny/report.html'), 'new');
    expect(await cli.run('run', 'tiny', '--resume')).toBe(0);
    expect(await read('runs/tiny/report.html')).toContain('<!doctype html>');
  });

  test('a folder without settings: nothing had begun', async () => {
    await mkdir(join(cli.io.cwd, 'runs/tiny/unfinished'), { recursive: true });
    expect(await cli.run('run', 'tiny')).toBe(0);
    expect(await cli.files()).not.toContain('runs/tiny/unfinished');
  });

  test.each([
    [
      runs,
      'line 2 of runs.jsonl is not a run',
      (text: string) => text.replace('"seed":1001', '"seed":"1001"'),
    ],
    [runs, 'Unexpected', (text: string) => text.replace('{"arm"', 'arm')],
    ['runs/tiny/unfinished/config.json', 'JSON', () => '{'],
  ])('damage in %s is no run: exit 4 (%s)', async (name, words, change) => {
    await interrupt(4);
    await edit(name, change);
    expect(await cli.run('run', 'tiny', '--resume')).toBe(4);
    const line = cli.io.stderr.lines.at(-1);
    expect(line).toContain('the unfinished run is damaged: ');
    expect(line).toContain(words);
    expect(line).toContain(`delete ${join(cli.io.cwd, 'runs/tiny/unfinished')} to begin anew`);
  });
});

test('a run that fails keeps what is done', async () => {
  inRun(3, () => {
    throw new RangeError('Array buffer allocation failed');
  });
  expect(await cli.run('run', 'tiny')).toBe(7);
  expect(cli.io.stderr.lines.at(-2)).toBe(
    '2 runs done; go on with --resume, or delete runs/tiny/unfinished to begin anew',
  );
  made = [];
  expect(await cli.run('run', 'tiny', '--resume')).toBe(0);
  expect(made).toHaveLength(RUNS - 2);
});

test('--all --resume: what is finished is not made, what is not is gone on with, the rest begins', async () => {
  const load = cli.io.course.load;
  const three = async () => (await load()).flatMap((one) => ['a', 'b', 'c'].map((id) => ({ ...one, id })));
  Object.assign(cli.io, { course: { entries: [], load: three } });
  inRun(RUNS + 3, () => cli.io.signals.emit('SIGTERM'));
  expect(await cli.run('run', '--all', '--out', 'o')).toBe(143);
  expect(await cli.files()).not.toContain('o/report.html');
  made = [];
  expect(await cli.run('run', '--all', '--out', 'o', '--resume')).toBe(0);
  expect(made).toHaveLength(RUNS - 2 + RUNS);
  const notes = cli.io.stderr.lines.filter((line) => line.startsWith('o/'));
  expect(notes).toEqual(['o/a: is finished', 'o/b: goes on, 2 runs done']);
  expect((await read('o/report.html')).match(/<article/g)).toHaveLength(3);
});

describe('two commands in one folder', () => {
  const lock = async (id: number | undefined): Promise<string> => {
    const folder = join(cli.io.cwd, 'runs/tiny/unfinished');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `lock-${id}`), '');
    return folder;
  };

  test('the second one is refused, with the process that has it', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    onTestFinished(() => void child.kill());
    const folder = await lock(child.pid);
    expect(await cli.run('run', 'tiny')).toBe(5);
    expect(cli.io.stderr.lines.at(-1)).toBe(
      `error: cannot write to ${folder}: process ${child.pid} runs a recipe there: wait for it, or choose another folder ` +
        `with --out; if it is something else, delete lock-${child.pid}`,
    );
    expect(made).toEqual([]);
  });

  test('a process that died has nothing, nor has an older one with the same number', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await lock(child.pid);
    await lock(process.pid);
    expect(await cli.run('run', 'tiny')).toBe(0);
    expect(await cli.files()).not.toContain('runs/tiny/unfinished');
  });

  test('a running one has its folder', async () => {
    let files: string[] = [];
    runArm = async () => {
      files = await cli.files();
      return { value: 1 };
    };
    expect(await cli.run('run', 'tiny')).toBe(0);
    expect(files).toContain(`runs/tiny/unfinished/lock-${process.pid}`);
  });
});

test("a change in the user's recipe file is another setting", async () => {
  const sources = {
    recipe: tiny,
    options: {},
    seed: 1000,
    seeds: undefined,
    quick: false,
    track: false,
    backend: {
      name: 'cpu',
      device: 'CPU',
      isGpu: false,
      threads: 1,
      simd: null,
      versions: { tfjs: '4' },
      others: [],
    },
  } as const;
  const file = join(cli.io.cwd, 'recipe.ts');
  const source = await readFile(fixture('tiny.ts'), 'utf8');
  await writeFile(file, source);
  const before = await settingsOf({ ...sources, file });
  expect(await settingsOf({ ...sources, file })).toEqual(before);
  await writeFile(file, source.replace('default(4)', 'default(4) '));
  const [difference, ...others] = settingsDifferences(before, await settingsOf({ ...sources, file }));
  expect(difference).toMatch(/^recipeFile is "sha256 [0-9a-f]{16}" there and "sha256 [0-9a-f]{16}" here$/);
  expect(others).toEqual([]);
});
