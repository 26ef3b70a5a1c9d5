/** The public API is what test/api.txt says: a change shows in review. `npm run api` rewrites the file. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeApi } from '../scripts/api.ts';

const MOST_NAMES = 210;

const actual = describeApi().split('\n');
const listed = readFileSync('test/api.txt', 'utf8').split('\n');

it('is the list in test/api.txt', () => {
  const added = actual.filter((line) => !listed.includes(line));
  const gone = listed.filter((line) => !actual.includes(line));
  expect({ added, gone }, 'if it is meant: npm run api').toEqual({ added: [], gone: [] });
  expect(actual, 'order: npm run api').toEqual(listed);
});

it(`has under ${MOST_NAMES} names`, () => {
  const names = actual.filter((line) => line !== '' && !line.startsWith('#'));
  expect(names.length).toBeGreaterThan(50);
  expect(names.length).toBeLessThan(MOST_NAMES);
});
