/** COVERAGE.md names every claim of every recipe. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recipes } from 'tfjs-recipes/recipes';

const coverage = readFileSync('recipes/COVERAGE.md', 'utf8');

test.each(recipes.map(({ id, claims }) => [id, claims] as const))('%s', (id, claims) => {
  expect(coverage).toContain(`## [${id}](${id}/README.md)`);
  expect(claims.map((claim) => claim.id).filter((claim) => !coverage.includes(`\`${claim}\``))).toEqual([]);
});
