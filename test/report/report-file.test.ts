import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError, FileError } from '../../src/errors.ts';
import { drawFigure } from '../../src/report/figure.ts';
import { renderReport } from '../../src/report/page.ts';
import { writeFigures, writeReport } from '../../src/report/report-file.ts';
import { sampleResult, sampleScatter } from './sample.ts';

/** One figure is enough here. */
const small = { ...sampleResult, figures: [sampleScatter] };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeReport', () => {
  it('writes the page into a folder that it makes, and nothing beside it', async () => {
    const path = join(folder, 'deep', 'er', 'report.html');
    await writeReport(path, [small], { language: 'zh' });
    expect(await readFile(path, 'utf8')).toBe(renderReport([small], { language: 'zh' }));
    expect(await readdir(join(folder, 'deep', 'er'))).toEqual(['report.html']);
  });

  it('replaces an older report', async () => {
    const path = join(folder, 'report.html');
    await writeFile(path, 'old');
    await writeReport(path, [small]);
    expect(await readFile(path, 'utf8')).toContain('<html lang="en">');
  });

  it('names the path when it cannot write, and leaves nothing behind', async () => {
    await writeFile(join(folder, 'file'), '');
    const path = join(folder, 'file', 'report.html');
    await expect(writeReport(path, [small])).rejects.toThrow(FileError);
    await expect(writeReport(path, [small])).rejects.toThrow(`cannot write ${path}`);
    const taken = join(folder, 'taken');
    await mkdir(taken);
    await expect(writeReport(taken, [small])).rejects.toThrow(FileError);
    expect(await readdir(folder)).toEqual(['file', 'taken']);
  });
});

describe('writeFigures', () => {
  it('writes one SVG a figure', async () => {
    const paths = await writeFigures(folder, sampleResult);
    expect(paths).toEqual(
      ['loss', 'final-loss', 'paths', 'rates'].map((id) => join(folder, 'figures', `${id}.svg`)),
    );
    expect(await readFile(paths[1] ?? '', 'utf8')).toBe(`${drawFigure(sampleScatter, 'en')}\n`);
    expect((await readdir(join(folder, 'figures'))).length).toBe(4);
  });

  it('writes the figures of clock values too', async () => {
    const clock = { ...sampleScatter, id: 'seconds', clock: true };
    const result = { ...small, timings: { ...small.timings, figures: [clock] } };
    const paths = await writeFigures(folder, result);
    expect(paths.map((path) => basename(path))).toEqual(['final-loss.svg', 'seconds.svg']);
  });

  it.each(['../evil', 'a/b', 'A', 'a b', '', 'a.svg', 'a\n'])(
    'refuses the id %j before it writes',
    async (id) => {
      const result = { ...sampleResult, figures: [sampleScatter, { ...sampleScatter, id }] };
      await expect(writeFigures(folder, result)).rejects.toThrow(DataError);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('refuses two figures with one id', async () => {
    const figures = [sampleScatter, sampleScatter];
    await expect(writeFigures(folder, { ...small, figures })).rejects.toThrow(
      /two figures of one recipe have it/,
    );
  });
});
