/** What a table of numbers may look like, and where it is wrong. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type CsvNumbers, readCsvNumbers } from '../../src/cli/csv-numbers.ts';
import { DataError, FileError } from '../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tfjs-recipes-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string | Uint8Array): Promise<CsvNumbers> {
  const path = join(folder, 'data.csv');
  writeFileSync(path, text);
  return readCsvNumbers(path);
}

test.each([
  ['lines', '1,2\n3,4\n'],
  ['no final newline', '1,2\n3,4'],
  ['CRLF', '1,2\r\n3,4\r\n'],
  ['CR alone', '1,2\r3,4\r'],
  ['mixed line ends', '1,2\r\n3,4\n'],
  ['a byte-order mark', '\ufeff1,2\n3,4\n'],
  ['empty lines', '\n\n1,2\n\n3,4\n\n'],
  ['quotes', '"1","2"\n"3","4"\n'],
  ['blanks', ' 1,\t2 \n3, 4\n'],
  ['other forms of numbers', '+1,2e0\n.3e1,4.\n'],
])('%s', async (_, text) => {
  expect(await read(text)).toEqual({
    header: null,
    rows: 2,
    columns: 2,
    values: Float32Array.of(1, 2, 3, 4),
  });
});

test.each([
  ['names', 'a,b\n1,2\n', ['a', 'b']],
  ['names with a byte-order mark', '\ufeffa,b\r\n1,2\r\n', ['a', 'b']],
  ['a name that is a number beside one that is none', 'age,2020\n1,2\n', ['age', '2020']],
  ['two lines in a name', '"a\nb",c\n1,2\n', ['a\nb', 'c']],
  ['a name twice', 'a,a\n1,2\n', ['a', 'a']],
  ['names that objects know', '__proto__,constructor\n1,2\n', ['__proto__', 'constructor']],
])('a header: %s', async (_, text, header) => {
  expect(await read(text)).toMatchObject({ header, rows: 1, values: Float32Array.of(1, 2) });
});

test('numbers are float32; zero has its sign; one column is enough', async () => {
  const { values } = await read('x\n0.1\n-0\n1e-46\n');
  expect(values).toEqual(Float32Array.of(0.1, -0, 0));
});

test('more rows than the first array holds', async () => {
  const rows = 3000;
  const { values } = await read(Array.from({ length: rows }, (_, row) => `${row},${-row},0.5`).join('\n'));
  expect(values).toHaveLength(3 * rows);
  expect([...values.subarray(-3)]).toEqual([rows - 1, 1 - rows, 0.5]);
});

test.each([
  '',
  ' ',
  'NaN',
  'Infinity',
  '-inf',
  '0x10',
  '1e999',
  '1e39',
  '1,5',
  'null',
  '1 2',
  '1_000',
  '--1',
  '1e',
  '.',
  'é',
])('the cell "%s" is refused with line, column, name and value', async (cell) => {
  const quoted = `"${cell}"`;
  const received = JSON.stringify(cell);
  await expect(read(`a,b\n1,2\n3,${quoted}\n`)).rejects.toThrow(
    `data.csv, line 3: column 2 ("b") must be a finite number, received ${received}`,
  );
  await expect(read(`1,2\r\n\r\n${quoted},4`)).rejects.toThrow(`line 3: column 1 must be`);
  await expect(read(`"a\nb",c\n1,2\n${quoted},4`)).rejects.toThrow(`line 4: column 1 ("a\\nb") must be`);
});

test('a number over two lines is none', async () => {
  await expect(read('1\n"2\n"\n')).rejects.toThrow(
    'line 2: column 1 must be a finite number, received "2\\n"',
  );
});

test.each([
  ['a row that is shorter', 'a,b\n1,2\n3\n', 'line 3: has 1 columns, and the first row has 2'],
  ['a row that is longer', '1,2\n3,4,5\n', 'line 2: has 3 columns, and the first row has 2'],
  ['nothing', '', 'holds nothing'],
  ['a byte-order mark', '\ufeff', 'holds nothing'],
  ['empty lines', '\n\n', 'holds nothing'],
  ['a header alone', 'a,b\n', 'holds a header and no row under it'],
  ['an open quote', '1,2\n"3,4\n', 'is no CSV: Quote Not Closed'],
  ['a quote inside a cell', '1,2\n3"4,5\n', 'is no CSV: Invalid Opening Quote'],
])('%s is refused', async (_, text, words) => {
  const reading = read(text);
  await expect(reading).rejects.toThrow(DataError);
  await expect(reading).rejects.toThrow(words);
});

test('a file that never ends its row is refused before it fills the memory', async () => {
  await expect(read(new Uint8Array(2 ** 25).fill(0x31))).rejects.toThrow(/is no CSV: Max Record Size/);
});

test('a long cell is refused at once', async () => {
  await expect(read(`1\n${'1'.repeat(100_000)}x\n`)).rejects.toThrow(
    'must be a finite number, received "111',
  );
});

test('a file that cannot be read is said', async () => {
  await expect(readCsvNumbers(join(folder, 'none.csv'))).rejects.toThrow(/^cannot read .*none\.csv: ENOENT/);
  await expect(readCsvNumbers(folder)).rejects.toThrow(FileError);
});
