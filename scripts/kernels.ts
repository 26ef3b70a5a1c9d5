/** `npm run kernels`: measures an update of every recipe on wasm, and writes the tables of kernels in their chapters. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { RecipeKernels } from '../src/recipe/recipe-kernels.ts';
import { CHAPTERS, recipeFile } from './chapters.ts';
import { withKernelTable } from './kernel-table.ts';

const command = ['dist/src/cli/main.js', 'run', '--all', '--kernels', '--backend', 'wasm', '--json'];
const printed = execFileSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 2 ** 26 });

for (const kernels of JSON.parse(printed) as RecipeKernels[]) {
  if (kernels.equations.length === 0) continue;
  for (const { file, language } of CHAPTERS) {
    const chapter = recipeFile(kernels.recipe.id, file);
    writeFileSync(chapter, withKernelTable(readFileSync(chapter, 'utf8'), kernels, language));
  }
}
