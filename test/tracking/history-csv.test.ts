import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileError } from '../../src/errors.ts';
import { History, type HistoryData } from '../../src/result/history.ts';
import { writeHistoryCsv } from '../../src/tracking/history-csv.ts';
import { emptyFolder } from './small-training.ts';

const history = new History({
  series: {
    'train/loss': { steps: [0, 1], values: [0.1, Number.NaN], better: 'lower' },
    'validation/a, "b"': { steps: [2], values: [Number.NEGATIVE_INFINITY], better: 'higher' },
  },
} as unknown as HistoryData);

test('one row a point, series after series', async () => {
  const file = join(emptyFolder(), 'deep', 'history.csv');
  await writeHistoryCsv(file, history);
  expect(readFileSync(file, 'utf8')).toBe(
    'series,step,value\n' +
      'train/loss,0,0.1\n' +
      'train/loss,1,NaN\n' +
      '"validation/a, ""b""",2,-Infinity\n',
  );
});

test('what cannot be written is a FileError that names it', async () => {
  const folder = join(emptyFolder(), 'taken');
  mkdirSync(folder);
  await expect(writeHistoryCsv(folder, history)).rejects.toThrow(FileError);
  await expect(writeHistoryCsv(folder, history)).rejects.toThrow(`cannot write ${folder}`);
});
