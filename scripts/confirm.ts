/**
 * The confirming run: every recipe in full on wasm, its result (timings removed) written beside it, and the tables of
 * verdicts in the READMEs made from the results. `npm run confirm`; `npm run confirm -- --tables` only writes tables.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { runRecipe, useBackend } from 'tfjs-recipes';
import { recipes } from 'tfjs-recipes/recipes';
import { stringifyJson } from '../src/result/json.ts';
import { readConfirmed, recipeFile, withTable } from './verdict-table.ts';

if (!process.argv.includes('--tables')) {
  const backend = await useBackend('wasm');
  for (const recipe of recipes) {
    console.error(`${recipe.id}: ${recipe.seeds.full} seeds per arm`);
    const { timings: _clock, ...result } = await runRecipe(recipe, { backend });
    writeFileSync(recipeFile(recipe.id, 'result.json'), `${stringifyJson(result)}\n`);
  }
}
for (const { id } of recipes) {
  const readme = recipeFile(id, 'README.md');
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), readConfirmed(id)));
}
