import { expect, test } from 'vitest';
import { cutToWidth, displayWidth } from '../../src/tracking/columns.ts';

test('a Chinese character takes two columns, an accent none', () => {
  expect(displayWidth('abc')).toBe(3);
  expect(displayWidth('学习率η')).toBe(7);
  expect(displayWidth('（）')).toBe(4);
  expect(displayWidth('e\u0301')).toBe(1);
});

test('a cut text never takes more columns than there are', () => {
  expect(cutToWidth('abcdef', 6)).toBe('abcdef');
  expect(cutToWidth('abcdef', 4)).toBe('abc…');
  expect(cutToWidth('学习率', 4)).toBe('学…');
  expect(cutToWidth('学习率', 1)).toBe('…');
  for (let columns = -1; columns < 12; columns++)
    expect(displayWidth(cutToWidth('a学b习c率', columns))).toBeLessThanOrEqual(Math.max(0, columns));
});
