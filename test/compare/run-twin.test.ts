/** Interpreters that do all that goes wrong: each ends in time, leaves no process behind, and the error says what it was. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit-codes.ts';
import { runTwin, type TwinRun } from '../../src/compare/run-twin.ts';
import { BaselineError } from '../../src/errors.ts';
import { encodeSafetensors } from '../../src/formats/safetensors.ts';
import { stringifyJson } from '../../src/result/json.ts';
import {
  fakeTwin,
  type FakeTwin,
  goodResult,
  goodTrace,
  type Left,
  manifest,
  newFolder,
  processesWith,
  writeScript,
  zeros,
} from './fakes.ts';

/** For what hangs, a thousand seconds if nobody ends it. */
const SHORT_SECONDS = 0.5;
/** For what comes to an end by itself, also where the machine is busy. */
const LONG_SECONDS = 30;

if (process.platform !== 'linux') process.stderr.write('survivors are looked for in /proc: on Linux only\n');
const onLinux = describe.skipIf(process.platform !== 'linux').concurrent;

let count = 0;

interface RunOptions {
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** Runs a fake, and looks at the clock and at what is left of it. */
async function run(
  { python, work }: FakeTwin,
  { timeoutSeconds = LONG_SECONDS, ...others }: RunOptions = {},
): Promise<TwinRun> {
  const mark = `fake-${process.pid}-${count++}`;
  const environment = { PATH: process.env['PATH'], TFJS_RECIPES_FAKE: mark };
  const began = performance.now();
  try {
    const script = 'baseline.py';
    return await runTwin({ python, script, work, manifest, environment, timeoutSeconds, ...others });
  } finally {
    // Three times what is promised: two seconds beyond the time limit.
    expect(performance.now() - began).toBeLessThan(3 * 1000 * (timeoutSeconds + 2));
    // A process that has got its signal may take a moment to go.
    await vi.waitFor(() => expect(processesWith(mark)).toEqual([]), { timeout: 5000 });
  }
}

async function failureOf(fake: FakeTwin, options?: RunOptions): Promise<BaselineError> {
  const error = await run(fake, options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BaselineError)) throw new Error('it did not fail as it should', { cause: error });
  expect(exitCodeOf(error)).toBe(6);
  return error;
}

onLinux('an interpreter that does not end', () => {
  test.concurrent.each([
    ['hangs', 'sleep 1000'],
    [
      'ignores SIGTERM, with a grandchild that holds stdout',
      `trap '' TERM; sleep 1000 & while :; do sleep 1; done`,
    ],
    ['drips slowly', 'while :; do printf .; sleep 0.1; done'],
    ['closes its output and stays', 'exec >&- 2>&-; sleep 1000'],
    ['leaves a result and stays', 'leave; sleep 1000'],
  ])('%s', async (_, lines) => {
    const { message } = await failureOf(fakeTwin(lines), { timeoutSeconds: SHORT_SECONDS });
    expect(message).toMatch(
      /^the PyTorch twin of tiny \(.*\) did not end within 0\.5 s; --timeout gives it longer$/,
    );
  });
});

onLinux('an interpreter that is stopped', () => {
  test('gets SIGTERM first, and what it writes then is kept', async () => {
    const fake = fakeTwin(`trap 'echo bye >&2; exit 0' TERM; sleep 1000 & wait`);
    const { message, details } = await failureOf(fake, { timeoutSeconds: 2 * SHORT_SECONDS });
    expect(message).toMatch(/did not end within 1 s; --timeout gives it longer$/);
    expect(details).toEqual(['bye']);
  });
});

