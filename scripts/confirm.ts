/**
 * The confirming run: recipes in full on wasm, several runs at a time, each result (timings removed) written beside its
 * recipe, and the tables of verdicts in the chapters made from the results. `npm run confirm` for all, `npm run confirm
 * -- momentum` for one, `npm run confirm -- --tables` for the tables only. An interrupted run goes on where it stopped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RecipeResult } from 'tfjs-recipes';
import { recipes } from 'tfjs-recipes/recipes';
import { parseJson, stringifyJson } from '../src/result/json.ts';
import { CHAPTERS, recipeFile } from './chapters.ts';
import { readConfirmed, withClockTable, withTable } from './verdict-table.ts';

const FOLDER = 'runs/confirm';
const asked = process.argv.slice(2).filter((argument) => argument !== '--tables');
const chosen = recipes.filter(({ id }) => asked.length === 0 || asked.includes(id));

const change = (id: string, edit: (chapter: string, language: 'en' | 'zh') => string): void => {
  for (const { file, language } of CHAPTERS) {
    const path = recipeFile(id, file);
    if (existsSync(path)) writeFileSync(path, edit(readFileSync(path, 'utf8'), language));
  }
};

for (const { id } of chosen) {
  if (!process.argv.includes('--tables')) {
    const run = [
      'dist/src/cli/main.js',
      'run',
      id,
      '--backend',
      'wasm',
      '--resume',
      '--out',
      `${FOLDER}/${id}`,
    ];
    const { status } = spawnSync(process.execPath, run, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`${id} ended with ${status}`);
    const result = parseJson(readFileSync(`${FOLDER}/${id}/result.json`, 'utf8')) as unknown as RecipeResult;
    const { timings: _clock, ...confirmed } = result;
    writeFileSync(recipeFile(id, 'result.json'), `${stringifyJson(confirmed)}\n`);
    if (result.timings.verdicts) change(id, (chapter, language) => withClockTable(chapter, result, language));
  }
  change(id, (chapter, language) => withTable(chapter, readConfirmed(id), language));
}
