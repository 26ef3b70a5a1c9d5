import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useFakeProcess } from './harness.ts';

const cli = useFakeProcess();

const page = (path: string): Promise<string> => readFile(join(cli.io.cwd, path), 'utf8');

test('the report of one folder stands in it, in the language asked for', async () => {
  await cli.run('run', 'tiny', '--quick', '--out', 'a');
  expect(await page('a/report.html')).toContain('lang="en"');
  expect(await cli.run('report', 'a', '--language', 'zh')).toBe(0);
  expect(await page('a/report.html')).toContain('lang="zh-Hans"');
  expect(cli.io.stdout.lines.at(-1)).toBe('Report: a/report.html');
});

test('several folders make one report, here or at --out', async () => {
  for (const folder of ['a', 'b']) await cli.run('run', 'tiny', '--quick', '--out', folder);
  expect(await cli.run('report', 'a', 'b')).toBe(0);
  expect((await page('report.html')).match(/<article/g)).toHaveLength(2);
  expect(await cli.run('report', 'a', 'b', '--out', 'c/both.html')).toBe(0);
  expect(await page('c/both.html')).toBe(await page('report.html'));
});

test.each([
  ['a result that is no JSON', '{', 4],
  ['a result of another kind', '{"schemaVersion": 1}', 4],
  ['a result of another version', '{"schemaVersion": 99}', 4],
])('%s is named in one line', async (_, text, code) => {
  await mkdir(join(cli.io.cwd, 'a'));
  await writeFile(join(cli.io.cwd, 'a/result.json'), text);
  const before = await cli.files();
  expect(await cli.run('report', 'a')).toBe(code);
  expect(cli.io.stderr.text).toMatch(/^error: [^\n]*a\/result\.json[^\n]*\n$/);
  expect(await cli.files()).toEqual(before);
});

test('a folder that is no run folder, and one that is not there, are named in one line', async () => {
  await mkdir(join(cli.io.cwd, 'a'));
  for (const folder of ['a', 'b']) {
    cli.io.stderr.text = '';
    expect(await cli.run('report', folder)).toBe(5);
    expect(cli.io.stderr.text).toBe(
      `error: cannot report ${folder}: this is not a run folder: it has no result.json\n`,
    );
  }
});

test('a page that cannot be written exits 5 with its path', async () => {
  await cli.run('run', 'tiny', '--quick', '--out', 'a');
  await writeFile(join(cli.io.cwd, 'file'), '');
  expect(await cli.run('report', 'a', '--out', 'file/r.html')).toBe(5);
  expect(cli.io.stderr.lines.at(-1)).toContain(`cannot write to ${join(cli.io.cwd, 'file')}: it is a file`);
});
