import { expect, test } from 'vitest';
import { displayWidth } from '../../src/tracking/columns.ts';
import { createProgress, type Progress } from '../../src/cli/progress.ts';
import { Recorder } from './harness.ts';

const CLEAR = '\u001b[1G\u001b[2K';
const LONG = 'momentum · seed 1003 · a training with a long 名字 that does not fit · 120/400';

interface Scene {
  readonly stream: Recorder;
  readonly progress: Progress;
  readonly at: (milliseconds: number, done: number, message?: string, updates?: number) => void;
}

function scene(options: { isTTY?: boolean; columns?: number; json?: boolean }): Scene {
  const stream = new Recorder(options);
  let clock = 0;
  const progress = createProgress(stream, { json: options.json ?? false, now: () => clock });
  progress.begin('bump');
  return {
    stream,
    progress,
    at(milliseconds, done, message = 'plain · seed 1000', updates = 0) {
      clock = milliseconds;
      progress.update({ done, total: 8, message, updates });
    },
  };
}

const frames = (stream: Recorder): string[] => stream.text.split(CLEAR).slice(1);

test('a terminal shows the share as a bar, and the time left after two seconds', () => {
  const { stream, at } = scene({ isTTY: true, columns: 80 });
  at(0, 2);
  at(3000, 6);
  expect(frames(stream)).toEqual([
    'bump ████░░░░░░░░░░░░ 25 % · plain · seed 1000',
    'bump ████████████░░░░ 75 % · 1 s left · plain · seed 1000',
  ]);
});

test('it says how many steps a second are made, once there are any', () => {
  const { stream, at } = scene({ isTTY: true, columns: 80 });
  at(4000, 2, 'plain', 50);
  expect(frames(stream)).toEqual(['bump ████░░░░░░░░░░░░ 25 % · 12 s left · 12.5 steps/s · plain']);
});

test.each([
  [80, 79],
  [20, 19],
  [1, 0],
  [0, 79],
  [undefined, 79],
])('with %s columns no frame is wider than %i', (columns, most) => {
  const { stream, at } = scene({ isTTY: true, ...(columns === undefined ? {} : { columns }) });
  at(0, 1, LONG);
  at(5000, 8, LONG);
  const widths = frames(stream).map(displayWidth);
  expect(widths).toHaveLength(2);
  for (const width of widths) expect(width).toBeLessThanOrEqual(most);
  // It uses the line it has: a wide character may leave one column.
  expect(Math.max(...widths)).toBeGreaterThanOrEqual(most - 1);
});

test('a bar is drawn at most ten times a second, and inside update', () => {
  const { stream, at } = scene({ isTTY: true, columns: 80 });
  for (let milliseconds = 0; milliseconds < 1000; milliseconds++) at(milliseconds, milliseconds / 200);
  expect(frames(stream)).toHaveLength(10);
});

test('a note has a line of its own, and the end leaves an empty line', () => {
  const { stream, progress, at } = scene({ isTTY: true, columns: 80 });
  at(0, 2);
  progress.note('stopping');
  at(1, 3);
  progress.end();
  const shown = frames(stream);
  expect(shown[1]).toBe('stopping\n');
  expect(shown[2]).toContain('37 %');
  expect(shown.at(-1)).toBe('');
});

test('elsewhere a plain line comes every five seconds, without escape codes', () => {
  const { stream, progress, at } = scene({});
  for (let milliseconds = 0; milliseconds <= 12_000; milliseconds += 100)
    at(milliseconds, milliseconds / 2000);
  progress.end();
  expect(stream.lines).toEqual([
    'bump 31 % · 11 s left · plain · seed 1000',
    'bump 62 % · 6 s left · plain · seed 1000',
  ]);
});

test('for programs each line is JSON, one a second and always the last', () => {
  const { stream, progress, at } = scene({ json: true, isTTY: true });
  at(0, 1);
  at(10, 2);
  at(2000, 4, 'plain · seed 1000', 25);
  progress.note('stopping');
  at(2010, 8, 'done "here"', 25);
  progress.end();
  const line = { recipe: 'bump', total: 8, message: 'plain · seed 1000' };
  expect(stream.lines.map((text) => JSON.parse(text) as unknown)).toEqual([
    { ...line, done: 1 },
    { ...line, done: 4, secondsLeft: 2, stepsPerSecond: 12.5 },
    { recipe: 'bump', note: 'stopping' },
    { ...line, done: 8, message: 'done "here"', secondsLeft: 0, stepsPerSecond: 12.4 },
  ]);
});

test('how fast it goes is not seen from runs that were done before', () => {
  const { stream, progress, at } = scene({ isTTY: true, columns: 80 });
  progress.begin('bump', 4);
  at(3000, 6);
  expect(frames(stream)).toEqual(['bump ████████████░░░░ 75 % · 3 s left · plain · seed 1000']);
  const programs = scene({ json: true });
  programs.progress.begin('bump', 4);
  programs.at(3000, 6);
  expect(JSON.parse(programs.stream.text)).toMatchObject({ done: 6, secondsLeft: 3 });
});
