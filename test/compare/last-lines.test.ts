import { expect, test } from 'vitest';
import { LastLines } from '../../src/compare/last-lines.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a character or a line break that comes in two pieces is one', () => {
  const seen: string[] = [];
  const lines = new LastLines((line) => seen.push(line));
  for (const byte of bytes('é中\r\nb\n')) lines.push(Uint8Array.of(byte));
  expect(seen).toEqual(['é中', 'b']);
  expect(lines.lines).toEqual(seen);
});

test('20 lines are kept, the one that has begun among them; empty ones are no lines', () => {
  const lines = new LastLines();
  lines.push(bytes(Array.from({ length: 25 }, (_, index) => `${index}\n\n  \n`).join('')));
  expect(lines.lines).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 5)));
  lines.push(bytes('last'));
  expect(lines.lines).toEqual([...Array.from({ length: 19 }, (_, index) => String(index + 6)), 'last']);
});

test('a line without an end keeps its first 500 characters', () => {
  const lines = new LastLines();
  lines.push(bytes('a'));
  for (let i = 0; i < 100; i++) lines.push(bytes('b'.repeat(1000)));
  expect(lines.lines).toEqual([`a${'b'.repeat(499)}`]);
  lines.push(bytes('\nnext'));
  expect(lines.lines).toEqual([`a${'b'.repeat(499)}`, 'next']);
});
