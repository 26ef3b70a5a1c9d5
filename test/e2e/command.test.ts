/** The built command line in a pipe, in terminals, under NO_COLOR, with --json, under Ctrl-C, and twice with one seed. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { emptyFolder, inPipe, inTerminal } from './command.ts';

const SHORT = ['run', 'classification', '--quick', '--seeds', '2', '--set', 'steps=20', '--out', 'out'];
const LONG = ['run', 'classification', '--seeds', '50', '--out', 'out'];

/** Begins a terminal's sequences: colours, places of the cursor, erasing. */
const ESCAPE = '\u001b';
const COLOUR = new RegExp(`${ESCAPE}\\[[\\d;]*m`);
/** A new line, or the cursor back in column 1. */
const LINE_START = new RegExp(`[\\r\\n]+|${ESCAPE}\\[1G`);

/** One column stays free in a terminal of 80, which is also what 0 columns mean. */
const WIDEST = 79;

/** Every file below a folder with its content. */
const contents = (folder: string): [name: string, content: string][] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]);

/** What the terminal showed, one line after the other, overwritten ones too. */
const shownLines = (output: string): string[] => output.split(LINE_START).map(stripVTControlCharacters);

describe('in a pipe', () => {
  it('writes plain text: results on stdout, the rest on stderr', async () => {
    const { code, stdout, stderr } = await inPipe(SHORT, { cwd: emptyFolder() });
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain(ESCAPE);
    expect(stdout + stderr).not.toContain('\r');
    expect(stdout).toMatch(/\nReport: out\/report\.html\n+$/);
    expect(stderr).toMatch(/^backend \w+: /);
  });

  it('--json writes one document to stdout and JSON lines to stderr', async () => {
    const folder = emptyFolder();
    const { code, stdout, stderr } = await inPipe([...SHORT, '--json'], { cwd: folder });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(folder, 'out/result.json'), 'utf8')));
    const lines = stderr.trimEnd().split('\n');
    expect(lines.map((line) => typeof JSON.parse(line))).toEqual(lines.map(() => 'object'));
  });

  it('answers bad input with one line and leaves nothing', async () => {
    const folder = emptyFolder();
    const ended = await inPipe(['run', 'clasification', '--out', 'out'], { cwd: folder });
    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: [^\n]*"clasification"[^\n]*"classification"[^\n]*\n$/),
    });
    expect(contents(folder)).toEqual([]);
  });
});

describe('in a terminal', () => {
  it.each([80, 0])('of %i columns draws a bar that fits, and takes it away', async (columns) => {
    const { code, stdout } = await inTerminal(columns, SHORT, { cwd: emptyFolder() });
    expect(code).toBe(0);
    expect(stdout).toMatch(COLOUR);
    const bars = shownLines(stdout).filter((line) => /[█░]/.test(line));
    expect(bars.length).toBeGreaterThan(1);
    expect(bars.filter((line) => line.length > WIDEST)).toEqual([]);
    const lastBar = Math.max(stdout.lastIndexOf('█'), stdout.lastIndexOf('░'));
    // Erase the line, then the results.
    expect(stdout.indexOf(`${ESCAPE}[2K`, lastBar)).toBeGreaterThan(lastBar);
    expect(stdout.indexOf('Report: out/report.html')).toBeGreaterThan(lastBar);
  });

  it('under NO_COLOR has no colour', async () => {
    const { code, stdout } = await inTerminal(80, SHORT, { cwd: emptyFolder(), env: { NO_COLOR: '1' } });
    expect(code).toBe(0);
    expect(stdout).toContain('Report: out/report.html');
    expect(stdout).not.toMatch(COLOUR);
  });
});

describe('Ctrl-C', () => {
  /** Interrupts a long training once it has begun. */
  const interrupted = (folder: string) =>
    inPipe([...LONG, '--json'], {
      cwd: folder,
      when: { stderr: /"done":/, act: (child) => child.kill('SIGINT') },
    });

  it('ends with 130, says how to go on, and leaves what it takes', async () => {
    const folder = emptyFolder();
    const { code, stdout, stderr } = await interrupted(folder);
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/\nerror: stopped by SIGINT; \d+ runs? done; go on with --resume\n$/);
    expect(contents(folder).map(([name]) => name)).toContain('out/unfinished/config.json');
  });

  it('leaves the results of an earlier run as they were', async () => {
    const folder = emptyFolder();
    expect((await inPipe(SHORT, { cwd: folder })).code).toBe(0);
    const before = contents(folder);
    expect((await interrupted(folder)).code).toBe(130);
    expect(before.map(([name]) => name)).toContain('out/result.json');
    expect(contents(folder).filter(([name]) => !name.startsWith('out/unfinished/'))).toEqual(before);
  });
});

describe('one seed, two runs', () => {
  it.each([
    ['classification', ['--set', 'steps=20']],
    ['gradient-descent', ['--set', 'steps=101', '--set', 'starts=17']],
  ])('of %s differ in timings only', async (recipe, settings) => {
    const folder = emptyFolder();
    const results = [];
    for (const out of ['first', 'second']) {
      const ended = await inPipe(
        ['run', recipe, '--quick', '--seed', '7', '--seeds', '2', ...settings, '--out', out],
        {
          cwd: folder,
        },
      );
      expect(ended.code).toBe(0);
      const { timings, ...result }: Record<string, unknown> = JSON.parse(
        readFileSync(join(folder, out, 'result.json'), 'utf8'),
      );
      expect(timings).toBeDefined();
      results.push({ text: JSON.stringify(result), stdout: ended.stdout.replace(`${out}/report.html`, '') });
    }
    expect(results[1]).toEqual(results[0]);
  });
});