onLinux('an interpreter that fails', () => {
  test.concurrent.each<[what: string, lines: string, message: RegExp]>([
    ['ends and leaves a child that holds stdout', 'sleep 1000 & exit 3', /ended with exit code 3$/],
    ['leaves a valid result and exit code 1', 'leave; exit 1', /ended with exit code 1$/],
    ['is killed', 'kill -KILL $$', /was ended by SIGKILL, as the system does when memory runs out$/],
    ['crashes', 'leave; kill -SEGV $$', /was ended by SIGSEGV$/],
    ['writes nothing', 'exit 0', /left no usable result: .*twin\.json cannot be read \(ENOENT/],
    ['wants input', 'read line && leave', /ended with exit code 1$/],
  ])('%s', async (_, lines, message) => {
    expect((await failureOf(fakeTwin(lines))).message).toMatch(message);
  });

  test('is absent, not executable or a folder', async () => {
    const { work } = fakeTwin('');
    const plain = writeScript(join(newFolder(), 'python'), 'exit 0', 0o644);
    const absent = await failureOf({ python: '/nowhere/python', work });
    expect(absent.message).toBe('the PyTorch twin of tiny (/nowhere/python) is not there');
    for (const python of [plain, newFolder()])
      expect((await failureOf({ python, work })).message).toMatch(/is not an executable file$/);
  });

  test('has its last 20 lines of stderr in the error, each of bounded length', async () => {
    const lines = `for i in $(seq 1 30); do echo "line $i" >&2; done
      head -c 100000 /dev/zero | tr '\\0' x >&2; printf '\\n\\033[31mred \\377\\n\\n' >&2; printf 'no end' >&2; exit 1`;
    const { details, ...error } = await failureOf(fakeTwin(lines));
    expect(details).toEqual([
      ...Array.from({ length: 17 }, (_, index) => `line ${index + 14}`),
      'x'.repeat(500),
      '\u001b[31mred \ufffd',
      'no end',
    ]);
    expect(error).toMatchObject({ code: 'baseline-unavailable' });
  });
});

const asJson = (change: (text: string) => string): Left => ({ result: change(stringifyJson(goodResult)) });
const without = (name: string): Left => ({
  trace: { ...goodTrace, tensors: new Map([...goodTrace.tensors].filter(([key]) => key !== name)) },
});
const second = 'training fit \\(number 1\\) of arm plain with seed 1001';

onLinux('a result that is not what was asked for', () => {
  test.concurrent.each<[what: string, left: Left, message: string]>([
    ['a bare NaN', asJson((text) => text.replace('"NaN"', 'NaN')), 'has a bare NaN or Infinity, which JSON'],
    ['a bare -Infinity', asJson((text) => text.replace('"NaN"', '-Infinity')), 'has a bare NaN or Infinity'],
    ['truncated JSON', asJson((text) => text.slice(0, -100)), 'twin.json is not whole: it breaks off$'],
    ['a banner in the file', asJson((text) => `hello\n${text}`), 'twin.json is not JSON: '],
    ['no result at all', { result: '{}' }, 'twin.json is not a recipe result: schemaVersion'],
    ['another schema', asJson((text) => text.replace('"schemaVersion":1', '"schemaVersion":2')), 'version 2'],
    ['another recipe', asJson((text) => text.replace('"tiny"', '"huge"')), 'is of the recipe huge$'],
    ['another mode', { result: { ...goodResult, mode: 'full' } }, 'of the mode full, quick was asked for$'],
    ['other seeds', { result: { ...goodResult, seeds: [1, 2] } }, 'seeds 1, 2; 1000, 1001 were asked for$'],
    [
      'another arm',
      { result: { ...goodResult, runs: goodResult.runs.map((each) => ({ ...each, arm: 'fast' })) } },
      'has arm fast with seed 1000 as run 0; arm plain with seed 1000 was asked for$',
    ],
    ['no runs', { result: { ...goodResult, runs: [] } }, 'has nothing as run 0; arm plain'],
    [
      'a run too many',
      { result: { ...goodResult, runs: [...goodResult.runs, ...goodResult.runs] } },
      'has 4 runs; 2 were asked for$',
    ],
    [
      'a time too few',
      { result: { ...goodResult, timings: { ...goodResult.timings, runs: [1] } } },
      'has the times of 1 runs, and 2 runs$',
    ],
    ['no trace', { trace: null }, `${second} has no trace$`],
    [
      'half a trace',
      { trace: new Uint8Array(3) },
      `${second} has a broken trace \\(safetensors: the file has 3`,
    ],
    ['a tensor too few', without('after/3/dense:0/bias'), `${second} lacks after/3/dense:0/bias \\[2\\]$`],
    [
      'a tensor of another shape',
      { trace: { ...goodTrace, tensors: new Map([...goodTrace.tensors, ['loss', zeros(2)]]) } },
      `${second} has loss as \\[2\\], ours is \\[3\\]$`,
    ],
    [
      'no time',
      { trace: { ...goodTrace, metadata: {} } },
      `${second} does not say how many seconds it took$`,
    ],
  ])('%s', async (_, left, message) => {
    const error = await failureOf(fakeTwin('echo why >&2; leave', left));
    expect(error.message).toMatch(
      new RegExp(`^the PyTorch twin of tiny left no usable result: .*${message}`),
    );
    expect(error.details).toEqual(['why']);
  });

  test('that an earlier run left counts for nothing', async () => {
    const fake = fakeTwin('exit 0');
    writeFileSync(join(fake.work, 'twin.json'), stringifyJson(goodResult));
    expect((await failureOf(fake)).message).toMatch(/twin\.json cannot be read/);
    const noTraces = fakeTwin('cp "$(dirname "$0")/good/twin.json" "$3"');
    for (const { trainings } of manifest.runs)
      for (const { folder } of trainings)
        writeFileSync(join(noTraces.work, folder, 'twin.safetensors'), encodeSafetensors(goodTrace));
    expect((await failureOf(noTraces)).message).toMatch(/seed 1000 has no trace; .*seed 1001 has no trace$/);
  });
});

onLinux('an interpreter that does as it should', () => {
  test.concurrent.each<[what: string, lines: string]>([
    ['says nothing', 'leave'],
    ['writes 100 MB to stdout', `leave; yes "$(head -c 1000 /dev/zero | tr '\\0' x)" | head -c 100000000`],
    ['writes 1 MB to stderr first', `head -c 1000000 /dev/zero | tr '\\0' x >&2; leave`],
    ['writes what is no UTF-8', `printf '\\377\\376\\n\\300' | tee /dev/stderr; leave`],
    ['writes a banner', `echo Intel MKL; echo '{"schemaVersion": 7}'; leave`],
    [
      'gets a script, a work folder, and text as UTF-8',
      'test "$1 $2 $PYTHONUTF8" = "baseline.py --work 1" && leave',
    ],
  ])('%s', async (_, lines) => {
    expect((await run(fakeTwin(lines))).result).toEqual(goodResult);
  });

  test('gives its lines of stderr as they come, and the last with its result', async () => {
    const lines: string[] = [];
    const fake = fakeTwin('echo out; echo one >&2; printf "10%%\\r20%%\\r" >&2; leave');
    const { stderrTail } = await run(fake, { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', '10%', '20%']);
    expect(stderrTail).toEqual(lines);
  });

  test('ends with all its children when it is no longer wanted', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const fake = fakeTwin(`trap '' TERM; sleep 1000 & echo begun >&2; while :; do sleep 1; done`);
    const ended = run(fake, { signal: stop.signal, onLine: () => stop.abort(reason) });
    await expect(ended).rejects.toBe(reason);
    await expect(run(fake, { signal: stop.signal })).rejects.toBe(reason);
  });
});
