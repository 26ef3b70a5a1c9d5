/** The public API is what test/api.txt says: a change shows in review. `npm run api` rewrites the file. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeApi } from '../scripts/api.ts';

const MOST_NAMES = 180;

const actual = describeApi();

it('is the list in test/api.txt', () => {
  expect(actual.split('\n')).toEqual(readFileSync('test/api.txt', 'utf8').split('\n'));
});

it(`has under ${MOST_NAMES} names`, () => {
  const names = actual.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(names.length).toBeGreaterThan(50);
  expect(names.length).toBeLessThan(MOST_NAMES);
});
