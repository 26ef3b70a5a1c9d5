import { expect, test } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { encodeCsv } from '../../src/formats/csv.ts';

test('only what needs quotes has them: comma, quote, line breaks (RFC 4180, 2.5 to 2.7)', () => {
  expect(
    encodeCsv([
      ['name', 'value'],
      ['a,b', 'say "x"'],
      ['two\nlines', 'and\rone'],
      [' kept ', ''],
    ]),
  ).toBe('name,value\n"a,b","say ""x"""\n"two\nlines","and\rone"\n kept ,\n');
});

test('numbers keep all their digits', () => {
  expect(encodeCsv([[0.1 + 0.2, 1e21, -0.5, Number.NaN, Number.NEGATIVE_INFINITY]])).toBe(
    '0.30000000000000004,1e+21,-0.5,NaN,-Infinity\n',
  );
});

test('no row is a blank line, no table is no text', () => {
  expect(encodeCsv([['x'], ['']])).toBe('x\n""\n');
  expect(encodeCsv([])).toBe('');
});

test('every row is as long as the first', () => {
  expect(() => encodeCsv([['a', 'b'], ['1']])).toThrow(DataError);
  expect(() => encodeCsv([['a', 'b'], ['1']])).toThrow('row 2 has 1 cells, the first one 2');
});
