import { expect, test } from 'vitest';
import { tableLines } from '../../src/cli/layout.ts';

test('columns stand under each other in both languages', () => {
  expect(
    tableLines([
      ['name', 'x'],
      ['学习', '1'],
      ['a', '22'],
    ]),
  ).toEqual(['name  x', '学习  1', 'a     22']);
});
